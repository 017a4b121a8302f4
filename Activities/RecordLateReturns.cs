using AccountClosure.Broker;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <param name="ClosedSeenAt">When the account was first seen closed, UTC; null when it is open.</param>
/// <param name="LedgerAlone">Whether the broker is not asked, because it refuses to list the transfers.</param>
public sealed record RecordLateReturnsInput(string AccountId, string ConfirmationNumber, DateTimeOffset? ClosedSeenAt = null, bool LedgerAlone = false);

/// <summary>
/// Writes to the ledger which transfers have come back after they were complete, an ending closure's and those of the account's earlier ones,
/// before totals are added up.
/// </summary>
public sealed class RecordLateReturns(IBroker broker, ITransferLedger ledger, IClosureTracking tracking, TimeProvider time)
{
    /// <returns>
    /// How many of the account's transfers came back since the broker was asked to close it, or since it was seen closed: another
    /// execution finds the same ones.
    /// </returns>
    [Function(nameof(RecordLateReturns))]
    public async Task<int> Run([ActivityTrigger] RecordLateReturnsInput input, CancellationToken cancellationToken)
    {
        if (!input.LedgerAlone)
            await ledger.RecordReturnsAsync(tracking, broker, input.AccountId, input.ConfirmationNumber, time.GetUtcNow(), cancellationToken);
        if (input.ClosedSeenAt is not { } closedSeenAt)
            return 0;
        var askedAt = (await tracking.FindAsync(input.ConfirmationNumber, cancellationToken))?.CloseAskedAt;
        var since = askedAt < closedSeenAt ? askedAt : closedSeenAt;
        return (await ledger.ListAsync(input.AccountId, cancellationToken))
            .Count(entry => entry.Status is { HasComeBack: true } && entry.StatusSeenAt >= since);
    }
}
