using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>
/// Looks at the transfer of an intent and writes what it sees to the ledger, until its first end: what comes after "complete" is found
/// by <see cref="ReturnedTransfers"/>, so that a look which runs again, however late, cannot hide a return that nobody has counted.
/// </summary>
public sealed class FollowTransfer(IBroker broker, ITransferLedger ledger, TimeProvider time)
{
    public sealed record Query(string AccountId, string IntentId)
    {
        public static Query Of(ClosureState state) => new(state.Request.AccountId, state.Payout.Open!.IntentId);
    }

    /// <returns>What the ledger holds after the look: the status as the broker wrote it.</returns>
    [Function(nameof(FollowTransfer))]
    public async Task<TransferStatus> Run([ActivityTrigger] Query query, CancellationToken cancellationToken)
    {
        var transfers = await broker.ListTransfersAsync(query.AccountId, cancellationToken);
        var known = await Find(query, cancellationToken);
        var seen = transfers.FirstOrDefault(transfer => transfer.Id == known.BrokerTransferId);
        if (seen is not null && !(known.Status is { Is: TransferStatus.Stage.Completed } && seen.Status.HasComeBack))
        {
            await ledger.RecordStatusAsync(query.IntentId, seen.Status, time.GetUtcNow(), cancellationToken);
            known = await Find(query, cancellationToken);
        }
        return known.Status ?? throw new InvalidOperationException("The intent is not bound to a transfer.");
    }

    private async Task<LedgerTransfer> Find(Query query, CancellationToken cancellationToken) =>
        await ledger.FindAsync(query.IntentId, cancellationToken)
            ?? throw new InvalidOperationException("The ledger has no such intent.");
}
