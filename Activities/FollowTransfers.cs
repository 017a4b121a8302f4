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

    /// <param name="Status">As the broker wrote it.</param>
    /// <param name="Stage">By the status, or as a person declared.</param>
    public sealed record Followed(TransferStatus Status, TransferStatus.Stage Stage);

    /// <returns>What the ledger holds after the poll, in the order of the query.</returns>
    [Function(nameof(FollowTransfers))]
    public async Task<IReadOnlyList<Followed>> Run([ActivityTrigger] Query query, CancellationToken cancellationToken)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var intentId in query.IntentIds)
        {
            if ((await Find(intentId, cancellationToken)).BrokerTransferId is { } id)
                ids.Add(id);
        }
        // Taken before the request: the answer of an earlier poll must not count as newer because it is read later.
        var askedAt = time.GetUtcNow();
        var transfers = (await broker.FindTransfersAsync(query.AccountId, ids, cancellationToken))
            .ToDictionary(transfer => transfer.Id, StringComparer.Ordinal);
        var followed = new List<Followed>();
        foreach (var intentId in query.IntentIds)
            followed.Add(await Record(intentId, transfers, askedAt, cancellationToken));
        return followed;
    }

    private async Task<Followed> Record(
        string intentId, Dictionary<string, Transfer> transfers, DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        var known = await Find(intentId, cancellationToken);
        if (transfers.GetValueOrDefault(known.BrokerTransferId ?? "") is { } seen
            && !(known.Status is { Is: TransferStatus.Stage.Completed } && seen.Status.HasComeBack))
        {
            await ledger.RecordStatusAsync(intentId, seen.Status, askedAt, cancellationToken);
            known = await Find(intentId, cancellationToken);
        }
        return known is { Status: { } status, Stage: { } stage }
            ? new Followed(status, stage)
            : throw new InvalidOperationException("The intent is not bound to a transfer.");
    }

    private async Task<LedgerTransfer> Find(string intentId, CancellationToken cancellationToken) =>
        await ledger.FindAsync(intentId, cancellationToken)
            ?? throw new InvalidOperationException("The ledger has no such intent.");
}
