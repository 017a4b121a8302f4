using AccountClosure.Activities;
using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>A transfer is returned around the close. The account is not closed over it, and if it is too late, a person is asked.</summary>
public sealed class ReturnAroundTheCloseTests
{
    private const string Trading = "GET /v1/trading/accounts/{account_id}/account";
    private const string Close = "/v1/accounts/{account_id}/actions/close";

    // The list shows the return at once. The balance may show the money 14 minutes later.
    [Fact]
    public void A_transfer_that_the_broker_updates_every_day_does_not_keep_the_account_open()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(
            new NewAccount { Cash = 1_000m, PriorTransfers = [new NewTransfer(500m, HoursAgo: 300, Status: "COMPLETE")] });
        app.Initiate(account);
        var prior = app.State(account).Transfers[0].Id;

        for (var day = 0; day < 12 && !app.Status(account).HasEnded; day++)
        {
            app.AdvanceBy(TimeSpan.FromHours(23));
            app.Simulator.SetTransferStatus(account.AccountId, prior, new TransferChange("COMPLETE"));
            app.AdvanceBy(TimeSpan.FromHours(1));
        }

        app.Status(account).Output.ShouldNotBeNull(app.Story(account)).Outcome.ShouldBe(ClosurePhase.Completed);
    }

    [Fact]
    public void An_earlier_closures_transfer_that_just_came_back_is_not_closed_over()
    {
        using var app = new ClosureApp(new ClosureAppSettings
        {
            Simulator = new SimulatorOptions { EnforcesRules = false, BalanceLag = TimeSpan.FromMinutes(14) },
        });
        var (account, first) = SecondClosure(app);
        app.RunUntilStatus(
            account, status => status.CustomStatus?.Wait == WaitKind.EmptyAccount, TimeSpan.FromDays(10));
        app.AdvanceTo(app.Progress(account).NextActionAt!.Value.AddMinutes(-5));
        app.Requests("POST", Close).ShouldBe(0);
        app.Simulator.SetTransferStatus(account.AccountId, first, new TransferChange("RETURNED", "R03"));
        app.AdvanceBy(TimeSpan.FromDays(1));

        bool isClosedOverMoney = app.State(account) is { Status: "ACCOUNT_CLOSED", Cash: > 1m };
        isClosedOverMoney.ShouldBeFalse(app.Story(account) + app.Emails[^1].Text);
    }

    [Fact]
    public void A_return_of_an_earlier_closures_transfer_before_the_confirmation_is_detected()
    {
        using var app = new ClosureApp(
            new ClosureAppSettings { Simulator = new SimulatorOptions { BalanceLag = TimeSpan.FromMinutes(14) } });
        var (account, first) = SecondClosure(app);
        app.RunUntil(() => app.Requests("POST", Close) == 1, TimeSpan.FromDays(10));
        app.AdvanceBy(TimeSpan.FromMinutes(3));
        app.State(account).Status.ShouldBe("ACTIVE");
        app.Simulator.SetTransferStatus(account.AccountId, first, new TransferChange("RETURNED", "R03"));
        app.AdvanceBy(TimeSpan.FromDays(1));

        app.Progress(account).Phase.ShouldBe(ClosurePhase.ManualReview, app.Story(account) + app.Emails[^1].Text);
    }

    // Activities run at least once. The second execution finds the return already in the ledger.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_recorded_return_before_the_confirmation_is_detected(bool unreadable)
    {
        using var app = new ClosureApp(new ClosureAppSettings
        {
            Simulator = new SimulatorOptions { BalanceLag = TimeSpan.FromMinutes(unreadable ? 0 : 14) },
            ConfigureServices = FailingLedger.Register,
        });
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntil(() => app.Requests("POST", Close) == 1);
        app.AdvanceBy(TimeSpan.FromMinutes(3));
        app.State(account).Status.ShouldBe("ACTIVE");
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("RETURNED", "R03"));
        if (unreadable)
            app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 403, Count = 0, Route = Trading });
        FailingLedger.In(app).Fail(nameof(ITransferLedger.RecordStatusAsync), 1, afterwards: true);
        app.AdvanceBy(TimeSpan.FromDays(1));

        app.Progress(account).Review?.Code.ShouldBe(ReviewCode.ClosedWithAssets, app.Story(account));
        app.Emails.ShouldNotContain(email => email.Subject.Contains("is closed"));
    }

    [Fact]
    public void A_recorded_return_to_a_closed_account_needs_manual_review()
    {
        using var app = new ClosureApp(new ClosureAppSettings
        {
            Simulator = new SimulatorOptions { BalanceLag = TimeSpan.FromMinutes(14) },
            ConfigureServices = FailingLedger.Register,
        });
        var account = app.CreateAccount(new NewAccount { Cash = 60_000m, Bank = new BankOptions(TransferHours: 18) });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers is [_, { Status: "SENT_TO_CLEARING" }], TimeSpan.FromDays(5));
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
        app.Cancel(account).StatusCode.ShouldBe(202);
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == WaitKind.TransfersBeforeEnd);
        app.AdvanceTo(app.Progress(account).NextActionAt!.Value.AddMinutes(-5));
        app.Simulator.SetTransferStatus(
            account.AccountId, app.LedgerOf(account)[0].BrokerTransferId!, new TransferChange("RETURNED", "R03"));
        app.Simulator.SetTransferStatus(account.AccountId, app.LedgerOf(account)[1].BrokerTransferId!, new TransferChange("COMPLETE"));
        // The second transfer's last status is recorded first, then the return of the first transfer, whose answer is lost.
        FailingLedger.In(app).Fail(nameof(ITransferLedger.RecordStatusAsync), 1, skip: 1, afterwards: true);
        app.AdvanceBy(TimeSpan.FromDays(1));

        app.Progress(account).Phase.ShouldBe(ClosurePhase.ManualReview, app.Story(account) + app.Emails[^1].Text);
    }

    // The transfer is being returned with an unknown status.
    [Fact]
    public void An_account_is_not_closed_while_a_completed_transfer_is_no_longer_final()
    {
        using var app = new ClosureApp(new ClosureAppSettings { Simulator = new SimulatorOptions { EnforcesRules = false } });
        var account = app.CreateAccount(1_000m);
        app.BeginToReturnWindow(account);
        app.LedgerOf(account).ShouldHaveSingleItem().Status!.Value.Raw.ShouldBe("COMPLETE");
        app.AdvanceBy(TimeSpan.FromHours(3));
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("RETURN_PENDING", "R10"));
        app.AdvanceBy(TimeSpan.FromDays(5));
        new TransferStatus(app.State(account).Transfers[0].Status).IsFinal.ShouldBeFalse();

        app.State(account).Status.ShouldBe("ACTIVE", app.Story(account));
    }

    [Fact]
    public void A_poll_that_reads_an_older_list_does_not_count_a_return_twice()
    {
        using var app = new ClosureApp(new ClosureAppSettings { Simulator = new SimulatorOptions { EnforcesRules = false } });
        var account = app.CreateAccount(new NewAccount { Cash = 1_000m, Bank = new BankOptions(TransferHours: 18) });
        app.BeginToReturnWindow(account);
        var entry = app.LedgerOf(account).ShouldHaveSingleItem();
        app.Simulator.SetTransferStatus(account.AccountId, entry.BrokerTransferId!, new TransferChange("RETURNED", "R03"));
        app.RunUntil(() => app.LedgerOf(account)[0].Status!.Value.Raw == "RETURNED");
        app.AdvanceBy(TimeSpan.FromSeconds(1));

        // A broker machine that lags shows this to the late repetition.
        app.Simulator.SetTransferStatus(account.AccountId, entry.BrokerTransferId!, new TransferChange("COMPLETE"));
        app.Await(() => ActivatorUtilities.CreateInstance<PollTransfers>(app.Services)
            .Run(new PollTransfersInput(account.AccountId, [entry.Intent.IntentId]), CancellationToken.None));
        app.Simulator.SetTransferStatus(account.AccountId, entry.BrokerTransferId!, new TransferChange("RETURNED", "R03"));

        app.RunToEnd(account, TimeSpan.FromDays(30)).IsClosed.ShouldBeTrue();
        app.AdvanceBy(TimeSpan.FromHours(1));

        MoneyChecks.Paid(app.State(account)).ShouldBe(1_000m);
        app.Emails.Single(email => email.Subject.Contains("is closed")).Text.ShouldContain("Paid out in all: $1,000.00");
    }

    [Theory]
    [InlineData("SENT_TO_CLEARING", 0, SafetyFinding.Clear)]
    [InlineData("SENT_TO_CLEARING", 16, SafetyFinding.TransferPending)]
    [InlineData("RETURN_PENDING", 0, SafetyFinding.TransferPending)]
    public void A_list_with_known_statuses_may_be_older_than_the_ledger_for_a_while(string listed, int minutesLater, SafetyFinding finding)
    {
        using var app = new ClosureApp(new ClosureAppSettings { Simulator = new SimulatorOptions { EnforcesRules = false } });
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntil(() => app.LedgerOf(account) is [{ Status.Raw: "COMPLETE" }]);
        app.AdvanceBy(TimeSpan.FromMinutes(minutesLater));
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange(listed));
        var state = app.StateOf(account);
        var check = new CloseBrokerAccountInput(state.Request, $"closure-{account.AccountId}", state.Policy, MayClose: false);

        app.Await(() => ActivatorUtilities.CreateInstance<CloseBrokerAccount>(app.Services).Run(check, app.Client, CancellationToken.None))
            .Finding.ShouldBe(finding);
    }

    [Fact]
    public void A_return_of_an_earlier_closures_transfer_is_not_counted_as_the_later_ones()
    {
        using var app = new ClosureApp();
        var (account, first) = SecondClosure(app);
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == WaitKind.Returns, TimeSpan.FromDays(10));
        app.Simulator.SetTransferStatus(account.AccountId, first, new TransferChange("RETURNED", "R03"));

        app.Await(() => ActivatorUtilities.CreateInstance<AssessWithdrawal>(app.Services)
            .Run(AssessWithdrawalInput.From(app.StateOf(account)), CancellationToken.None)).Returned.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void More_money_left_than_a_person_accepted_needs_another_review(bool isReturn)
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 18) });
        app.BeginToReturnWindow(account);
        app.Simulator.AddCash(account.AccountId, new CashChange(3m));
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
        app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(20)).Review!.Code.ShouldBe(ReviewCode.ClosedWithAssets);
        app.AdvanceBy(TimeSpan.FromDays(1));
        if (isReturn)
            app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("RETURNED", "R03"));
        else
            app.Simulator.AddCash(account.AccountId, new CashChange(500m));
        app.AdvanceBy(TimeSpan.FromHours(1));
        app.Resolve(account, ReviewChoice.Skip).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromHours(1));

        var review = app.Progress(account).Review.ShouldNotBeNull(app.Story(account));
        review.Code.ShouldBe(ReviewCode.ClosedWithAssets);
        review.Number.ShouldBe(2);
        app.Emails.ShouldNotContain(email => email.Subject.Contains("is closed"));
        app.Resolve(account, ReviewChoice.Skip).StatusCode.ShouldBe(202);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Completed);
    }

    [Fact]
    public void A_customer_transfer_has_its_own_return_window()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount
        {
            Cash = 20_000m,
            Bank = new BankOptions(TransferHours: 18, Returns: [new BankReturn(1, AfterCompleteHours: 20)]),
        });
        app.Simulator.AddTransfer(account.AccountId, new NewTransfer(20_000m));
        app.Initiate(account).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromDays(20));

        bool isClosedOverMoney = app.State(account) is { Status: "ACCOUNT_CLOSED", Cash: > 1m };
        isClosedOverMoney.ShouldBeFalse(app.Story(account));
    }

    [Fact]
    public void A_later_customer_transfer_restarts_the_return_window()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 10_000m, Bank = new BankOptions(TransferHours: 6) });
        app.BeginToReturnWindow(account);
        app.AdvanceTo(app.StateOf(account).Payout.ReturnsUntil is { } until ? until.AddHours(-16) : app.Now.AddHours(28));
        app.Simulator.AddCash(account.AccountId, new CashChange(5_000m));
        app.Simulator.SetBank(account.AccountId, new BankOptions(TransferHours: 6, Returns: [new BankReturn(1, AfterCompleteHours: 20)]));
        app.Simulator.AddTransfer(account.AccountId, new NewTransfer(5_000m));
        app.AdvanceBy(TimeSpan.FromDays(20));

        bool isClosedOverMoney = app.State(account) is { Status: "ACCOUNT_CLOSED", Cash: > 1m };
        isClosedOverMoney.ShouldBeFalse(app.Story(account));
    }

    [Fact]
    public void A_transfer_that_settles_after_completion_does_not_restart_the_return_window()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        app.BeginToReturnWindow(account);
        var until = app.Progress(account).ReturnsUntil.ShouldNotBeNull();
        app.AdvanceTo(until.AddHours(-8));
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("SETTLED"));
        app.RunUntil(account, ClosurePhase.Closing);

        app.Now.ShouldBeLessThan(until.AddMinutes(30));
    }


    private static (CreatedAccount Account, string Transfer) SecondClosure(ClosureApp app)
    {
        var account = app.CreateAccount(new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 18) });
        app.BeginToReturnWindow(account);
        var first = app.State(account).Transfers.ShouldHaveSingleItem().Id;
        app.Cancel(account).StatusCode.ShouldBe(202);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        app.Initiate(account).StatusCode.ShouldBe(202);
        return (account, first);
    }
}
