using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;

namespace AccountClosure.Activities;

/// <summary>
/// Finds transfers that the bank sent back after they had arrived: the ledger has them as complete, and the broker does not.
/// </summary>
internal static class ReturnedTransfers
{
    /// <summary>
    /// The closure's complete transfers that have come back and that the ledger does not have as returned. A repeated call finds them
    /// again.
    /// </summary>
    /// <param name="transfers">All transfers of the account, as the broker lists them now.</param>
    /// <param name="known">All transfers of the account in the ledger.</param>
    /// <param name="confirmationNumber">Number of the closure.</param>
    public static IReadOnlyList<ReturnedTransfer> ReturnedSince(
        this IEnumerable<BrokerTransfer> transfers, IEnumerable<LedgerTransfer> known, string confirmationNumber)
    {
        var statuses = transfers.ToDictionary(transfer => transfer.Id, transfer => transfer.Status, StringComparer.Ordinal);
        var returned = new List<ReturnedTransfer>();
        foreach (var entry in known.Where(entry => entry.Intent.ConfirmationNumber == confirmationNumber))
        {
            if (entry is { BrokerTransferId: { } id, BrokerCreatedAt: { } createdAt, Stage: TransferStage.Completed }
                && statuses.TryGetValue(id, out var status) && status.HasComeBack)
                returned.Add(new ReturnedTransfer(entry.Intent.IntentId, entry.Intent.Sequence, entry.Intent.Amount, status, createdAt));
        }
        return returned;
    }

    /// <summary>
    /// Writes to the ledger which complete transfers have come back: those of one closure, and those of the account's closures that have
    /// ended.
    /// </summary>
    public static async Task RecordReturnsAsync(
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
            return;
        var transfers = await broker.ListTransfersAsync(accountId, cancellationToken);
        await ledger.RecordEarlierReturnsAsync(tracking, accountId, transfers, known, now, cancellationToken);
        await ledger.RecordReturnsAsync(confirmationNumber, transfers, known, now, cancellationToken);
    }

    /// <summary>
    /// Writes to the ledger which complete transfers of the account's ended closures have come back: their money is in the account again,
    /// and nothing else looks for it.
    /// </summary>
    /// <param name="transfers">All transfers of the account, as the broker lists them now.</param>
    /// <param name="known">All transfers of the account in the ledger.</param>
    public static async Task RecordEarlierReturnsAsync(
        this ITransferLedger ledger,
        IClosureTracking tracking,
        string accountId,
        IReadOnlyList<BrokerTransfer> transfers,
        IReadOnlyList<LedgerTransfer> known,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        foreach (var closure in (await tracking.ListAsync(accountId, cancellationToken)).Where(closure => closure.EndedAt is not null))
            await ledger.RecordReturnsAsync(closure.ConfirmationNumber, transfers, known, now, cancellationToken);
    }

    private static async Task RecordReturnsAsync(
        this ITransferLedger ledger,
        string confirmationNumber,
        IReadOnlyList<BrokerTransfer> transfers,
        IReadOnlyList<LedgerTransfer> known,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        foreach (var transfer in transfers.ReturnedSince(known, confirmationNumber))
            await ledger.RecordReturnAsync(transfer, now, cancellationToken);
        var own = known.Where(entry => entry.Intent.ConfirmationNumber == confirmationNumber);
        await ledger.RecordDeclaredAsync(transfers, own, now, cancellationToken);
    }

    /// <summary>
    /// Whether a transfer counts as ended although the broker lists it as not final: a person declared so, or the list may be older than
    /// what the ledger has seen. A status that we do not know never counts as older.
    /// </summary>
    public static bool HasEndedAlready(this LedgerTransfer entry, TransferStatus listed, DateTimeOffset now) =>
        entry.Stage is not (null or TransferStage.InProgress)
        && (entry.Declaration is not null || (listed.IsKnown && entry.StatusSeenAt + ClosurePolicy.BalanceLag > now));

    /// <summary>
    /// The transfers without those that a person declared failed: as long as the broker calls their money pending, it has not come back.
    /// </summary>
    public static IReadOnlyList<BrokerTransfer> WithoutDeclaredFailed(
        this IEnumerable<BrokerTransfer> transfers, IEnumerable<LedgerTransfer> known)
    {
        var declared = known
            .Where(entry => entry.Declaration is { Stage: DeclaredStage.Failed })
            .Select(entry => entry.BrokerTransferId)
            .ToHashSet(StringComparer.Ordinal);
        return [.. transfers.Where(transfer => !declared.Contains(transfer.Id))];
    }

    /// <summary>Whether money has come back that the balances may not yet show.</summary>
    public static bool HasJustComeBack(this LedgerTransfer entry, DateTimeOffset now) =>
        entry.Status is { HasComeBack: true } && entry.StatusSeenAt + ClosurePolicy.BalanceLag > now;

    // A person's declaration holds until the broker reports a final status.
    private static async Task RecordDeclaredAsync(
        this ITransferLedger ledger,
        IReadOnlyList<BrokerTransfer> transfers,
        IEnumerable<LedgerTransfer> known,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        foreach (var entry in known.Where(entry => entry is { Declaration: not null, Status: { IsFinal: false } }))
        {
            if (transfers.FirstOrDefault(transfer => transfer.Id == entry.BrokerTransferId) is { Status.IsFinal: true } final)
                await ledger.RecordStatusAsync(entry.Intent.IntentId, final.Status, now, cancellationToken);
        }
    }

    /// <summary>
    /// Writes to the ledger which transfers that a person declared failed have come back, so that nobody mistakes them for returns to a
    /// closed account.
    /// </summary>
    public static Task RecordDeclaredThatCameBackAsync(
        this ITransferLedger ledger,
        IReadOnlyList<BrokerTransfer> transfers,
        IReadOnlyList<LedgerTransfer> known,
        DateTimeOffset now,
        CancellationToken cancellationToken) =>
        ledger.RecordDeclaredAsync(
            [.. transfers.Where(transfer => transfer.Status.HasComeBack)],
            known.Where(entry => entry.Declaration is { Stage: DeclaredStage.Failed }),
            now,
            cancellationToken);

    /// <summary>Writes to the ledger that the transfer has come back.</summary>
    public static async Task RecordReturnAsync(
        this ITransferLedger ledger, ReturnedTransfer transfer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // The clocks of two machines differ: the ledger would ignore a return dated before the recorded status, and the next check would
        // find and count it again.
        var known = await ledger.FindAsync(transfer.IntentId, cancellationToken);
        var seenAt = known?.StatusSeenAt > now ? known.StatusSeenAt.Value : now;
        await ledger.RecordStatusAsync(transfer.IntentId, transfer.Status, seenAt, cancellationToken);
    }
}
