using AccountClosure.Activities;
using AccountClosure.Closure;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>Money that arrives after the checks is paid out or needs manual review. The account is never closed over it.</summary>
public sealed class LateMoneyTests
{
    [Fact]
    [Covers(WithdrawalDecision.AwaitOtherTransfers)]
    public void A_deposit_that_arrives_half_way_is_awaited_and_paid_out()
    {
        using var app = new ClosureApp();
        var account = Begin(app, ClosurePhase.Withdrawing);

        app.Simulator.AddTransfer(account.AccountId, new NewTransfer(500m, "INCOMING", TransferHours: 60));
        app.RunToEnd(account);

        app.State(account).Cash.ShouldBe(0m);
        MoneyChecks.Paid(app.State(account)).ShouldBe(10_500m);
        app.ShouldAgreeWithTheLedger(account);
    }

    [Fact]
    public void A_deposit_that_bounces_only_delays_the_closure()
    {
        using var app = new ClosureApp();
        var account = Begin(app, ClosurePhase.Withdrawing);
        var deposit = app.Simulator.AddTransfer(account.AccountId, new NewTransfer(500m, "INCOMING", TransferHours: 90));

        app.AdvanceBy(TimeSpan.FromDays(3));
        app.Simulator.SetTransferStatus(account.AccountId, deposit, new TransferChange("REJECTED"));
        app.RunToEnd(account);

        MoneyChecks.Paid(app.State(account)).ShouldBe(10_000m);
        app.State(account).Status.ShouldBe("ACCOUNT_CLOSED");
    }

