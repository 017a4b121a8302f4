using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <param name="Actor">The person who decided.</param>
/// <param name="At">Time of the decision, UTC.</param>
public sealed record DeclareTransfersInput(
    IReadOnlyList<string> IntentIds, DeclaredStage Stage, string Actor, string Reason, DateTimeOffset At);

/// <summary>
/// Writes to the ledger what a person decided about transfers that do not end by themselves: what an unknown status means, or that the
/// closure no longer waits for a transfer. It abandons an intent that has no transfer.
/// </summary>
public sealed class DeclareTransfers(ITransferLedger ledger)
{
    [Function(nameof(DeclareTransfers))]
    public async Task Run([ActivityTrigger] DeclareTransfersInput input, CancellationToken cancellationToken)
    {
        foreach (var intentId in input.IntentIds)
        {
            var known = await ledger.FindAsync(intentId, cancellationToken)
                ?? throw new InvalidOperationException($"The ledger has no intent {intentId}.");
            if (known.State == LedgerState.Bound)
                await ledger.DeclareAsync(intentId, new Declaration(input.Stage, input.Actor, input.Reason, input.At), cancellationToken);
            else
                await ledger.AbandonAsync(intentId, new Abandonment(AbandonCause.Decided, input.Reason, input.At), cancellationToken);
        }
    }
}
