using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;

namespace AccountClosure.Activities;

/// <summary>Translates the broker's answers into the terms of the closure's rules.</summary>
internal static class BrokerReadings
{
    /// <summary>Maximum duration of a transfer. An ACH transfer takes some banking days; a wire takes less.</summary>
    private static readonly TimeSpan LongestTransfer = TimeSpan.FromDays(10);

    public static bool IsBlocked(this TradingAccount account) =>
        account.AccountBlocked || account.TransfersBlocked || account.Status != SafetyChecks.Active;

    public static bool IsClosed(this TradingAccount account) => account.Status == SafetyChecks.Closed;

    /// <summary>
    /// Pending money, in and out, that the listed transfers do not explain: a wire or a journal appears only in the balances.
    /// </summary>
    public static Money PendingBeyond(this TradingAccount account, IReadOnlyList<BrokerTransfer> listed) =>
        Beyond(account.PendingTransferIn, listed, TransferDirection.Incoming)
        + Beyond(account.PendingTransferOut, listed, TransferDirection.Outgoing);

    private static Money Beyond(Money pending, IReadOnlyList<BrokerTransfer> listed, TransferDirection direction) => Money.Max(
        Money.Zero,
        listed.Where(transfer => transfer.Direction == direction && !transfer.Status.IsFinal)
            .Aggregate(pending, (rest, transfer) => rest - transfer.Amount));

    /// <summary>
    /// Time at which the transfer last changed the balances, or is about to: its creation or its end, by the broker's clock.
    /// </summary>
    public static DateTimeOffset ChangedBalancesAt(this BrokerTransfer transfer) =>
        transfer is { Status.IsFinal: true, UpdatedAt: { } endedAt } && endedAt > transfer.CreatedAt ? endedAt : transfer.CreatedAt;

    /// <summary>
    /// Time at which a complete transfer was completed, by the broker's clock. The broker may update a transfer again later; no transfer
    /// takes longer than <see cref="LongestTransfer"/>.
    /// </summary>
    public static DateTimeOffset CompletedAt(this BrokerTransfer transfer)
    {
        var latest = transfer.CreatedAt + LongestTransfer;
        return transfer.ChangedBalancesAt() < latest ? transfer.ChangedBalancesAt() : latest;
    }

    /// <summary>Whether the balances may not yet show the transfer or its end.</summary>
    public static bool MayLackInBalances(this BrokerTransfer transfer, DateTimeOffset brokerTime) =>
        transfer.ChangedBalancesAt() + ClosurePolicy.BalanceLag > brokerTime;

    /// <summary>
    /// Whether the broker refused a transfer because of its rolling limit. The API description has no separate error code for this; the
    /// message names the limit.
    /// </summary>
    public static bool IsTransferLimit(this BrokerException refusal) =>
        refusal.RetryAt is not null || refusal.BrokerMessage?.Contains("daily transfer", StringComparison.OrdinalIgnoreCase) == true;

    public static IReadOnlyList<BrokerTransfer> Outgoing(this IEnumerable<BrokerTransfer> transfers) =>
        [.. transfers.Where(transfer => transfer.Direction == TransferDirection.Outgoing)];

    /// <summary>The listed transfers, and those that only the ledger has so far because the broker's list may lag.</summary>
    public static IReadOnlyList<BrokerTransfer> Including(this IReadOnlyList<BrokerTransfer> listed, IEnumerable<LedgerTransfer> ledger)
    {
        var ids = listed.Select(transfer => transfer.Id).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. listed,
            .. ledger.Where(entry => entry.BrokerTransferId is { } id && !ids.Contains(id)).Select(entry => new BrokerTransfer(
                entry.BrokerTransferId!,
                entry.Intent.AchRelationshipId,
                entry.Intent.Amount,
                TransferDirection.Outgoing,
                entry.Status!.Value,
                entry.BrokerCreatedAt!.Value)),
        ];
    }
}
