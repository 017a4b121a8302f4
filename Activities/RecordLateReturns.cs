using AccountClosure.Broker;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <param name="ClosedSeenAt">Time at which the account was first seen closed, UTC; null while it is open.</param>
/// <param name="LedgerAlone">Whether the ledger counts alone, because the broker refuses to list the transfers.</param>
public sealed record RecordLateReturnsInput(
    string AccountId, string ConfirmationNumber, DateTimeOffset? ClosedSeenAt = null, bool LedgerAlone = false);

/// <summary>
/// Writes to the ledger which complete transfers have come back: those of an ending closure, and those of the account's earlier closures.
/// It runs before the totals are added up.
/// </summary>
public sealed class RecordLateReturns(IBroker broker, ITransferLedger ledger, IClosureTracking tracking, TimeProvider time)
{
    /// <returns>
    /// Number of the account's transfers that came back since the broker was asked to close it, or since it was seen closed. Another
    /// execution finds the same ones.
    /// </returns>
    [Function(nameof(RecordLateReturns))]
    public async Task<int> Run([ActivityTrigger] RecordLateReturnsInput input, CancellationToken cancellationToken)
    {
        if (!input.LedgerAlone)
        {
            await ledger.RecordReturnsAsync(
                tracking, broker, input.AccountId, input.ConfirmationNumber, time.GetUtcNow(), cancellationToken);
        }
        if (input.ClosedSeenAt is not { } closedSeenAt)
            return 0;
        var askedAt = (await tracking.FindAsync(input.ConfirmationNumber, cancellationToken))?.CloseAskedAt;
        var since = askedAt < closedSeenAt ? askedAt : closedSeenAt;
        return (await ledger.ListAsync(input.AccountId, cancellationToken))
            .Count(entry => entry.Status is { HasComeBack: true } && entry.StatusSeenAt >= since);
    }
}
