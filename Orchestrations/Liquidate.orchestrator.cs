using AccountClosure.Activities;
using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>Cancels all orders, then sells all positions; while the market is closed, waits for it to open.</summary>
internal static class Liquidate
{
    // Cancelling takes a moment also while the market is closed; what is then still open waits for the market.
    private const int LooksWhileClosed = 3;

    public static async Task<ClosureState> Step(TaskOrchestrationContext context, ClosureState state)
    {
        string account = state.Request.AccountId;
        var holdings = await context.CallActivityAsync<Holdings>(nameof(ReadHoldings), account, Retries.Activity);
        state = state with
        {
            Liquidation = state.Liquidation.LookedAt(holdings.BrokerTime, holdings.MarketIsOpen, state.Policy.LiquidationPollInterval),
            Payout = state.Payout with { Remaining = holdings.Cash + holdings.MarketValue },
        };

        if (holdings is { OpenOrders: 0, Positions: 0 })
            return state.Enter(ClosurePhase.Settling, context.Now(), "Check that all cash is withdrawable");
        if (state.Liquidation.OpenMarket >= state.Policy.LiquidationTimeout)
        {
            return state.NeedsReview(
                state.Liquidation.Refusals > 0 ? ReviewCode.UnsellablePosition : ReviewCode.LiquidationTimedOut,
                context.Now(),
                $"{holdings.OpenOrders} orders and {holdings.Positions} positions remain; the broker refused {state.Liquidation.Refusals}.");
        }

        if (!state.Liquidation.OrdersCancelled)
        {
            if (holdings.OpenOrders > 0)
                await context.CallActivityAsync(nameof(CancelOrders), account, Retries.Activity);
            state = state with { Liquidation = state.Liquidation with { OrdersCancelled = true } };
        }
        if (holdings.MarketIsOpen && holdings.Positions > 0 && (!state.Liquidation.SaleRequested || holdings.OpenOrders == 0))
        {
            int refusals = await context.CallActivityAsync<int>(nameof(ClosePositions), account, Retries.Activity);
            state = state with { Liquidation = state.Liquidation with { SaleRequested = true, Refusals = refusals } };
        }

        bool awaitsOpen = !holdings.MarketIsOpen && (holdings.OpenOrders == 0 || state.Attempts >= LooksWhileClosed);
        return awaitsOpen
            ? state.WaitUntil(context.When(holdings.NextOpen, holdings.BrokerTime), "The market to open", "Sell positions")
            : state.WaitUntil(context.Now() + state.Policy.LiquidationPollInterval, "Orders to end and positions to be sold", "Look at orders and positions");
    }
}
