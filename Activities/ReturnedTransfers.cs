using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;

namespace AccountClosure.Activities;

/// <summary>Finds what the bank sent back after it had arrived: the ledger says complete, the broker says otherwise.</summary>
internal static class ReturnedTransfers
{
    /// <summary>The closure's transfers that have come back. Only recording makes them known, so a repeated look finds them again.</summary>
    /// <param name="transfers">All of the account's, as the broker lists them now.</param>
    /// <param name="known">All of the account's in the ledger.</param>
    /// <param name="confirmationNumber">Of the closure.</param>
    public static IReadOnlyList<ReturnedTransfer> ReturnedSince(
        this IEnumerable<Transfer> transfers, IEnumerable<LedgerTransfer> known, string confirmationNumber)
    {
        var statuses = transfers.ToDictionary(transfer => transfer.Id, transfer => transfer.Status, StringComparer.Ordinal);
        var returned = new List<ReturnedTransfer>();
        foreach (var entry in known.Where(entry => entry.Intent.ConfirmationNumber == confirmationNumber))
        {
            if (entry is { BrokerTransferId: { } id, BrokerCreatedAt: { } createdAt, Stage: TransferStatus.Stage.Completed }
                && statuses.TryGetValue(id, out var status) && status.HasComeBack)
                returned.Add(new ReturnedTransfer(entry.Intent.IntentId, entry.Intent.Sequence, entry.Intent.Amount, status, createdAt));
        }
        return returned;
    }

    /// <summary>Writes to the ledger which of a closure's transfers have come back since they were complete.</summary>
    public static async Task RecordReturnsAsync(
        this ITransferLedger ledger, IBroker broker, string accountId, string confirmationNumber, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = await ledger.ListAsync(accountId, cancellationToken);
        if (!known.Any(entry => entry.Intent.ConfirmationNumber == confirmationNumber && entry.BrokerTransferId is not null))
            return;
        var transfers = await broker.ListTransfersAsync(accountId, cancellationToken);
        foreach (var returned in transfers.ReturnedSince(known, confirmationNumber))
            await ledger.RecordReturnAsync(returned, now, cancellationToken);
        // What a person declared holds until the broker says something final.
        foreach (var entry in known.Where(entry => entry.Intent.ConfirmationNumber == confirmationNumber && entry is { Declaration: not null, Status: { IsFinal: false } }))
        {
            if (transfers.FirstOrDefault(transfer => transfer.Id == entry.BrokerTransferId) is { Status.IsFinal: true } final)
                await ledger.RecordStatusAsync(entry.Intent.IntentId, final.Status, now, cancellationToken);
        }
    }

    /// <summary>Writes to the ledger that the transfer has come back.</summary>
    public static async Task RecordReturnAsync(
        this ITransferLedger ledger, ReturnedTransfer transfer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Clocks of two machines differ; a return that the ledger took for an older status would be found, and counted, again.
        var known = await ledger.FindAsync(transfer.IntentId, cancellationToken);
        var seenAt = known?.StatusSeenAt > now ? known.StatusSeenAt.Value : now;
        await ledger.RecordStatusAsync(transfer.IntentId, transfer.Status, seenAt, cancellationToken);
    }
}
