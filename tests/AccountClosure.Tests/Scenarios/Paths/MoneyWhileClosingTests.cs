using AccountClosure.Activities;
using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>Money that returns or arrives while the account is being closed does not stay in the closed account.</summary>
public sealed class MoneyWhileClosingTests
{
    private const string Trading = "GET /v1/trading/accounts/{account_id}/account";
    private const string Close = "/v1/accounts/{account_id}/actions/close";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_return_between_the_close_request_and_its_confirmation_is_detected(bool unreadable)
    {
        using var app = new ClosureApp(
            new ClosureAppSettings { Simulator = new SimulatorOptions { BalanceLag = TimeSpan.FromMinutes(unreadable ? 0 : 14) } });
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntil(() => app.Requests("POST", Close) == 1);
        app.AdvanceBy(TimeSpan.FromMinutes(3));
        app.State(account).Status.ShouldBe("ACTIVE");
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("RETURNED", "R03"));
        if (unreadable)
            app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 403, Count = 0, Route = Trading });
        app.AdvanceBy(TimeSpan.FromDays(1));

        app.Progress(account).Review?.Code.ShouldBe(ReviewCode.ClosedWithAssets, app.Story(account));
        app.Emails.ShouldNotContain(email => email.Subject.Contains("is closed"));
        app.ShouldAgreeWithTheLedger(account);
    }

    [Fact]
    public void The_closures_own_transfer_that_settles_between_the_checks_does_not_delay_the_close()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Withdrawing, new NewAccount { Cash = 1_000m });
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == WaitKind.EmptyAccount);
        app.AdvanceBy(TimeSpan.FromMinutes(5));
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("SETTLED"));

        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Completed);

        app.AuditOf(account).Count(entry => entry.Event == "ClosureClosing").ShouldBe(1, app.Story(account));
    }

    [Fact]
    public void Cash_that_arrives_before_the_confirmation_is_detected_despite_balance_lag()
    {
        using var app = new ClosureApp(
            new ClosureAppSettings { Simulator = new SimulatorOptions { BalanceLag = TimeSpan.FromMinutes(14) } });
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntil(() => app.Requests("POST", Close) == 1);
        app.AdvanceBy(TimeSpan.FromMinutes(3));
        app.State(account).Status.ShouldBe("ACTIVE");
        app.Simulator.AddCash(account.AccountId, new CashChange(500m));
        app.AdvanceBy(TimeSpan.FromDays(1));

        app.State(account).Cash.ShouldBe(500m);
        app.Progress(account).Phase.ShouldBe(ClosurePhase.ManualReview, app.Story(account) + app.Emails[^1].Text);
    }

    [Fact]
    public void The_return_window_of_an_earlier_closures_transfers_is_awaited()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount
        {
            Cash = 20_000m,
            Bank = new BankOptions(TransferHours: 18, Returns: [new BankReturn(1, AfterCompleteHours: 22)]),
        });
        app.BeginToReturnWindow(account);
        app.Cancel(account);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        app.Initiate(account).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromDays(20));

        (app.State(account).Status == "ACCOUNT_CLOSED" && app.State(account).Cash > 1m).ShouldBeFalse(app.Story(account));
    }

    [Fact]
    public void The_ledger_records_the_return_of_an_earlier_closures_transfer()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(20_000m);
        app.BeginToReturnWindow(account);
        app.Cancel(account);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        app.AdvanceBy(TimeSpan.FromHours(1));
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("RETURNED", "R03"));
        app.Initiate(account).StatusCode.ShouldBe(202);
        app.RunToEnd(account).Output!.Withdrawn.ShouldBe(new Money(20_000m));

        app.ShouldAgreeWithTheLedger(account);
    }

    [Fact]
    public void A_process_delayed_after_its_permit_does_not_close_over_money()
    {
        using var app = Held.AppWith<IClosureTracking, ClosureTracking>(
            Hold(BrokerRequestKind.Close), new SimulatorOptions { EnforcesRules = false });
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntil(() => app.HeldOf<IClosureTracking>().IsHeld);
        app.AdvanceBy(TimeSpan.FromMinutes(2));
        app.Simulator.AddCash(account.AccountId, new CashChange(500m));
        app.AdvanceBy(TimeSpan.FromMinutes(2));
        app.ReleaseAndGoOn<IClosureTracking>();
        app.AdvanceBy(TimeSpan.FromHours(1));

        (app.State(account).Status == "ACCOUNT_CLOSED" && app.State(account).Cash > 1m).ShouldBeFalse(app.Story(account));
    }

    [Fact]
    [Covers(CloseBrokerAccountOutcome.TooLate)]
    public void Cash_that_arrives_while_the_close_waits_for_the_rate_limit_is_not_closed_over()
    {
        const int requestsAMinute = 5;
        using var app = new ClosureApp(new ClosureAppSettings
        {
            Simulator = new SimulatorOptions { EnforcesRules = false, RateLimitPerMinute = requestsAMinute },
        });
        var account = app.CreateAccount(0m);
        app.Initiate(account);
        app.RunUntilStatus(
            account, status => status.CustomStatus?.Wait == WaitKind.EmptyAccount, TimeSpan.FromDays(1));
        var seen = app.Simulator.Requests.Count(IsBalance);
        app.RunUntil(() => app.Simulator.Requests.Count(IsBalance) > seen, TimeSpan.FromHours(1));
        app.AdvanceBy(TimeSpan.FromSeconds(5));
        app.Requests("POST", Close).ShouldBe(0);
        app.Simulator.AddCash(account.AccountId, new CashChange(500m));
        app.AdvanceBy(TimeSpan.FromHours(2));

        (app.State(account).Status == "ACCOUNT_CLOSED" && app.State(account).Cash > 1m).ShouldBeFalse(app.Story(account));

        static bool IsBalance(ServedRequest request) => request.Method == "GET" && $"GET {request.Route}" == Trading;
    }

    [Theory]
    [InlineData("GET /v1/trading/accounts/{account_id}/orders", true)]
    [InlineData("GET /v1/trading/accounts/{account_id}/account", true)]
    [InlineData("GET /v1/trading/accounts/{account_id}/orders", false)]
    public void A_return_during_a_slow_final_check_is_not_closed_over(string slow, bool balanceLags)
    {
        using var app = new ClosureApp(new ClosureAppSettings
        {
            Simulator = new SimulatorOptions { EnforcesRules = false, BalanceLag = TimeSpan.FromMinutes(balanceLags ? 12 : 0) },
        });
        var account = app.CreateAccount(1_000m);
        app.BeginToReturnWindow(account);
        app.RunUntilStatus(
            account, status => status.CustomStatus?.Wait == WaitKind.EmptyAccount, TimeSpan.FromDays(10));
        app.AdvanceTo(app.Progress(account).NextActionAt!.Value.AddSeconds(-1));
        app.Requests("POST", Close).ShouldBe(0);
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Timeout, Effect = FaultEffect.Before, Count = 4, Route = slow });
        app.AdvanceBy(TimeSpan.FromSeconds(60));
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("RETURNED", "R03"));
        var returnedAt = app.Now;
        app.Requests("POST", Close).ShouldBe(0);
        app.AdvanceBy(TimeSpan.FromDays(1));

        bool isClosedOverMoney = app.State(account) is { Status: "ACCOUNT_CLOSED", Cash: > 1m };
        isClosedOverMoney.ShouldBeFalse($"returned {returnedAt:u}; " + app.Story(account));
    }

    [Fact]
    public void A_deposit_during_a_slow_final_check_is_not_closed_over()
    {
        using var app = new ClosureApp(new ClosureAppSettings
        {
            Simulator = new SimulatorOptions { EnforcesRules = false, BalanceLag = TimeSpan.FromMinutes(12) },
        });
        var account = app.CreateAccount(0m);
        app.AdvanceBy(TimeSpan.FromHours(1));
        app.Initiate(account);
        app.RunUntilStatus(
            account, status => status.CustomStatus?.Wait == WaitKind.EmptyAccount, TimeSpan.FromDays(10));
        app.AdvanceTo(app.Progress(account).NextActionAt!.Value.AddSeconds(-1));
        app.Simulator.AddFault(new Fault
        {
            Kind = FaultKind.Timeout,
            Effect = FaultEffect.Before,
            Count = 4,
            Route = "GET /v1/trading/accounts/{account_id}/positions",
        });
        app.AdvanceBy(TimeSpan.FromSeconds(10));
        app.Simulator.AddTransfer(account.AccountId, new NewTransfer(700m, "INCOMING"));
        app.AdvanceBy(TimeSpan.FromDays(4));

        bool isClosedOverMoney = app.State(account) is { Status: "ACCOUNT_CLOSED" };
        isClosedOverMoney.ShouldBeFalse(app.Story(account));
    }

    [Fact]
    public void Shares_that_arrive_during_a_slow_final_check_are_not_closed_over()
    {
        using var app = new ClosureApp(new ClosureAppSettings { Simulator = new SimulatorOptions { EnforcesRules = false } });
        var account = app.CreateAccount(0m);
        app.Initiate(account);
        app.RunUntilStatus(
            account, status => status.CustomStatus?.Wait == WaitKind.EmptyAccount, TimeSpan.FromDays(10));
        app.AdvanceTo(app.Progress(account).NextActionAt!.Value.AddSeconds(-1));
        app.Simulator.AddFault(new Fault
        {
            Kind = FaultKind.Timeout,
            Effect = FaultEffect.Before,
            Count = 4,
            Route = "GET /v1/trading/accounts/{account_id}/account",
        });
        app.AdvanceBy(TimeSpan.FromSeconds(30));
        app.Simulator.AddPosition(account.AccountId, new NewPosition("AAPL", 10, 100m));
        var arrived = app.Now;
        app.AdvanceBy(TimeSpan.FromSeconds(60));
        app.Requests("POST", Close).ShouldBe(0);
        app.AdvanceBy(TimeSpan.FromDays(1));

        bool isClosedOverShares = app.State(account) is { Status: "ACCOUNT_CLOSED", Positions.Count: > 0 };
        isClosedOverShares.ShouldBeFalse($"arrived {arrived:u} " + app.Story(account));
    }

    private static Action<Held<IClosureTracking>> Hold(BrokerRequestKind kind) => control =>
    {
        control.Afterwards = true;
        control.Holds = (method, args) => method == nameof(IClosureTracking.TryAskAsync) && kind.Equals(args[1]);
    };
}
