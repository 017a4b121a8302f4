using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Ends an intent in the ledger, because a person decided that no transfer will be made for it.</summary>
public sealed class AbandonTransferIntent(ITransferLedger ledger)
{
    public sealed record Decision(string IntentId, string Reason, DateTimeOffset At);

    [Function(nameof(AbandonTransferIntent))]
    public Task Run([ActivityTrigger] Decision decision, CancellationToken cancellationToken) =>
        ledger.AbandonAsync(decision.IntentId, new Abandonment(AbandonCause.Decided, decision.Reason, decision.At), cancellationToken);
}
