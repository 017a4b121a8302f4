using AccountClosure.Closure;

namespace AccountClosure.Tests.Closure;

public sealed class LiquidationPlanTests
{
    private static readonly ClosurePolicy Policy = new();

    [Fact]
    public void Liquidation_is_done_without_orders_and_positions() =>
        Plan(orders: 0, positions: 0).Decision.ShouldBe(LiquidationDecision.Done);

    [Fact]
    public void A_closed_account_is_recognized_whatever_it_holds() =>
        LiquidationPlan.For(Holdings(1, 1, isOpen: true) with { Closed = true }, new Liquidation(), Policy, 0)
            .ShouldBe(new LiquidationPlan(LiquidationDecision.AccountClosed));

    [Theory]
    [InlineData(2, 3, true, false, false, true, true, false)]
    [InlineData(0, 3, true, false, false, false, true, false)]
    [InlineData(2, 3, true, true, true, false, false, false)]
    [InlineData(0, 3, true, true, true, false, true, false)]
    [InlineData(2, 0, true, true, true, false, false, false)]
    [InlineData(2, 3, false, false, false, true, false, false)]
    [InlineData(0, 3, false, true, false, false, false, true)]
    public void Orders_are_cancelled_once_and_positions_are_sold_while_the_market_is_open(
        int orders, int positions, bool isOpen, bool ordersCancelled, bool saleRequested, bool cancels, bool sells, bool awaitsOpen) =>
        Plan(orders, positions, isOpen, new Liquidation(ordersCancelled, saleRequested))
            .ShouldBe(new LiquidationPlan(LiquidationDecision.Continue, cancels, sells, awaitsOpen));

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void Orders_that_stay_open_while_the_market_is_closed_wait_for_it_after_three_polls(int attempts, bool awaitsOpen) =>
        Plan(orders: 1, positions: 0, isOpen: false, new Liquidation(OrdersCancelled: true), attempts).AwaitsOpen.ShouldBe(awaitsOpen);

    [Fact]
    public void A_person_is_asked_after_the_open_market_time_of_the_policy()
    {
        var plan = Plan(1, 2, isOpen: true, new Liquidation(true, true, OpenMarket: Policy.LiquidationTimeout, Refusals: 2));

        plan.Decision.ShouldBe(LiquidationDecision.Overdue);
        plan.Reason.ShouldBe("1 orders and 2 positions remain; the broker refused 2.");
    }

    [Fact]
    public void A_person_is_asked_when_the_market_does_not_open_for_as_long_as_an_outage_may_last()
    {
        var since = States.Now - Policy.OutageTimeout;

        Plan(0, 1, isOpen: false, new Liquidation(ClosedSince: since)).Decision.ShouldBe(LiquidationDecision.Overdue);
        Plan(0, 1, isOpen: false, new Liquidation(ClosedSince: since.AddSeconds(1))).Decision.ShouldBe(LiquidationDecision.Continue);
    }

    private static LiquidationPlan Plan(int orders, int positions, bool isOpen = true, Liquidation? liquidation = null, int attempts = 0) =>
        LiquidationPlan.For(Holdings(orders, positions, isOpen), liquidation ?? new Liquidation(), Policy, attempts);

    private static Holdings Holdings(int orders, int positions, bool isOpen) =>
        new(orders, positions, new Money(10m), new Money(20m), isOpen, States.Now.AddHours(12), States.Now);
}
