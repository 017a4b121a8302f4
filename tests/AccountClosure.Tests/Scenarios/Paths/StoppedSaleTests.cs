using AccountClosure.Activities;
using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>An ended closure sells nothing, however late its requests or its activities are.</summary>
public sealed class StoppedSaleTests
{
    private static readonly NewPosition Shares = new("AAPL", 10, 100m);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_cancelled_closure_cancels_its_own_sale_before_the_customer_is_told(bool force)
    {
        using var app = new ClosureApp();
        var fault = app.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "AAPL", Count = 0 });
        var account = app.CreateAccount(1_000m, Shares);
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Orders.Any(order => order.Side == "sell"));
        app.AdvanceBy(TimeSpan.FromMinutes(2));
        app.Cancel(account, force);
        app.AdvanceBy(TimeSpan.FromMinutes(40));
        app.Emails[^1].Subject.ShouldContain("stays open");
        app.Simulator.RemoveFault(fault.Id);
        app.AdvanceBy(TimeSpan.FromHours(3));

        app.State(account).Positions.Count.ShouldBe(1);
        app.State(account).Orders.ShouldNotContain(order => order.Status == "filled");
    }

    [Fact]
    public void A_late_execution_of_the_sale_sells_nothing_after_the_end()
    {
        using var app = new ClosureApp(new ClosureAppSettings { Start = Eastern.At(2026, 3, 2, 8) });
        var account = app.CreateAccount(1_000m, Shares);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Liquidating);
        var input = new LiquidationInput(account.AccountId, app.Progress(account).ConfirmationNumber, app.Now);
        app.Cancel(account);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        app.AdvanceTo(Eastern.At(2026, 3, 2, 10));

        app.Await(() => ActivatorUtilities.CreateInstance<ClosePositions>(app.Services)
            .Run(input, app.Client, CancellationToken.None)).IsCertain.ShouldBeFalse();
        app.Await(() => ActivatorUtilities.CreateInstance<CancelOrders>(app.Services).Run(input, app.Client, CancellationToken.None))
            .ShouldBeFalse();
        app.AdvanceBy(TimeSpan.FromMinutes(5));

        app.State(account).Positions.Count.ShouldBe(1);
        app.Simulator.Requests.ShouldNotContain(request => request.Method == "DELETE");
    }

    [Fact]
    public void A_sale_that_the_broker_carries_out_late_is_awaited_before_the_closure_ends()
    {
        using var app = new ClosureApp();
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "AAPL", Count = 0 });
        app.Simulator.AddFault(new Fault
        {
            Kind = FaultKind.Drop,
            Effect = FaultEffect.Late,
            LateSeconds = 300,
            Route = "DELETE /v1/trading/accounts/{account_id}/positions",
        });
        var account = app.CreateAccount(1_000m, Shares);
        app.Initiate(account);
        app.RunUntil(() => app.Simulator.Requests.Any(request => request.Method == "DELETE"));
        app.AdvanceBy(TimeSpan.FromSeconds(5));
        app.Cancel(account);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        app.Simulator.ClearFaults();
        app.AdvanceBy(TimeSpan.FromHours(3));

        app.State(account).Positions.Count.ShouldBe(1);
        app.State(account).Orders.ShouldHaveSingleItem().Status.ShouldBe("canceled");
    }

    [Fact]
    public void The_customers_own_buy_order_is_left_alone()
    {
        using var app = new ClosureApp();
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "AAPL", Count = 0 });
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "VTI", Count = 0 });
        var account = app.CreateAccount(1_000m, Shares);
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Orders.Any(order => order.Side == "sell"));
        app.Simulator.AddOrder(account.AccountId, new NewOrder("VTI", 1, "buy", 50m));
        app.Cancel(account);
        app.RunToEnd(account);

        app.State(account).Orders.Single(order => order.Side == "buy").Status.ShouldBeOneOf("new", "accepted");
        app.State(account).Orders.Single(order => order.Side == "sell").Status.ShouldBe("canceled");
    }

    [Fact]
    public void A_sell_order_from_before_the_closures_first_sale_is_left_alone()
    {
        using var app = new ClosureApp();
        var (account, order) = WithSellOrder(app);

        CancelOwn(app, account, soldFrom: app.Now.AddMinutes(2)).ShouldBe(0);

        app.State(account).Orders.Single(atBroker => atBroker.Id == order).Status.ShouldBeOneOf("new", "accepted");
    }

    [Fact]
    public void The_cancel_of_an_order_is_retried_after_rejected_credentials()
    {
        using var app = new ClosureApp();
        var (account, _) = WithSellOrder(app);
        const string cancelOne = "DELETE /v1/trading/accounts/{account_id}/orders/{order_id}";
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 401, Route = cancelOne });

        Should.Throw<BrokerException>(() => CancelOwn(app, account, soldFrom: app.Now)).Kind.ShouldBe(BrokerErrorKind.Unauthorized);
    }

    [Fact]
    [Covers(ReviewCode.OrdersRemain, ReviewChoice.Retry)]
    public void A_retry_cancels_the_closures_own_orders_when_the_broker_lets_it()
    {
        using var scene = ReviewCases.For(ReviewCode.OrdersRemain).Play();

        scene.App.Simulator.ClearFaults();
        scene.App.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "AAPL", Count = 0 });
        scene.Decide(ReviewChoice.Retry);
        scene.App.RunToEnd(scene.Account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);

        scene.App.State(scene.Account).Orders.ShouldHaveSingleItem().Status.ShouldBe("canceled");
    }

    private static (CreatedAccount Account, string Order) WithSellOrder(ClosureApp app)
    {
        var account = app.BeginTo(ClosurePhase.WaitingForNextTransfer);
        app.Simulator.AddPosition(account.AccountId, new NewPosition("VTI", 10, 100m));
        return (account, app.Simulator.AddOrder(account.AccountId, new NewOrder("VTI", 10, "sell", 120m)));
    }

    private static int CancelOwn(ClosureApp app, CreatedAccount account, DateTimeOffset soldFrom) =>
        app.Await(() => ActivatorUtilities.CreateInstance<CancelOwnOrders>(app.Services).Run(
            new CancelOwnOrdersInput(account.AccountId, app.Progress(account).ConfirmationNumber, soldFrom, soldFrom.AddMinutes(20)),
            CancellationToken.None));
}