    [Theory]
    [InlineData("CANCELED")]
    [InlineData("RETURNED")]
    public void Money_that_comes_back_from_a_customer_transfer_is_paid_out(string status)
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(10_000m);
        var own = app.Simulator.AddTransfer(account.AccountId, new NewTransfer(4_000m, TransferHours: 100));
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 2);

        app.AdvanceBy(TimeSpan.FromHours(30));
        app.Simulator.SetTransferStatus(account.AccountId, own, new TransferChange(status));
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 10_000m);
    }

    [Fact]
    [Covers(SafetyFinding.CashRemains)]
    [Covers(CloseBrokerAccountOutcome.NotAsked)]
    public void A_dividend_between_the_last_plan_and_the_final_check_is_paid_out()
    {
        using var app = new ClosureApp();
        var account = Begin(app, ClosurePhase.Closing);

        app.Simulator.AddCash(account.AccountId, new CashChange(123.45m, Settled: false));
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 10_123.45m);
    }

    [Theory]
    [InlineData("0.50", 1)]
    [InlineData("1.00", 1)]
    [InlineData("1.01", 2)]
    public void A_late_payment_stays_in_the_account_only_within_the_tolerance(string late, int transfers)
    {
        using var app = new ClosureApp();
        var account = Begin(app, ClosurePhase.Closing);

        app.Simulator.AddCash(account.AccountId, new CashChange(decimal.Parse(late)));
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 10_000m + decimal.Parse(late));
        app.State(account).Transfers.Count.ShouldBe(transfers);
    }

    [Fact]
    [Covers(SafetyFinding.HoldingsRemain)]
    public void Shares_that_a_trade_correction_returns_before_the_final_check_are_sold()
    {
        using var app = new ClosureApp();
        var account = Begin(app, ClosurePhase.Closing);

        app.Simulator.AddPosition(account.AccountId, new NewPosition("AAPL", 3, 100m));
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 10_300m);
    }

    [Theory]
    [InlineData(ClosurePhase.Liquidating, ClosurePhase.Settling)]
    [InlineData(ClosurePhase.Withdrawing, ClosurePhase.Withdrawing)]
    [InlineData(ClosurePhase.Closing, ClosurePhase.Closing)]
    [Covers(WithdrawalDecision.NegativeBalance)]
    [Covers(SafetyFinding.NegativeBalance)]
    public void A_trade_correction_that_takes_more_than_the_cash_needs_manual_review(ClosurePhase phase, ClosurePhase noticedIn)
    {
        using var app = new ClosureApp();
        var account = Begin(app, phase);

        app.Simulator.AddCash(account.AccountId, new CashChange(-12_000m));
        var review = app.RunUntil(account, ClosurePhase.ManualReview).Review!;
        (review.Code, review.From).ShouldBe((ReviewCode.NegativeBalance, noticedIn));
        app.Simulator.AddCash(account.AccountId, new CashChange(12_000m));
        app.Resolve(account, ReviewChoice.Retry);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 10_000m);
    }

    [Fact]
    [Covers(SafetyFinding.TransferPending)]
    public void A_customer_transfer_before_the_final_check_is_awaited()
    {
        using var app = new ClosureApp();
        var account = Begin(app, ClosurePhase.Closing);

        app.Simulator.AddTransfer(account.AccountId, new NewTransfer(50m, "INCOMING", TransferHours: 40));
        app.RunToEnd(account);

        MoneyChecks.Paid(app.State(account)).ShouldBe(10_050m);
        app.State(account).Cash.ShouldBe(0m);
    }

    [Fact]
    [Covers(SafetyFinding.TransferReturned)]
    public void A_transfer_that_comes_back_before_the_final_check_is_made_again()
    {
        using var app = new ClosureApp();
        var account = Begin(app, ClosurePhase.Closing);

        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("RETURNED"));
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 10_000m);
        app.State(account).Transfers.Count.ShouldBe(2);
    }

    [Fact]
    [Covers(WithdrawalDecision.AwaitSettlement)]
    public void A_late_sale_that_has_not_settled_restarts_the_settlement_phase()
    {
        using var app = new ClosureApp();
        var account = Begin(app, ClosurePhase.Withdrawing);
        app.RunUntil(() => app.State(account).Transfers.Count == 1);

        app.AdvanceBy(TimeSpan.FromHours(20));
        app.Simulator.AddCash(account.AccountId, new CashChange(700m, Settled: false));
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 10_700m);
    }

    // The list shows the return at once. The balance shows it 14 minutes later.
    [Fact]
    public void A_customer_transfer_that_just_came_back_is_not_closed_over()
    {
        using var app = new ClosureApp(new ClosureAppSettings
        {
            Simulator = new SimulatorOptions { EnforcesRules = false, BalanceLag = TimeSpan.FromMinutes(14) },
        });
        var account = app.CreateAccount(
            new NewAccount { Cash = 0m, PriorTransfers = [new NewTransfer(20_000m, HoursAgo: 40, Status: "COMPLETE")] });
        app.AdvanceBy(TimeSpan.FromHours(1));
        app.Initiate(account);
        app.RunUntilStatus(
            account, status => status.CustomStatus?.Wait == WaitKind.EmptyAccount, TimeSpan.FromDays(10));
        app.AdvanceTo(app.Progress(account).NextActionAt!.Value.AddMinutes(-5));
        app.Requests("POST", "/v1/accounts/{account_id}/actions/close").ShouldBe(0);
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("RETURNED", "R03"));
        app.State(account).Cash.ShouldBe(20_000m);
        app.AdvanceBy(TimeSpan.FromDays(1));

        bool isClosedOverMoney = app.State(account) is { Status: "ACCOUNT_CLOSED", Cash: > 1m };
        isClosedOverMoney.ShouldBeFalse(app.Story(account));
    }

    // A deposit is credited at once. The list shows it, and the balance lags.
    [Fact]
    public void A_deposit_that_was_just_credited_is_not_closed_over()
    {
        using var app = new ClosureApp(new ClosureAppSettings
        {
            Simulator = new SimulatorOptions { EnforcesRules = false, BalanceLag = TimeSpan.FromMinutes(14) },
        });
        var account = app.CreateAccount(0m);
        app.AdvanceBy(TimeSpan.FromHours(1));
        app.Initiate(account);
        app.RunUntilStatus(
            account, status => status.CustomStatus?.Wait == WaitKind.EmptyAccount, TimeSpan.FromDays(10));
        app.AdvanceTo(app.Progress(account).NextActionAt!.Value.AddMinutes(-5));
        app.Requests("POST", "/v1/accounts/{account_id}/actions/close").ShouldBe(0);
        app.Simulator.AddTransfer(account.AccountId, new NewTransfer(500m, "INCOMING", Status: "COMPLETE"));
        app.State(account).Cash.ShouldBe(500m);
        app.AdvanceBy(TimeSpan.FromDays(1));

        bool isClosedOverMoney = app.State(account) is { Status: "ACCOUNT_CLOSED", Cash: > 1m };
        isClosedOverMoney.ShouldBeFalse(app.Story(account));
    }

    // A deposit between the two checks is complete before the second: six minutes are usual in the sandbox. The balance lags.
    [Fact]
    public void A_deposit_that_completes_between_the_two_checks_is_not_closed_over()
    {
        using var app = new ClosureApp(
            new ClosureAppSettings { Simulator = new SimulatorOptions { EnforcesRules = false, BalanceLag = TimeSpan.FromMinutes(8) } });
        var account = app.CreateAccount(0m);
        app.AdvanceBy(TimeSpan.FromHours(1));
        app.Initiate(account);
        app.RunUntilStatus(
            account, status => status.CustomStatus?.Wait == WaitKind.EmptyAccount, TimeSpan.FromDays(1));
        app.AdvanceTo(app.Progress(account).NextActionAt!.Value.AddMinutes(-7.5));
        app.Simulator.AddTransfer(account.AccountId, new NewTransfer(500m, "INCOMING", TransferHours: 0.1));
        app.AdvanceBy(TimeSpan.FromDays(1));

        bool isClosedOverMoney = app.State(account) is { Status: "ACCOUNT_CLOSED", Cash: > 1m };
        isClosedOverMoney.ShouldBeFalse(app.Story(account));
    }

    // The list shows that the deposit was returned. The balance still includes its money.
    [Fact]
    public void A_deposit_that_was_returned_is_not_paid_out_while_the_balance_lags()
    {
        using var app = new ClosureApp(new ClosureAppSettings
        {
            Simulator = new SimulatorOptions { EnforcesRules = false, BalanceLag = TimeSpan.FromMinutes(14) },
        });
        var account = app.CreateAccount(
            new NewAccount { Cash = 20_000m, PriorTransfers = [new NewTransfer(20_000m, "INCOMING", HoursAgo: 40, Status: "COMPLETE")] });
        app.AdvanceBy(TimeSpan.FromHours(1));
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("RETURNED", "R01"));
        app.State(account).Cash.ShouldBe(0m, app.Story(account));
        app.Initiate(account);
        app.AdvanceBy(TimeSpan.FromDays(1));

        app.State(account).Cash.ShouldBeGreaterThanOrEqualTo(0m, app.Story(account));
    }

    // The customer's deposit is returned while the closure has a transfer in flight and plans the next one.
    [Fact]
    public void A_deposit_that_is_returned_during_a_transfer_is_not_paid_out_again()
    {
        using var app = new ClosureApp(new ClosureAppSettings
        {
            Simulator = new SimulatorOptions { EnforcesRules = false, BalanceLag = TimeSpan.FromMinutes(12) },
        });
        var account = app.CreateAccount(new NewAccount
        {
            Cash = 80_000m,
            Bank = new BankOptions(TransferHours: 18),
            PriorTransfers = [new NewTransfer(30_000m, "INCOMING", HoursAgo: 40, Status: "COMPLETE")],
        });
        var deposit = app.State(account).Transfers[0].Id;
        app.AdvanceBy(TimeSpan.FromHours(1));
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.WaitingForNextTransfer);
        app.AdvanceTo(app.Progress(account).NextActionAt!.Value.AddMinutes(-5));
        app.Simulator.SetTransferStatus(account.AccountId, deposit, new TransferChange("RETURNED", "R01"));
        app.AdvanceBy(TimeSpan.FromHours(2));

        app.State(account).Cash.ShouldBeGreaterThanOrEqualTo(0m, app.Story(account));
    }

    private static CreatedAccount Begin(ClosureApp app, ClosurePhase phase) =>
        app.BeginTo(phase, new NewAccount { Cash = 10_000m, Bank = new BankOptions(TransferHours: 20) });
}
