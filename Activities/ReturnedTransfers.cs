using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;

namespace AccountClosure.Activities;

/// <summary>Finds what the bank sent back after it had arrived: the ledger says complete, the broker says otherwise.</summary>
internal static class ReturnedTransfers
{
    /// <summary>
    /// The closure's completed transfers that have come back and are not recorded as returned; a repeated call finds them again.
    /// </summary>
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

    /// <summary>
    /// Writes to the ledger which of a closure's transfers have come back since they were complete, and which of the account's closures that have
    /// ended: their money is in the account again, and nobody else looks.
    /// </summary>
    /// <returns>How many of the closure's own.</returns>
    public static async Task<int> RecordReturnsAsync(
        this ITransferLedger ledger,
        IClosureTracking tracking,
        IBroker broker,
        string accountId,
        string confirmationNumber,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var known = await ledger.ListAsync(accountId, cancellationToken);
        if (!known.Any(entry => entry.BrokerTransferId is not null))
            return 0;
        var transfers = await broker.ListTransfersAsync(accountId, cancellationToken);
        var closures = await tracking.ListAsync(accountId, cancellationToken);
        int own = 0;
        foreach (var number in closures.Where(closure => closure.EndedAt is not null).Select(closure => closure.ConfirmationNumber).Append(confirmationNumber).Distinct())
        {
            var returned = transfers.ReturnedSince(known, number);
            foreach (var transfer in returned)
                await ledger.RecordReturnAsync(transfer, now, cancellationToken);
            own += number == confirmationNumber ? returned.Count : 0;
            await ledger.RecordDeclaredAsync(transfers, known.Where(entry => entry.Intent.ConfirmationNumber == number), now, cancellationToken);
        }
        return own;
    }

    // What a person declared holds until the broker says something final.
    private static async Task RecordDeclaredAsync(
        this ITransferLedger ledger, IReadOnlyList<Transfer> transfers, IEnumerable<LedgerTransfer> known, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var entry in known.Where(entry => entry is { Declaration: not null, Status: { IsFinal: false } }))
        {
            if (transfers.FirstOrDefault(transfer => transfer.Id == entry.BrokerTransferId) is { Status.IsFinal: true } final)
                await ledger.RecordStatusAsync(entry.Intent.IntentId, final.Status, now, cancellationToken);
        }
    }

    /// <summary>Writes to the ledger that the transfer has come back.</summary>
    public static async Task RecordReturnAsync(
        this ITransferLedger ledger, ReturnedTransfer transfer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Clocks of two machines differ: a return dated before the recorded status would be ignored, then found and counted again.
        var known = await ledger.FindAsync(transfer.IntentId, cancellationToken);
        var seenAt = known?.StatusSeenAt > now ? known.StatusSeenAt.Value : now;
        await ledger.RecordStatusAsync(transfer.IntentId, transfer.Status, seenAt, cancellationToken);
    }
}
