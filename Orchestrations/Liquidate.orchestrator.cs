using AccountClosure.Activities;
using AccountClosure.Closure;

namespace AccountClosure.Orchestrations;

/// <summary>Cancels all orders, then sells all positions; while the market is closed, waits for it to open.</summary>
internal static class Liquidate
{
    public static async Task<ClosureState> Step(ClosureStep step)
    {
        var holdings = await step.Activities.ReadHoldings(step.State.Request.AccountId);
        if (!holdings.Closed)
            step.Keep(Polled(step.State, holdings));
        var state = step.State;
        var plan = LiquidationPlan.For(holdings, state.Liquidation, state.Policy, state.Attempts);
        switch (plan.Decision)
        {
            case LiquidationDecision.AccountClosed:
                return state.FoundClosed(step.Now);
            case LiquidationDecision.Done:
                return state.Done(step.Now);
            case LiquidationDecision.Overdue:
                return state.NeedsReview(
                    state.Liquidation.Refusals > 0 ? ReviewCode.UnsellablePosition : ReviewCode.LiquidationTimedOut, step.Now, plan.Reason);
        }

        if (!state.Liquidation.OrdersCancelled)
            await CancelOrders(step, holdings, isNeeded: plan.CancelOrders);
        if (plan.Sell)
            await Sell(step, holdings);
        return Await(step, holdings, plan.AwaitsOpen);
    }

    // Kept so that the time of open market counts even if the rest of the step fails.
    private static ClosureState Polled(ClosureState state, Holdings holdings) => state with
    {
        Liquidation = state.Liquidation.Polled(holdings.BrokerTime, holdings.MarketIsOpen, state.Policy.LiquidationPollInterval),
        Payout = state.Payout.WithCash(holdings.Cash + holdings.MarketValue),
        HasNoPositions = holdings.Positions == 0,
    };

    private static async Task CancelOrders(ClosureStep step, Holdings holdings, bool isNeeded)
    {
        bool isAsked = !isNeeded || await step.Activities.CancelOrders(LiquidationInput.From(step.State, holdings));
        step.Keep(step.State with { Liquidation = step.State.Liquidation with { OrdersCancelled = isAsked } });
    }

    private static async Task Sell(ClosureStep step, Holdings holdings)
    {
        var sale = await step.Activities.ClosePositions(LiquidationInput.From(step.State, holdings));
        step.Keep(step.State with
        {
            LastError = sale.IsCertain ? step.State.LastError : "The broker did not say whether it sells the positions.",
            Liquidation = step.State.Liquidation with { SaleRequested = sale.IsCertain, Refusals = sale.Refusals },
        });
    }

    private static ClosureState Await(ClosureStep step, Holdings holdings, bool awaitsOpen)
    {
        var state = step.State;
        var poll = step.Now + state.Policy.LiquidationPollInterval;
        if (!awaitsOpen)
            return state.WaitFor(WaitKind.Liquidation, poll);
        // The broker's next open can lie in the past.
        var open = step.When(holdings.NextOpen, holdings.BrokerTime);
        return state.WaitForDate(WaitKind.MarketOpen, open > poll ? open : step.Now + state.Policy.StepRetryInterval, step.Now);
    }
}
