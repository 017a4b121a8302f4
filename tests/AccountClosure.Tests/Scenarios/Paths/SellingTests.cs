using AccountClosure.Closure;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>Sales that fail, stop or fill in part.</summary>
public sealed class SellingTests
{
    private static readonly NewPosition[] Many =
        [.. Enumerable.Range(1, 8).Select(number => new NewPosition($"S{number}", 100 * number, 10m))];

    [Theory]
    [InlineData("minutes")]
    [InlineData("days")]
    public void The_rest_of_a_halted_position_is_sold_when_it_trades_again(string halt)
    {
        using var app = new ClosureApp(
            new ClosureAppSettings { Start = halt == "days" ? Eastern.At(2026, 3, 2, 15, 50) : ClosureAppSettings.MondayMorning });
        var account = app.CreateAccount(0m, Many);
        app.Initiate(account);
        RunUntilPartlySold(app, account);

        var fault = app.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = Partly(app, account)!.Symbol, Count = 0 });
        app.AdvanceBy(halt == "days" ? TimeSpan.FromHours(17.75) : TimeSpan.FromMinutes(8));
        app.Progress(account).Phase.ShouldBe(ClosurePhase.Liquidating);
        app.Simulator.RemoveFault(fault.Id);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 36_000m);
    }

    [Fact]
    public void A_purchase_that_is_filled_while_it_is_being_cancelled_is_sold_again()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount
        {
            Cash = 5_000m,
            OpenOrders = [new NewOrder("NVDA", 10, LimitPrice: 100m, FillsAfterSeconds: 0.01)],
        });
        app.Initiate(account);

        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 5_000m);
    }

    [Fact]
    public void Fractional_shares_and_cents_are_sold_and_less_than_a_cent_stays()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m, new NewPosition("AAPL", 1.2345m, 100.01m));
        app.Initiate(account);

        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 1_000m + (1.2345m * 100.01m));
        app.State(account).Cash.ShouldBeLessThan(0.01m);
    }

    [Fact]
    public void Cash_of_a_sale_before_the_closure_is_awaited_until_it_settles()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 3_000m, UnsettledCash = 2_000m });
        app.Initiate(account);
        app.AdvanceBy(TimeSpan.FromHours(8));
        app.Progress(account).Phase.ShouldBe(ClosurePhase.Settling);

        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 3_000m);
        app.State(account).Transfers.ShouldHaveSingleItem();
    }

    [Fact]
    public void An_outage_during_a_sale_does_not_use_up_the_time_allowed_for_selling()
    {
        using var app = new ClosureApp(new ClosureAppSettings { Configuration = { ["Closure:LiquidationTimeout"] = "00:02:00" } });
        var account = app.CreateAccount(0m, Many);
        app.Initiate(account);
        RunUntilPartlySold(app, account);

        var halted = app.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = Partly(app, account)!.Symbol, Count = 0 });
        var down = app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 503, Count = 0 });
        app.AdvanceBy(TimeSpan.FromHours(3));
        app.Simulator.RemoveFault(down.Id);
        app.RunUntilStatus(account, status => status.CustomStatus!.Wait == WaitKind.Liquidation);
        app.Simulator.RemoveFault(halted.Id);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 36_000m);
        app.AuditOf(account).ShouldNotContain(entry => entry.Event == "ClosureManualReview");
    }

    // Fills have a time at which nothing else happens that would stop the clock.
    private static void RunUntilPartlySold(ClosureApp app, CreatedAccount account)
    {
        for (var second = 0; Partly(app, account) is null && second < 60; second++)
            app.AdvanceBy(TimeSpan.FromSeconds(1));
    }

    private static OrderState? Partly(ClosureApp app, CreatedAccount account) =>
        app.State(account).Orders.FirstOrDefault(order => order.FilledQty > 0 && order.FilledQty < order.Qty);
}
