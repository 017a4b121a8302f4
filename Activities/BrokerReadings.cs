using AccountClosure.Broker;
using AccountClosure.Closure;

namespace AccountClosure.Activities;

/// <summary>The broker's answers in the words of the closure's rules.</summary>
internal static class BrokerReadings
{
    public static bool IsBlocked(this TradingAccount account) =>
        account.AccountBlocked || account.TransfersBlocked || account.Status != SafetyChecks.Active;

    /// <summary>
    /// Whether a refused transfer was one too many for the rolling limit. The API description has no error code of its own for it;
    /// the message names the limit.
    /// </summary>
    public static bool IsTransferLimit(this BrokerException refusal) =>
        refusal.RetryAt is not null || refusal.BrokerMessage?.Contains("daily transfer", StringComparison.OrdinalIgnoreCase) == true;

    public static IReadOnlyList<OutgoingTransfer> Outgoing(this IEnumerable<Transfer> transfers) =>
    [
        .. transfers
            .Where(transfer => transfer.Direction == TransferDirection.Outgoing)
            .Select(transfer => new OutgoingTransfer(transfer.Id, transfer.RelationshipId, transfer.Amount, transfer.Status, transfer.CreatedAt)),
    ];
}
