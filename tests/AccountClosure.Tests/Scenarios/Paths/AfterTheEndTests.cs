using AccountClosure.Activities;
using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>An ended closure changes neither the customer's positions and orders nor a transfer that is left in flight.</summary>
public sealed class AfterTheEndTests
{
    private static readonly NewPosition Shares = new("AAPL", 10, 100m);

    [Fact]
    public void A_transfer_that_a_person_left_in_flight_is_not_cancelled_later()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(
            ClosurePhase.Withdrawing, new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 24 * 20) });
        app.RunUntil(() => app.State(account).Transfers.Count == 1);
        app.Simulator.AddFault(new Fault
        {
            Kind = FaultKind.Error,
            Status = 422,
            Count = 0,
            Route = "DELETE /v1/accounts/{account_id}/transfers/{transfer_id}",
        });
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("PENDING", null));
        app.Cancel(account).StatusCode.ShouldBe(202);
        app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(8));
        app.Resolve(account, ReviewChoice.Abort).StatusCode.ShouldBe(202);
        app.RunToEnd(account);
        app.AdvanceBy(TimeSpan.FromHours(1));
        app.Emails.Single(email => email.Subject.Contains("stays open")).Text.ShouldContain("still on its way to your bank");
        app.Simulator.ClearFaults();
        var intent = app.LedgerOf(account)[0].Intent.IntentId;
        app.Await(async () =>
        {
            await ActivatorUtilities.CreateInstance<CancelTransfer>(app.Services)
                .Run(new CancelTransferInput(account.AccountId, intent), CancellationToken.None);
            return true;
        });
        app.AdvanceBy(TimeSpan.FromMinutes(5));

        app.State(account).Transfers[0].Status.ShouldNotBe("CANCELED", app.Story(account));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_closure_does_nothing_after_its_customer_was_told_that_it_is_over(bool cancelled)
    {
        bool fails = false;
        using var app = Held.AppWith<IAuditLog, AuditLog>(control => control.Fails = (method, args) =>
            fails && method == nameof(IAuditLog.AppendAsync) && args[0] is AuditEntry { Event: "ClosureCompleted" });
        var account = app.CreateAccount(0m);
        app.Initiate(account);
        app.RunUntilStatus(
            account, status => status.CustomStatus?.Wait == WaitKind.EmptyAccount, TimeSpan.FromDays(1));
        fails = true;
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
        if (cancelled)
            app.Cancel(account).StatusCode.ShouldBe(202);
        app.RunUntil(() => app.Emails.Any(email => email.Subject.Contains("is closed")), TimeSpan.FromDays(2));
        app.Simulator.SetStatus(account.AccountId, "ACTIVE");
        app.Simulator.AddPosition(account.AccountId, Shares);
        app.AdvanceBy(TimeSpan.FromMinutes(30));
        fails = false;
        app.AdvanceBy(TimeSpan.FromDays(1));

        app.State(account).Positions.Count.ShouldBe(1, app.Story(account));
        app.TrackingOf(account).ShouldHaveSingleItem().Phase.ShouldBe(nameof(ClosurePhase.Completed));
        app.Emails.ShouldNotContain(email => email.Subject.Contains("stays open"));
    }

    [Fact]
    public void A_process_delayed_after_its_permit_sells_nothing_after_the_end()
    {
        using var app = Held.AppWith<IClosureTracking, ClosureTracking>(Hold(BrokerRequestKind.Sale));
        var account = app.CreateAccount(1_000m, Shares);
        app.Initiate(account);
        app.RunUntil(() => app.HeldOf<IClosureTracking>().IsHeld);
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromMinutes(30));
        app.Emails[^1].Subject.ShouldContain("stays open");
        app.ReleaseAndGoOn<IClosureTracking>();
        app.AdvanceBy(TimeSpan.FromMinutes(5));

        app.State(account).Positions.Count.ShouldBe(1, app.Story(account));
    }

    [Fact]
    public void A_delayed_process_cancels_no_customer_order_after_the_end()
    {
        using var app = Held.AppWith<IClosureTracking, ClosureTracking>(Hold(BrokerRequestKind.CancelOrders));
        var account = app.CreateAccount(new NewAccount { Cash = 1_000m, OpenOrders = [new NewOrder("VTI", 1, "buy", 50m)] });
        app.Initiate(account);
        app.RunUntil(() => app.HeldOf<IClosureTracking>().IsHeld);
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromMinutes(30));
        app.Emails[^1].Subject.ShouldContain("stays open");
        app.ReleaseAndGoOn<IClosureTracking>();
        app.AdvanceBy(TimeSpan.FromMinutes(5));

        app.State(account).Orders.ShouldHaveSingleItem().Status.ShouldBeOneOf("new", "accepted");
    }

    [Fact]
    public void A_cancel_days_after_the_sale_leaves_the_customers_own_sell_order_alone()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.WaitingForNextTransfer);
        app.Simulator.AddPosition(account.AccountId, new NewPosition("VTI", 10, 100m));
        var order = app.Simulator.AddOrder(account.AccountId, new NewOrder("VTI", 10, "sell", 120m));
        app.Cancel(account).StatusCode.ShouldBe(202);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);

        app.State(account).Orders.Single(atBroker => atBroker.Id == order).Status.ShouldBeOneOf("new", "accepted");
    }

    [Fact]
    public void A_repeated_cancel_of_orders_after_the_end_spares_the_customers_orders()
    {
        using var app = new ClosureApp();
        var account = CancelledWhileSelling(app);
        // Right after the end, the time alone does not distinguish this order from the closure's orders.
        app.AdvanceBy(TimeSpan.FromSeconds(10));
        var order = app.Simulator.AddOrder(account.AccountId, new NewOrder("AAPL", 10, "sell", 120m));
        var closure = app.TrackingOf(account)[0];

        app.Await(() => ActivatorUtilities.CreateInstance<CancelOwnOrders>(app.Services)
            .Run(new CancelOwnOrdersInput(
                account.AccountId, closure.ConfirmationNumber, closure.SaleAskedAt!.Value, app.Now), CancellationToken.None));
        app.AdvanceBy(TimeSpan.FromMinutes(1));

        app.State(account).Orders.Single(atBroker => atBroker.Id == order).Status.ShouldBeOneOf("new", "accepted");
    }

    [Fact]
    public void A_restart_of_an_ended_cancelled_closure_leaves_the_customers_orders_alone()
    {
        using var app = new ClosureApp();
        var account = CancelledWhileSelling(app);
        app.AdvanceBy(TimeSpan.FromDays(1));
        var order = app.Simulator.AddOrder(account.AccountId, new NewOrder("AAPL", 10, "sell", 120m));

        app.Await(() => app.Client.RestartAsync($"closure-{account.AccountId}"));
        app.AdvanceBy(TimeSpan.FromHours(1));

        app.State(account).Orders.Single(atBroker => atBroker.Id == order).Status.ShouldBeOneOf("new", "accepted");
    }

    [Fact]
    public void A_sale_that_the_lagging_list_does_not_show_is_not_left_behind()
    {
        var lag = TimeSpan.FromMinutes(12);
        lag.ShouldBeLessThan(ClosurePolicy.BalanceLag);
        using var app = new ClosureApp(new ClosureAppSettings { Simulator = new SimulatorOptions { HoldingsLag = lag } });
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "AAPL", Count = 0 });
        var account = app.CreateAccount(1_000m, Shares);
        app.AdvanceBy(TimeSpan.FromHours(1));
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Orders.Any(order => order.Side == "sell"));
        app.Cancel(account);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        app.Simulator.ClearFaults();
        app.AdvanceBy(TimeSpan.FromHours(3));

        app.State(account).Positions.Count.ShouldBe(1, app.Story(account));
    }

    private static Action<Held<IClosureTracking>> Hold(BrokerRequestKind kind) => control =>
    {
        control.Afterwards = true;
        control.Holds = (method, args) => method == nameof(IClosureTracking.TryAskAsync) && kind.Equals(args[1]);
    };

    private static CreatedAccount CancelledWhileSelling(ClosureApp app)
    {
        var fault = app.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "AAPL", Count = 0 });
        var account = app.CreateAccount(1_000m, Shares);
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Orders.Any(order => order.Side == "sell"));
        app.AdvanceBy(TimeSpan.FromMinutes(1));
        app.Cancel(account);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        app.Simulator.RemoveFault(fault.Id);
        return account;
    }
}
