using AccountClosure.Closure;

namespace AccountClosure.Broker;

/// <summary>
/// Lets the caller withhold a request that changes something (<see cref="BrokerErrorKind.Withheld"/>). The connection asks for it after
/// every wait, right before it sends the request. A caller that records its requests writes the record here.
/// </summary>
public delegate Task<bool> Permit(CancellationToken cancellationToken);

/// <summary>
/// The calls of the Alpaca Broker API that a closure needs. Implementations retry reads after network errors, 5xx and 429. They never send
/// a call that changes something twice, even after a 429: the caller waits, and decides what to do when the outcome is in doubt. A request
/// waits for the rate limiter first. Once sent, it ends within <see cref="BrokerOptions.RequestTimeout"/>. Every method throws
/// <see cref="BrokerException"/> when there is no usable answer; see <see cref="BrokerErrorKind"/>.
/// </summary>
public interface IBroker
{
    /// <summary><c>GET /v1/accounts/{id}</c>.</summary>
    Task<BrokerAccount> GetAccountAsync(string accountId, CancellationToken cancellationToken = default);

    /// <summary><c>GET /v1/trading/accounts/{id}/account</c>.</summary>
    Task<TradingAccount> GetTradingAccountAsync(string accountId, CancellationToken cancellationToken = default);

    /// <summary><c>GET /v1/trading/accounts/{id}/orders?status=open</c>, all pages.</summary>
    Task<IReadOnlyList<BrokerOrder>> ListOpenOrdersAsync(string accountId, CancellationToken cancellationToken = default);

    /// <summary>
    /// <c>DELETE /v1/trading/accounts/{id}/orders</c>: asks to cancel all open orders. Returns one result per order (207).
    /// </summary>
    Task<IReadOnlyList<ItemResult>> CancelAllOrdersAsync(
        string accountId, Permit? permit = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// <c>DELETE /v1/trading/accounts/{id}/orders/{orderId}</c>: asks to cancel one order. The broker accepts with 204. For an unknown
    /// order (404) and one that can no longer be cancelled (422) it throws <see cref="BrokerRefusedException"/>.
    /// </summary>
    Task CancelOrderAsync(string accountId, string orderId, CancellationToken cancellationToken = default);

    /// <summary><c>GET /v1/trading/accounts/{id}/positions</c>.</summary>
    Task<IReadOnlyList<Position>> ListPositionsAsync(string accountId, CancellationToken cancellationToken = default);

    /// <summary><c>DELETE /v1/trading/accounts/{id}/positions?cancel_orders=true</c>. Returns one result per position (207).</summary>
    Task<IReadOnlyList<ItemResult>> CloseAllPositionsAsync(
        string accountId, Permit? permit = null, CancellationToken cancellationToken = default);

    /// <summary><c>GET /v1/accounts/{id}/ach_relationships</c>.</summary>
    Task<IReadOnlyList<AchRelationship>> ListAchRelationshipsAsync(string accountId, CancellationToken cancellationToken = default);

    /// <summary>
    /// <c>GET /v1/accounts/{id}/transfers</c>, both directions, all pages, newest first. The list is complete as of the last request, even
    /// when transfers are created while the pages are read. A list that keeps changing fails with
    /// <see cref="BrokerErrorKind.Unavailable"/>.
    /// </summary>
    Task<IReadOnlyList<BrokerTransfer>> ListTransfersAsync(string accountId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Like <see cref="ListTransfersAsync"/>, but stops when the transfers with these ids are found. The answer has those of them that
    /// exist, and may have others.
    /// </summary>
    Task<IReadOnlyList<BrokerTransfer>> FindTransfersAsync(
        string accountId, IReadOnlySet<string> transferIds, CancellationToken cancellationToken = default);

    /// <summary>
    /// <c>POST /v1/accounts/{id}/transfers</c>: creates an OUTGOING ACH transfer. This layer sends the request once, because the API has no
    /// idempotency key. After <see cref="BrokerErrorKind.InDoubt"/> the caller must search for the transfer before it creates another.
    /// </summary>
    Task<BrokerTransfer> CreateAchWithdrawalAsync(
        string accountId, string achRelationshipId, Money amount, Permit? permit = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// <c>DELETE /v1/accounts/{id}/transfers/{transferId}</c>: asks to cancel a transfer that has not been sent to clearing.
    /// </summary>
    Task CancelTransferAsync(string accountId, string transferId, CancellationToken cancellationToken = default);

    /// <summary><c>POST /v1/accounts/{id}/actions/close</c>.</summary>
    Task CloseAccountAsync(string accountId, Permit? permit = null, CancellationToken cancellationToken = default);

    /// <summary><c>GET /v1/clock</c>: the broker's time, whether the market is open, and when it opens next.</summary>
    Task<MarketClock> GetClockAsync(CancellationToken cancellationToken = default);

    /// <summary><c>GET /v1/calendar?start&amp;end</c>: the trading days from start to end, inclusive.</summary>
    Task<IReadOnlyList<TradingDay>> GetCalendarAsync(DateOnly start, DateOnly end, CancellationToken cancellationToken = default);
}

/// <param name="Status">Status as the broker writes it: ACTIVE, ACCOUNT_CLOSED, DISABLED, … (an open set).</param>
public sealed record BrokerAccount(string Id, string Status);

/// <param name="Cash">Cash in US dollars. It may be negative and have fractions of a cent.</param>
/// <param name="CashWithdrawable">Settled cash that may be withdrawn; not more than <paramref name="Cash"/>.</param>
/// <param name="PendingTransferOut">Cash in outgoing transfers that have not ended; zero if the broker does not say.</param>
/// <param name="PendingTransferIn">Cash in deposits that have not cleared; zero if the broker does not say.</param>
public sealed record TradingAccount(
    string Status,
    Money Cash,
    Money CashWithdrawable,
    Money PendingTransferOut,
    Money PendingTransferIn,
    bool TradingBlocked,
    bool TransfersBlocked,
    bool AccountBlocked);

/// <param name="SubmittedAt">Time of submission by the broker's clock, UTC; null if the broker does not say.</param>
public sealed record BrokerOrder(string Id, string Symbol, string Side, string Status, DateTimeOffset? SubmittedAt);

public sealed record Position(string Symbol, decimal Quantity, Money MarketValue);

/// <summary>Entry of a 207 answer: the result for one order or position.</summary>
/// <param name="Subject">Id of the order or symbol of the position.</param>
/// <param name="Status">HTTP status of the entry.</param>
public sealed record ItemResult(string Subject, int Status)
{
    public bool Succeeded => Status is >= 200 and < 300;
}

/// <param name="Status">Status as the broker writes it: QUEUED, PENDING, APPROVED, CANCEL_REQUESTED, … (an open set).</param>
public sealed record AchRelationship(string Id, string AccountId, string Status);

/// <param name="Timestamp">The broker's time, UTC.</param>
/// <param name="NextOpen">Time when the market opens next, UTC.</param>
public sealed record MarketClock(DateTimeOffset Timestamp, bool IsOpen, DateTimeOffset NextOpen);

/// <param name="Close">Closing time in New York, on <paramref name="Date"/>.</param>
public sealed record TradingDay(DateOnly Date, TimeOnly Close);
