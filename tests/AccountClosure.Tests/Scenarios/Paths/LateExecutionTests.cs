using AccountClosure.Activities;
using AccountClosure.Closure;
using AccountClosure.Orchestrations;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>Late, repeated or concurrent executions change nothing.</summary>
public sealed class LateExecutionTests
{
    private const string Post = "POST /v1/accounts/{account_id}/transfers";

    [Fact]
    public void A_late_start_of_the_cleanup_of_a_completed_closure_changes_nothing()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Withdrawing);
        var state = app.StateOf(account);
        app.RunToEnd(account);

        app.Await(() => app.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(TerminationCleanup),
            ClosureState.BeginCleanup(
                state.Request, state.Policy, state.Phase, state.Payout, ClosurePhase.Cancelled, new Cancel("an operator", "late"), app.Now),
            new StartOrchestrationOptions(ClosureInstance.CleanupIdFor(state.Request.ConfirmationNumber))));
        app.AdvanceBy(TimeSpan.FromDays(1));

        app.TrackingOf(account).ShouldHaveSingleItem().Phase.ShouldBe("Completed");
        app.Emails.Count.ShouldBe(2);
        app.CustomerOf(account)!.Status.ShouldBe("closed");
    }

    [Fact]
    public void A_late_record_of_a_phase_does_not_open_an_ended_closure_again()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Withdrawing);
        var state = app.StateOf(account);
        app.Cancel(account);
        app.RunToEnd(account);

        var fence = app.Await(() => ActivatorUtilities.CreateInstance<RecordPhase>(app.Services).Run(
            new RecordPhaseInput(
                state.Request, ClosurePhase.Withdrawing, app.Now.AddHours(1), Money.Zero, 0, "system", null), CancellationToken.None));

        fence.Fence.ShouldBe(Fence.Stopped);
        app.TrackingOf(account).ShouldHaveSingleItem().Phase.ShouldBe("Cancelled");
    }

    [Fact]
    public void A_closure_ends_although_the_clock_that_dated_its_last_phase_was_ahead()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.WaitingForNextTransfer);
        var state = app.StateOf(account);
        app.RunUntil(() => app.State(account).Transfers.All(transfer => transfer.Status == "COMPLETE"));
        var ahead = app.Now.AddMinutes(5);
        app.Await(() => ActivatorUtilities.CreateInstance<RecordPhase>(app.Services).Run(
            new RecordPhaseInput(state.Request, ClosurePhase.Withdrawing, ahead, Money.Zero, 0, "system", null), CancellationToken.None));

        app.Cancel(account, force: true);
        app.AdvanceBy(TimeSpan.FromMinutes(1));

        var ended = app.TrackingOf(account).ShouldHaveSingleItem();
        (ended.Phase, ended.EndedAt).ShouldBe(("Cancelled", ahead));
    }

    [Fact]
    public void A_late_execution_of_a_transfer_in_doubt_sends_nothing_after_the_end()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(20_000m);
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Drop, Effect = FaultEffect.Before, Route = Post });
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == WaitKind.TransferInDoubt);
        var state = app.StateOf(account);
        var number = state.Request.ConfirmationNumber;
        app.Cancel(account);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);

        var order = new CreateTransferInput(
            account.AccountId, number, $"closure-{account.AccountId}", $"{number}/1", state.Policy.DailyTransferLimit,
            state.Policy.TransferInDoubtWindow);
        app.Await(() => ActivatorUtilities.CreateInstance<CreateTransfer>(app.Services)
            .Run(order, app.Client, new Invocation("late"), CancellationToken.None)).Outcome.ShouldBe(CreateTransferOutcome.Stopped);
        app.State(account).Transfers.ShouldBeEmpty();
    }

    [Fact]
    public void A_copy_of_a_cleanup_under_another_id_ends_at_once()
    {
        using var scene = ReviewCases.For(ReviewCode.AmbiguousTransfer).Play();
        var number = scene.App.Progress(scene.Account).ConfirmationNumber;
        scene.App.Cancel(scene.Account, force: true);
        scene.App.AdvanceBy(TimeSpan.FromHours(1));

        var copy = scene.App.Await(
            () => scene.App.Client.RestartAsync(ClosureInstance.CleanupIdFor(number), restartWithNewInstanceId: true));
        scene.App.AdvanceBy(TimeSpan.FromMinutes(1));

        scene.App.Await(() => scene.App.Client.GetInstanceAsync(copy))!.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
        scene.App.TaskStatus(scene.Account).Review!.Code.ShouldBe(ReviewCode.AmbiguousTransfer);
    }

    [Fact]
    public void A_closure_that_is_suspended_in_doubt_for_days_pays_out_once()
    {
        using var app = new ClosureApp(new ClosureAppSettings { Simulator = new SimulatorOptions { EnforcesRules = false } });
        var account = app.CreateAccount(150_000m);
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Drop, Effect = FaultEffect.Late, LateSeconds = 300, Route = Post });
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == WaitKind.TransferInDoubt);
        app.Await(async () =>
        {
            await app.Client.SuspendInstanceAsync($"closure-{account.AccountId}");
            return true;
        });
        app.AdvanceBy(TimeSpan.FromDays(3));
        app.Await(async () =>
        {
            await app.Client.ResumeInstanceAsync($"closure-{account.AccountId}");
            return true;
        });
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 150_000m);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_list_of_short_pages_hides_no_transfer_from_the_limit(int perPage)
    {
        using var app = new ClosureApp(new ClosureAppSettings
        {
            Simulator = new SimulatorOptions
            {
                EnforcesRules = false,
                TransfersPerPage = perPage,
                TransfersOldestFirst = true,
            },
        });
        var account = app.CreateAccount(new NewAccount
        {
            Cash = 60_000m,
            PriorTransfers =
                [new NewTransfer(10_000m, HoursAgo: 3, Status: "COMPLETE"), new NewTransfer(10_000m, HoursAgo: 2, Status: "COMPLETE")],
        });
        app.Initiate(account);
        app.RunToEnd(account);

        app.ShouldNeverBeOverTheLimit(account);
        app.State(account).Status.ShouldBe("ACCOUNT_CLOSED");
    }

    [Fact]
    public void A_list_lag_shorter_than_the_doubt_window_causes_no_second_payment()
    {
        const int minutes = 9;
        using var app = new ClosureApp(new ClosureAppSettings
        {
            Simulator = new SimulatorOptions { EnforcesRules = false, ListLag = TimeSpan.FromMinutes(minutes) },
        });
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Drop, Effect = FaultEffect.After, Route = Post });
        var account = app.CreateAccount(150_000m);
        app.AdvanceBy(TimeSpan.FromHours(1));
        app.Initiate(account);
        app.AdvanceBy(TimeSpan.FromHours(3));

        app.State(account).Transfers.Count.ShouldBe(1, app.Story(account));
    }

    [Fact]
    public void A_decision_and_a_cancel_in_the_same_moment_end_the_closure_once()
    {
        using var scene = ReviewCases.For(ReviewCode.LiquidationTimedOut).Play();
        scene.App.Raise(scene.Account, "Resolve", new Resolve(1, ReviewChoice.Retry, "an operator", "first"));
        scene.App.Cancel(scene.Account);
        scene.App.RunToEnd(scene.Account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        scene.App.AdvanceBy(TimeSpan.FromHours(1));

        scene.Outbox.Emails.Count(email => email.Subject.Contains("stays open")).ShouldBe(1);
        scene.App.State(scene.Account).Positions.Count.ShouldBe(1);
    }

    [Fact]
    public void A_cleanup_that_is_terminated_and_purged_starts_again()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Withdrawing, new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 18) });
        app.RunUntil(() => app.State(account).Transfers is [{ Status: "SENT_TO_CLEARING" }]);
        var cleanup = ClosureInstance.CleanupIdFor(app.Progress(account).ConfirmationNumber);
        app.Cancel(account, force: true);
        app.AdvanceBy(TimeSpan.FromMinutes(1));
        app.Await(async () =>
        {
            await app.Client.TerminateInstanceAsync(cleanup);
            return true;
        });
        app.AdvanceBy(TimeSpan.FromSeconds(1));
        app.Await(() => app.Client.PurgeInstanceAsync(cleanup));
        app.Await(() => app.Client.PurgeInstanceAsync($"closure-{account.AccountId}"));
        app.AdvanceBy(TimeSpan.FromDays(3));

        app.TrackingOf(account).ShouldHaveSingleItem().Phase.ShouldBe("Cancelled");
        app.Emails.ShouldContain(email => email.Text.Contains("$20,000.00 had been paid out"));
        app.ShouldAgreeWithTheLedger(account);
    }

    [Fact]
    public void A_late_second_check_of_an_earlier_attempt_does_not_close_the_account()
    {
        using var app = new ClosureApp(new ClosureAppSettings
        {
            Simulator = new SimulatorOptions { EnforcesRules = false, BalanceLag = TimeSpan.FromMinutes(12) },
        });
        var account = app.CreateAccount(0m);
        app.AdvanceBy(TimeSpan.FromHours(1));
        app.Initiate(account);
        const WaitKind Certainty = WaitKind.EmptyAccount;
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == Certainty, TimeSpan.FromDays(1));
        var earlier = app.Progress(account).NextActionAt - ClosurePolicy.BalanceLag;
        // The second check finds a pending deposit, which the customer then cancels.
        app.AdvanceTo(app.Progress(account).NextActionAt!.Value.AddMinutes(-1));
        var deposit = app.Simulator.AddTransfer(account.AccountId, new NewTransfer(100m, "INCOMING"));
        app.RunUntilStatus(account, status =>
            status.CustomStatus?.Wait == WaitKind.OtherMoney, TimeSpan.FromHours(1));
        app.Simulator.SetTransferStatus(account.AccountId, deposit, new TransferChange("CANCELED"));
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == Certainty, TimeSpan.FromDays(1));
        app.AdvanceBy(TimeSpan.FromSeconds(1));
        var state = app.StateOf(account);
        app.Progress(account).NextActionAt!.Value.ShouldBeGreaterThan(app.Now.AddMinutes(14));
        app.AdvanceBy(TimeSpan.FromMinutes(1));
        app.Simulator.AddCash(account.AccountId, new CashChange(500m));
        app.AdvanceBy(TimeSpan.FromMinutes(1));

        // The runtime repeats the second check of the first attempt.
        var again = new CloseBrokerAccountInput(state.Request, $"closure-{account.AccountId}", state.Policy, MayClose: true, earlier);
        app.Await(() => ActivatorUtilities.CreateInstance<CloseBrokerAccount>(app.Services).Run(again, app.Client, CancellationToken.None));
        app.AdvanceBy(TimeSpan.FromDays(1));

        bool isClosedOverMoney = app.State(account) is { Status: "ACCOUNT_CLOSED", Cash: > 1m };
        isClosedOverMoney.ShouldBeFalse(app.Story(account));
    }
}
