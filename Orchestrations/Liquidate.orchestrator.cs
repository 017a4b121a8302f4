using AccountClosure.Activities;
using AccountClosure.Closure;

namespace AccountClosure.Orchestrations;

/// <summary>Cancels all orders, then sells all positions; while the market is closed, waits for it to open.</summary>
internal static class Liquidate
{
    // Cancelling takes a moment also while the market is closed; what is then still open waits for the market.
    private const int PollsWhileClosed = 3;

    public static async Task<ClosureState> Step(ClosureStep step)
    {
        var account = step.State.Request.AccountId;
        var holdings = await step.Activities.ReadHoldings(account);
        if (holdings.Closed)
            return step.State.FoundClosed(step.Now);
        // Kept: the time with an open market counts, even if the rest of the step fails.
        var state = step.Keep(step.State with
        {
            Liquidation = step.State.Liquidation.Polled(holdings.BrokerTime, holdings.MarketIsOpen, step.State.Policy.LiquidationPollInterval),
            Payout = step.State.Payout.WithCash(holdings.Cash + holdings.MarketValue),
            HasNoPositions = holdings.Positions == 0,
        });

        if (holdings is { OpenOrders: 0, Positions: 0 })
            return state.Enter(ClosurePhase.Settling, step.Now, "Check that all cash is withdrawable");
        if (Overdue(state, holdings) is { } reason)
        {
            return state.NeedsReview(
                state.Liquidation.Refusals > 0 ? ReviewCode.UnsellablePosition : ReviewCode.LiquidationTimedOut, step.Now, reason);
        }

        if (!state.Liquidation.OrdersCancelled)
            state = await CancelOrders(step, state, holdings);
        if (holdings.MarketIsOpen && holdings.Positions > 0 && (!state.Liquidation.SaleRequested || holdings.OpenOrders == 0))
            state = await Sell(step, state, holdings);
        return Await(step, state, holdings);
    }

    private static string? Overdue(ClosureState state, Holdings holdings)
    {
        var remain = $"{holdings.OpenOrders} orders and {holdings.Positions} positions remain";
        if (state.Liquidation.OpenMarket >= state.Policy.LiquidationTimeout)
            return $"{remain}; the broker refused {state.Liquidation.Refusals}.";
        return state.Liquidation.HasNoMarket(holdings.BrokerTime, state.Policy.OutageTimeout)
            ? $"{remain}; by the broker's clock the market has been closed since {state.Liquidation.ClosedSince:u}."
            : null;
    }

    private static async Task<ClosureState> CancelOrders(ClosureStep step, ClosureState state, Holdings holdings)
    {
        bool isAsked = holdings.OpenOrders == 0
            || await step.Activities.CancelOrders(LiquidationInput.From(state, holdings));
        return step.Keep(state with { Liquidation = state.Liquidation with { OrdersCancelled = isAsked } });
    }

    private static async Task<ClosureState> Sell(ClosureStep step, ClosureState state, Holdings holdings)
    {
        var sale = await step.Activities.ClosePositions(LiquidationInput.From(state, holdings));
        return step.Keep(state with
        {
            LastError = sale.IsCertain ? state.LastError : "The broker did not say whether it sells the positions.",
            Liquidation = state.Liquidation with { SaleRequested = sale.IsCertain, Refusals = sale.Refusals },
        });
    }

    private static ClosureState Await(ClosureStep step, ClosureState state, Holdings holdings)
    {
        var next = step.Now + state.Policy.LiquidationPollInterval;
        bool awaitsOpen = !holdings.MarketIsOpen && (holdings.OpenOrders == 0 || state.Attempts >= PollsWhileClosed);
        if (!awaitsOpen)
            return state.WaitUntil(next, "Orders to end and positions to be sold", "Look at orders and positions");
        // The broker's next open can lie in the past.
        var open = step.When(holdings.NextOpen, holdings.BrokerTime);
        return state.WaitUntilAtMost(open > next ? open : step.Now + state.Policy.StepRetryInterval, step.Now, "The market to open", "Sell positions");
    }
}
