using AccountClosure.Closure;

namespace AccountClosure.Broker;

/// <summary>
/// The caller's last say about a change, asked after every wait and right before the request is sent: false withholds the request
/// (<see cref="BrokerErrorKind.Withheld"/>). A caller that records its requests writes the record here.
/// </summary>
public delegate Task<bool> Permit(CancellationToken cancellationToken);

/// <summary>
/// What a closure needs of the Alpaca Broker API. Reads are retried inside (network errors, 5xx, 429). A call that changes
/// something is sent at most once, also after a 429: the caller waits, and decides what a doubt means. Once it is sent, a request ends
/// within <see cref="BrokerOptions.RequestTimeout"/>; its wait for the rate limiter comes before that.
/// Every method throws <see cref="BrokerException"/> (see its kinds) when there is no usable answer.
/// </summary>
public interface IBroker
{
    /// <summary><c>GET /v1/accounts/{id}</c>.</summary>
    Task<BrokerAccount> GetAccountAsync(string accountId, CancellationToken cancellationToken = default);

    /// <summary><c>GET /v1/trading/accounts/{id}/account</c>.</summary>
    Task<TradingAccount> GetTradingAccountAsync(string accountId, CancellationToken cancellationToken = default);

    /// <summary><c>GET /v1/trading/accounts/{id}/orders?status=open</c>, all pages.</summary>
    Task<IReadOnlyList<BrokerOrder>> ListOpenOrdersAsync(string accountId, CancellationToken cancellationToken = default);

    /// <summary><c>DELETE /v1/trading/accounts/{id}/orders</c>: asks to cancel every open order; one result an order (207).</summary>
    Task<IReadOnlyList<ItemResult>> CancelAllOrdersAsync(string accountId, Permit? permit = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// <c>DELETE /v1/trading/accounts/{id}/orders/{orderId}</c>: asks to cancel one order; accepted with 204. An unknown order (404)
    /// and one that can no longer be cancelled (422) are a <see cref="BrokerRefusedException"/>.
    /// </summary>
    Task CancelOrderAsync(string accountId, string orderId, CancellationToken cancellationToken = default);

    /// <summary><c>GET /v1/trading/accounts/{id}/positions</c>.</summary>
    Task<IReadOnlyList<Position>> ListPositionsAsync(string accountId, CancellationToken cancellationToken = default);

    /// <summary><c>DELETE /v1/trading/accounts/{id}/positions?cancel_orders=true</c>: one result a position (207).</summary>
    Task<IReadOnlyList<ItemResult>> CloseAllPositionsAsync(string accountId, Permit? permit = null, CancellationToken cancellationToken = default);

    /// <summary><c>GET /v1/accounts/{id}/ach_relationships</c>.</summary>
    Task<IReadOnlyList<AchRelationship>> ListAchRelationshipsAsync(string accountId, CancellationToken cancellationToken = default);

    /// <summary>
    /// <c>GET /v1/accounts/{id}/transfers</c>, both directions, all pages, newest first: whole as of the last request, also when transfers are
    /// made while the pages are read. A list that keeps changing is <see cref="BrokerErrorKind.Unavailable"/>.
    /// </summary>
    Task<IReadOnlyList<BrokerTransfer>> ListTransfersAsync(string accountId, CancellationToken cancellationToken = default);

    /// <summary>
    /// As <see cref="ListTransfersAsync"/>, but only until the transfers with these ids are found: those that exist are in the answer, others may be.
    /// </summary>
    Task<IReadOnlyList<BrokerTransfer>> FindTransfersAsync(
        string accountId, IReadOnlySet<string> transferIds, CancellationToken cancellationToken = default);

    /// <summary>
    /// <c>POST /v1/accounts/{id}/transfers</c>: an OUTGOING ACH transfer. Sent once, never again by this layer: the API has no
    /// idempotency key, so after <see cref="BrokerErrorKind.InDoubt"/> the caller must look before it creates another.
    /// </summary>
    Task<BrokerTransfer> CreateAchWithdrawalAsync(
        string accountId, string achRelationshipId, Money amount, Permit? permit = null, CancellationToken cancellationToken = default);

    /// <summary><c>DELETE /v1/accounts/{id}/transfers/{transferId}</c>: asks to cancel; possible while it has not been sent to clearing.</summary>
    Task CancelTransferAsync(string accountId, string transferId, CancellationToken cancellationToken = default);

    /// <summary><c>POST /v1/accounts/{id}/actions/close</c>.</summary>
    Task CloseAccountAsync(string accountId, Permit? permit = null, CancellationToken cancellationToken = default);

    /// <summary><c>GET /v1/clock</c>: the broker's own time, whether the market is open, the next open and close.</summary>
    Task<MarketClock> GetClockAsync(CancellationToken cancellationToken = default);

    /// <summary><c>GET /v1/calendar?start&amp;end</c>: the trading days in the range, both ends included.</summary>
    Task<IReadOnlyList<TradingDay>> GetCalendarAsync(DateOnly start, DateOnly end, CancellationToken cancellationToken = default);
}

/// <param name="Status">ACTIVE, ACCOUNT_CLOSED, DISABLED, …: an open set, kept as the broker wrote it.</param>
public sealed record BrokerAccount(string Id, string Status);

/// <param name="Cash">May be negative, may have fractions of a cent.</param>
/// <param name="CashWithdrawable">Settled cash that may leave; not more than <paramref name="Cash"/>.</param>
/// <param name="PendingTransferOut">Cash in outgoing transfers that have not ended; zero when the broker does not say.</param>
/// <param name="PendingTransferIn">Deposits still clearing; zero when the broker does not say.</param>
public sealed record TradingAccount(
    string Status,
    Money Cash,
    Money CashWithdrawable,
    Money PendingTransferOut,
    Money PendingTransferIn,
    bool TradingBlocked,
    bool TransfersBlocked,
    bool AccountBlocked);

/// <param name="SubmittedAt">UTC, by the broker's clock; null when the broker does not say.</param>
public sealed record BrokerOrder(string Id, string Symbol, string Side, string Status, DateTimeOffset? SubmittedAt);

public sealed record Position(string Symbol, decimal Quantity, Money MarketValue);

/// <summary>One entry of a 207 answer: what became of one order or position.</summary>
/// <param name="Subject">The order's id or the position's symbol.</param>
public sealed record ItemResult(string Subject, int Status)
{
    public bool Succeeded => Status is >= 200 and < 300;
}

/// <param name="Status">QUEUED, PENDING, APPROVED, CANCEL_REQUESTED, …: an open set.</param>
public sealed record AchRelationship(string Id, string AccountId, string Status);

/// <param name="Timestamp">The broker's time, UTC.</param>
public sealed record MarketClock(DateTimeOffset Timestamp, bool IsOpen, DateTimeOffset NextOpen);

/// <param name="Close">Closing time in New York, on <paramref name="Date"/>.</param>
public sealed record TradingDay(DateOnly Date, TimeOnly Close);
