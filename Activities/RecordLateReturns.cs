using AccountClosure.Broker;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>
/// Writes to the ledger which transfers have come back after they were complete, an ending closure's and those of the account's earlier ones,
/// before totals are added up.
/// </summary>
public sealed class RecordLateReturns(IBroker broker, ITransferLedger ledger, IClosureTracking tracking, TimeProvider time)
{
    /// <param name="ClosedSeenAt">When the account was first seen closed, UTC; null when it is open.</param>
    public sealed record Input(string AccountId, string ConfirmationNumber, DateTimeOffset? ClosedSeenAt = null);

    /// <returns>
    /// How many of the account's transfers came back since the broker was asked to close it, or since it was seen closed: another
    /// execution finds the same ones.
    /// </returns>
    [Function(nameof(RecordLateReturns))]
    public async Task<int> Run([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        try
        {
            await ledger.RecordReturnsAsync(tracking, broker, input.AccountId, input.ConfirmationNumber, time.GetUtcNow(), cancellationToken);
        }
        catch (BrokerRefusedException) when (input.ClosedSeenAt is not null)
        {
            // The description does not say whether the transfers of a closed account can still be read: what the ledger has counts.
        }
        if (input.ClosedSeenAt is not { } closedSeenAt)
            return 0;
        var askedAt = (await tracking.FindAsync(input.ConfirmationNumber, cancellationToken))?.CloseAskedAt;
        var since = askedAt < closedSeenAt ? askedAt : closedSeenAt;
        return (await ledger.ListAsync(input.AccountId, cancellationToken))
            .Count(entry => entry.Status is { HasComeBack: true } && entry.StatusSeenAt >= since);
    }
}
