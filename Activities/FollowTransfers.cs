using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <param name="IntentIds">All bound to a transfer of the broker.</param>
public sealed record FollowTransfersInput(string AccountId, IReadOnlyList<string> IntentIds);

/// <param name="Status">As the broker wrote it.</param>
/// <param name="Stage">By the status, or as a person declared.</param>
public sealed record FollowedTransfer(TransferStatus Status, TransferStatus.Stage Stage);

/// <summary>
/// Looks at the transfers of some intents and writes what it sees to the ledger, until their first end: what comes after "complete" is
/// found by <see cref="ReturnedTransfers"/>, so that a look which runs again, however late, cannot hide a return that nobody has counted.
/// </summary>
public sealed class FollowTransfers(IBroker broker, ITransferLedger ledger, TimeProvider time)
{
    /// <returns>What the ledger holds after the poll, in the order of the input.</returns>
    [Function(nameof(FollowTransfers))]
    public async Task<IReadOnlyList<FollowedTransfer>> Run([ActivityTrigger] FollowTransfersInput input, CancellationToken cancellationToken)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var intentId in input.IntentIds)
        {
            if ((await Find(intentId, cancellationToken)).BrokerTransferId is { } id)
                ids.Add(id);
        }
        // Taken before the request: the answer of an earlier poll must not count as newer because it is read later.
        var askedAt = time.GetUtcNow();
        var transfers = (await broker.FindTransfersAsync(input.AccountId, ids, cancellationToken))
            .ToDictionary(transfer => transfer.Id, StringComparer.Ordinal);
        var followed = new List<FollowedTransfer>();
        foreach (var intentId in input.IntentIds)
            followed.Add(await Record(intentId, transfers, askedAt, cancellationToken));
        return followed;
    }

    private async Task<FollowedTransfer> Record(
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
            ? new FollowedTransfer(status, stage)
            : throw new InvalidOperationException("The intent is not bound to a transfer.");
    }

    private async Task<LedgerTransfer> Find(string intentId, CancellationToken cancellationToken) =>
        await ledger.FindAsync(intentId, cancellationToken)
            ?? throw new InvalidOperationException("The ledger has no such intent.");
}
