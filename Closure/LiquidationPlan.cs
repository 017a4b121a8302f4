namespace AccountClosure.Closure;

public enum LiquidationDecision
{
    /// <summary>The broker has closed the account.</summary>
    AccountClosed,

    /// <summary>No orders and no positions are left.</summary>
    Done,

    /// <summary>Orders or positions are left at the end of the time for selling.</summary>
    Overdue,

    /// <summary>Send the requests of the plan, then wait.</summary>
    Continue,
}

/// <summary>Plan of the next requests about an account's orders and positions.</summary>
/// <param name="CancelOrders">Whether to ask the broker to cancel all orders.</param>
/// <param name="Sell">Whether to ask the broker to sell all positions.</param>
/// <param name="AwaitsOpen">Whether nothing can happen before the market opens.</param>
/// <param name="Reason">Overdue: the reason, for the person who decides.</param>
public sealed record LiquidationPlan(
    LiquidationDecision Decision, bool CancelOrders = false, bool Sell = false, bool AwaitsOpen = false, string? Reason = null)
{
    // The broker can also cancel orders while the market is closed. Orders that are open after these polls wait for the market.
    private const int PollsWhileClosed = 3;

    /// <param name="liquidation">Progress after the poll that saw <paramref name="holdings"/>.</param>
    /// <param name="attempts">Number of steps taken in the phase.</param>
    public static LiquidationPlan For(Holdings holdings, Liquidation liquidation, ClosurePolicy policy, int attempts)
    {
        if (holdings.Closed)
            return new(LiquidationDecision.AccountClosed);
        if (holdings is { OpenOrders: 0, Positions: 0 })
            return new(LiquidationDecision.Done);
        if (Overdue(holdings, liquidation, policy) is { } reason)
            return new(LiquidationDecision.Overdue, Reason: reason);
        return new(
            LiquidationDecision.Continue,
            CancelOrders: !liquidation.OrdersCancelled && holdings.OpenOrders > 0,
            Sell: holdings.MarketIsOpen && holdings.Positions > 0 && (!liquidation.SaleRequested || holdings.OpenOrders == 0),
            AwaitsOpen: !holdings.MarketIsOpen && (holdings.OpenOrders == 0 || attempts >= PollsWhileClosed));
    }

    private static string? Overdue(Holdings holdings, Liquidation liquidation, ClosurePolicy policy)
    {
        var remain = $"{holdings.OpenOrders} orders and {holdings.Positions} positions remain";
        if (liquidation.OpenMarket >= policy.LiquidationTimeout)
            return $"{remain}; the broker refused {liquidation.Refusals}.";
        return liquidation.HasNoMarket(holdings.BrokerTime, policy.OutageTimeout)
            ? $"{remain}; by the broker's clock the market has been closed since {liquidation.ClosedSince:u}."
            : null;
    }
}
