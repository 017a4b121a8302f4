using AccountClosure.Closure;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios;

public sealed class MarketAndSettlementTests
{
    private static readonly NewPosition Shares = new("AAPL", 100, 200m);

    [Fact]
    public void With_the_market_closed_the_closure_waits_for_the_next_open()
    {
        using var app = Starting(Eastern.At(2026, 3, 7, 12));
        var account = app.CreateAccount(1_000m, Shares);
        app.Initiate(account);
        app.AdvanceBy(TimeSpan.FromMinutes(10));

        var progress = app.Progress(account);
        progress.Phase.ShouldBe(ClosurePhase.Liquidating);
        progress.Wait.ShouldBe(WaitKind.MarketOpen);
        progress.NextActionAt!.Value.ShouldBeInRange(app.Now, app.Now + ClosurePolicy.LongestWait);

        app.AdvanceTo(Eastern.At(2026, 3, 9, 9));
        app.Progress(account).NextActionAt!.Value
            .ShouldBeInRange(Eastern.At(2026, 3, 9, 9, 30), Eastern.At(2026, 3, 9, 9, 30).AddSeconds(1));
        app.AdvanceTo(Eastern.At(2026, 3, 9, 9, 35));
        app.Progress(account).Phase.ShouldBe(ClosurePhase.Settling);
    }

    [Fact]
    public void Open_orders_are_cancelled_even_while_the_market_is_closed()
    {
        using var app = Starting(Eastern.At(2026, 3, 7, 12));
        var account = app.CreateAccount(new NewAccount { Cash = 5_000m, OpenOrders = [new NewOrder("NVDA", 10, LimitPrice: 100m)] });
        app.Initiate(account);

        app.RunUntil(account, ClosurePhase.Settling, TimeSpan.FromHours(1));

        app.State(account).Orders.ShouldAllBe(order => order.Status == "canceled");
    }

    [Fact]
    public void The_time_allowed_for_selling_counts_only_open_market_hours()
    {
        // Twenty minutes before the close, with shares that trade only on Tuesday.
        using var app = Starting(Eastern.At(2026, 3, 2, 15, 50));
        var halted = app.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "AAPL", Count = 0 });
        var account = app.CreateAccount(1_000m, Shares);
        app.Initiate(account);

        app.AdvanceTo(Eastern.At(2026, 3, 3, 9, 31));
        app.Progress(account).Phase.ShouldBe(ClosurePhase.Liquidating);
        app.Simulator.RemoveFault(halted.Id);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 21_000m);
    }

    [Fact]
    public void A_sale_before_a_weekend_settles_after_it()
    {
        using var app = Starting(Eastern.At(2026, 3, 6, 11));
        var account = app.CreateAccount(0m, Shares);
        app.Initiate(account);

        app.AdvanceTo(Eastern.At(2026, 3, 8, 23));
        app.Progress(account).Phase.ShouldBe(ClosurePhase.Settling);
        app.AdvanceTo(Eastern.At(2026, 3, 9, 12));
        app.Progress(account).Phase.ShouldBe(ClosurePhase.Withdrawing);
    }

    [Fact]
    public void A_sale_before_a_holiday_and_a_weekend_settles_after_both()
    {
        // Thursday, 2 April 2026; the next day is Good Friday.
        using var app = Starting(Eastern.At(2026, 4, 2, 11));
        var account = app.CreateAccount(0m, Shares);
        app.Initiate(account);

        app.AdvanceTo(Eastern.At(2026, 4, 5, 23));
        var progress = app.Progress(account);
        progress.Phase.ShouldBe(ClosurePhase.Settling);
        progress.Deadline.ShouldBe(Eastern.At(2026, 4, 8, 16));
        app.AdvanceTo(Eastern.At(2026, 4, 6, 12));
        app.Progress(account).Phase.ShouldBe(ClosurePhase.Withdrawing);
    }

    [Fact]
    public void Nothing_to_sell_and_nothing_to_withdraw_is_closed_within_the_hour()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(0m);
        app.Initiate(account);

        app.RunToEnd(account, TimeSpan.FromHours(1));

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 0m);
    }

    [Fact]
    public void A_dividend_that_arrives_before_the_close_is_paid_out()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(10_000m);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Withdrawing);
        app.Simulator.AddCash(account.AccountId, new CashChange(123.45m));

        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 10_123.45m);
    }

    [Fact]
    public void Shares_that_arrive_before_the_close_restart_the_sale()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(10_000m);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Withdrawing);
        app.Simulator.AddPosition(account.AccountId, new NewPosition("SPIN", 10, 30m));

        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 10_300m);
    }

    private static ClosureApp Starting(DateTimeOffset at) => new(new ClosureAppSettings { Start = at });
}
