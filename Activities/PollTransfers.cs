using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <param name="IntentIds">Intents that are all bound to a transfer of the broker.</param>
public sealed record PollTransfersInput(string AccountId, IReadOnlyList<string> IntentIds);

/// <summary>
/// Polls the transfers of some intents and writes their statuses to the ledger, up to the first final one. <see cref="ReturnedTransfers"/>
/// finds what follows "complete", so that a late poll cannot hide a return that nobody has counted.
/// </summary>
public sealed class PollTransfers(IBroker broker, ITransferLedger ledger, TimeProvider time)
{
    /// <returns>The transfers in the ledger after the poll, in the order of the input.</returns>
    [Function(nameof(PollTransfers))]
    public async Task<IReadOnlyList<OpenTransfer>> Run([ActivityTrigger] PollTransfersInput input, CancellationToken cancellationToken)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var intentId in input.IntentIds)
        {
            if ((await Find(intentId, cancellationToken)).BrokerTransferId is { } id)
                ids.Add(id);
        }
        // Read before the request: the answer of an earlier poll must not count as newer because it is read later.
        var askedAt = time.GetUtcNow();
        var transfers = (await broker.FindTransfersAsync(input.AccountId, ids, cancellationToken))
            .ToDictionary(transfer => transfer.Id, StringComparer.Ordinal);
        var polled = new List<OpenTransfer>();
        foreach (var intentId in input.IntentIds)
            polled.Add(await Record(intentId, transfers, askedAt, cancellationToken));
        return polled;
    }

    private async Task<OpenTransfer> Record(
        string intentId, Dictionary<string, BrokerTransfer> transfers, DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        var known = await Find(intentId, cancellationToken);
        if (transfers.GetValueOrDefault(known.BrokerTransferId ?? "") is { } seen
            && !(known.Status is { Stage: TransferStage.Completed } && seen.Status.HasComeBack))
        {
            await ledger.RecordStatusAsync(intentId, seen.Status, askedAt, cancellationToken);
            known = await Find(intentId, cancellationToken);
        }
        return known.Status is not null
            ? known.ToOpenTransfer()
            : throw new InvalidOperationException("The intent is not bound to a transfer.");
    }

    private async Task<LedgerTransfer> Find(string intentId, CancellationToken cancellationToken) =>
        await ledger.FindAsync(intentId, cancellationToken)
            ?? throw new InvalidOperationException("The ledger has no such intent.");
}
