namespace AccountClosure.Closure;

/// <summary>Progress of the sale of the positions.</summary>
/// <param name="OrdersCancelled">Whether the broker was asked to cancel all orders, which happens once.</param>
/// <param name="SaleRequested">Whether the broker was asked to sell all positions.</param>
/// <param name="OpenMarket">Time of open market that the sale has had.</param>
/// <param name="LastPollAt">
/// Time of the last poll while the market was open, by the broker's clock; null after a poll while it was closed.
/// </param>
/// <param name="ClosedSince">
/// Time of the first poll that found the market closed after it was last open, by the broker's clock; null while it is open.
/// </param>
/// <param name="Refusals">Number of positions that the broker refused to sell at the last request.</param>
public sealed record Liquidation(
    bool OrdersCancelled = false,
    bool SaleRequested = false,
    TimeSpan OpenMarket = default,
    DateTimeOffset? LastPollAt = null,
    DateTimeOffset? ClosedSince = null,
    int Refusals = 0)
{
    /// <summary>
    /// Counts the time since the last poll if the market was open at both polls. Two poll intervals are the maximum: an outage in between,
    /// ours or the broker's, leaves no chance to sell.
    /// </summary>
    public Liquidation Polled(DateTimeOffset brokerTime, bool marketIsOpen, TimeSpan pollInterval) => this with
    {
        OpenMarket = marketIsOpen && LastPollAt is { } last ? OpenMarket + Shorter(brokerTime - last, 2 * pollInterval) : OpenMarket,
        LastPollAt = marketIsOpen ? brokerTime : null,
        ClosedSince = marketIsOpen ? null : ClosedSince ?? brokerTime,
    };

    /// <summary>Whether the market has been closed for so long that something is wrong. A long weekend takes four days.</summary>
    public bool HasNoMarket(DateTimeOffset brokerTime, TimeSpan longest) => ClosedSince is { } since && brokerTime - since >= longest;

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
