using AccountClosure.Activities;
using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>A closure that is cancelled or ends starts nothing more, even before this is recorded.</summary>
public sealed class PermitTests
{
    private const string Orders = "/v1/trading/accounts/{account_id}/orders";
    private const string Positions = "/v1/trading/accounts/{account_id}/positions";
    private const string Close = "/v1/accounts/{account_id}/actions/close";

    [Fact]
    public void A_late_sale_is_not_requested_after_a_cancel_that_is_not_recorded_yet()
    {
        using var app = BeforeTheStopIsRecorded();
        var account = CancelBeforeTheMarketOpens(app);

        Sell(app, account, app.Progress(account).ConfirmationNumber).IsCertain.ShouldBeFalse();

        app.Requests("DELETE", Positions).ShouldBe(0);
        EndsAsCancelled(app, account);
    }

    [Fact]
    public void No_order_is_cancelled_late_after_a_cancel_that_is_not_recorded_yet()
    {
        using var app = BeforeTheStopIsRecorded();
        var account = CancelBeforeTheMarketOpens(app);
        var input = new LiquidationInput(account.AccountId, app.Progress(account).ConfirmationNumber, app.Now);

        app.Await(() => ActivatorUtilities.CreateInstance<CancelOrders>(app.Services).Run(input, app.Client, CancellationToken.None))
            .ShouldBeFalse();

        app.Requests("DELETE", Orders).ShouldBe(0);
        EndsAsCancelled(app, account);
    }

    [Fact]
    public void An_account_that_others_reopen_is_not_closed_late_while_the_closure_ends()
    {
        using var app = BeforeTheStopIsRecorded();
        var account = app.CreateAccount(1_000m);
        app.BeginToReturnWindow(account);
        app.Simulator.AddCash(account.AccountId, new CashChange(500m));
        app.Simulator.SetStatus(account.AccountId, SafetyChecks.Closed);
        app.RunUntil(() => app.HeldOf<IClosureTracking>().IsHeld, TimeSpan.FromDays(10));
        app.Simulator.SetStatus(account.AccountId, "ACTIVE");
        app.Simulator.AddCash(account.AccountId, new CashChange(-500m));
        var state = app.StateOf(account);
        var order = new CloseBrokerAccountInput(state.Request, $"closure-{account.AccountId}", state.Policy);

        app.Await(() => ActivatorUtilities.CreateInstance<CloseBrokerAccount>(app.Services).Run(order, app.Client, CancellationToken.None))
            .Outcome.ShouldBe(CloseBrokerAccountOutcome.ClosureNotRunning);

        app.Requests("POST", Close).ShouldBe(0);
        EndsAsCancelled(app, account);
    }

    [Fact]
    public void A_suspended_closure_sells_nothing_and_tries_again_later()
    {
        using var app = new ClosureApp(BeforeTheMarketOpens);
        var account = app.BeginTo(ClosurePhase.Liquidating);
        app.Await(async () =>
        {
            await app.Client.SuspendInstanceAsync($"closure-{account.AccountId}");
            return true;
        });
        app.AdvanceBy(TimeSpan.FromSeconds(1));

        Should.Throw<InvalidOperationException>(() => Sell(app, account, app.Progress(account).ConfirmationNumber))
            .Message.ShouldContain("suspended");

        app.Requests("DELETE", Positions).ShouldBe(0);
    }

    [Fact]
    public void A_late_sale_of_an_earlier_closure_does_not_have_the_permit_of_the_next_one()
    {
        using var app = new ClosureApp(BeforeTheMarketOpens);
        var account = app.BeginTo(ClosurePhase.Liquidating);
        var earlier = app.TrackingOf(account)[0] with { ConfirmationNumber = "CLA-EARLY-EARLY" };
        app.Await(async () =>
        {
            await app.Services.GetRequiredService<IClosureTracking>().SaveAsync(earlier);
            return true;
        });

        Sell(app, account, earlier.ConfirmationNumber).IsCertain.ShouldBeFalse();

        app.Requests("DELETE", Positions).ShouldBe(0);
    }

    private static ClosureAppSettings BeforeTheMarketOpens => new() { Start = Eastern.At(2026, 3, 2, 8) };

    private static ClosePositionsResult Sell(ClosureApp app, CreatedAccount account, string number) =>
        app.Await(() => ActivatorUtilities.CreateInstance<ClosePositions>(app.Services)
            .Run(new LiquidationInput(account.AccountId, number, app.Now), app.Client, CancellationToken.None));

    private static ClosureApp BeforeTheStopIsRecorded() => Held.AppWith<IClosureTracking, ClosureTracking>(
        control => control.Holds = (method, _) => method == nameof(IClosureTracking.StopAsync));

    /// <summary>A closure with a position to sell, whose cancel is accepted and not yet recorded.</summary>
    private static CreatedAccount CancelBeforeTheMarketOpens(ClosureApp app)
    {
        app.AdvanceTo(Eastern.At(2026, 3, 3, 8));
        var account = app.BeginTo(ClosurePhase.Liquidating);
        app.Cancel(account).StatusCode.ShouldBe(202);
        app.RunUntil(() => app.HeldOf<IClosureTracking>().IsHeld);
        return account;
    }

    private static void EndsAsCancelled(ClosureApp app, CreatedAccount account)
    {
        app.ReleaseAndGoOn<IClosureTracking>();
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
    }
}
