namespace AccountClosure.Closure;

/// <summary>How far the sale of the positions is.</summary>
/// <param name="OrdersCancelled">The broker was asked to cancel all orders, once.</param>
/// <param name="SaleRequested">The broker was asked to sell all positions.</param>
/// <param name="OpenMarket">How much open market the sale has had.</param>
/// <param name="LastPollAt">The last poll while the market was open, by the broker's clock; null after one while it was closed.</param>
/// <param name="ClosedSince">
/// The first poll at which the market was closed since it was last open, by the broker's clock; null while it is open.
/// </param>
/// <param name="Refusals">Positions that the broker refused to sell at the last request.</param>
public sealed record Liquidation(
    bool OrdersCancelled = false,
    bool SaleRequested = false,
    TimeSpan OpenMarket = default,
    DateTimeOffset? LastPollAt = null,
    DateTimeOffset? ClosedSince = null,
    int Refusals = 0)
{
    /// <summary>
    /// Counts the time since the last poll, if the market was open then and is open now, but not much more than the polls are apart: an
    /// outage in between, of ours or the broker's, is no time in which anything was tried.
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
