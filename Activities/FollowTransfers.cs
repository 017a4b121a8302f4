using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>
/// Looks at the transfers of some intents and writes what it sees to the ledger, until their first end: what comes after "complete" is
/// found by <see cref="ReturnedTransfers"/>, so that a look which runs again, however late, cannot hide a return that nobody has counted.
/// </summary>
public sealed class FollowTransfers(IBroker broker, ITransferLedger ledger, TimeProvider time)
{
    /// <param name="IntentIds">All bound to a transfer of the broker.</param>
    public sealed record Query(string AccountId, IReadOnlyList<string> IntentIds);

    /// <returns>What the ledger holds after the look, in the order of the query: the statuses as the broker wrote them.</returns>
    [Function(nameof(FollowTransfers))]
    public async Task<IReadOnlyList<TransferStatus>> Run([ActivityTrigger] Query query, CancellationToken cancellationToken)
    {
        var transfers = (await broker.ListTransfersAsync(query.AccountId, cancellationToken))
            .ToDictionary(transfer => transfer.Id, StringComparer.Ordinal);
        var statuses = new List<TransferStatus>();
        foreach (var intentId in query.IntentIds)
            statuses.Add(await Record(intentId, transfers, cancellationToken));
        return statuses;
    }

    private async Task<TransferStatus> Record(string intentId, Dictionary<string, Transfer> transfers, CancellationToken cancellationToken)
    {
        var known = await Find(intentId, cancellationToken);
        if (transfers.GetValueOrDefault(known.BrokerTransferId ?? "") is { } seen
            && !(known.Status is { Is: TransferStatus.Stage.Completed } && seen.Status.HasComeBack))
        {
            await ledger.RecordStatusAsync(intentId, seen.Status, time.GetUtcNow(), cancellationToken);
            known = await Find(intentId, cancellationToken);
        }
        return known.Status ?? throw new InvalidOperationException("The intent is not bound to a transfer.");
    }

    private async Task<LedgerTransfer> Find(string intentId, CancellationToken cancellationToken) =>
        await ledger.FindAsync(intentId, cancellationToken)
            ?? throw new InvalidOperationException("The ledger has no such intent.");
}
