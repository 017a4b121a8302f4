using AccountClosure.Activities;
using AccountClosure.Closure;
using AccountClosure.Notifications;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>
/// A closure is terminated through the plain durable API at the worst moments. Nothing is sent after that, and the cleanup polls
/// earlier transfers until they end.
/// </summary>
public sealed class TerminateTests
{
    private const string Transfers = "/v1/accounts/{account_id}/transfers";
    private const string Close = "/v1/accounts/{account_id}/actions/close";

    [Fact]
    [Covers(CreateTransferOutcome.Stopped)]
    public void Between_the_intent_and_the_request_no_transfer_is_created()
    {
        using var app = new ClosureApp();
        var account = Begin(app, ClosurePhase.Withdrawing);
        // The second read of the transfers is the one between the intent and the request.
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Delay, DelaySeconds = 20, Nth = 2, Route = $"GET {Transfers}" });
        app.RunUntil(() => app.LedgerOf(account).Count == 1);
        app.AdvanceBy(TimeSpan.FromSeconds(5));

        Terminate(app, account);
        app.AdvanceBy(TimeSpan.FromDays(3));

        Sent(app, "POST", Transfers).ShouldBe(0);
        app.State(account).Cash.ShouldBe(80_000m);
        app.LedgerOf(account).ShouldHaveSingleItem().State.ShouldBe(LedgerState.Abandoned);
        ShouldBeEnded(app, account);
    }

    [Theory]
    [InlineData(FaultEffect.Before)]
    [InlineData(FaultEffect.After)]
    public void While_the_request_is_in_flight_its_transfer_is_in_the_ledger_and_cancelled(FaultEffect effect)
    {
        using var app = new ClosureApp();
        var account = Begin(app, ClosurePhase.Withdrawing);
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Delay, DelaySeconds = 20, Effect = effect, Route = $"POST {Transfers}" });
        app.RunUntil(() => app.LedgerOf(account) is [{ AttemptedAt: not null }]);
        app.AdvanceBy(TimeSpan.FromSeconds(5));

        Terminate(app, account);
        app.AdvanceBy(TimeSpan.FromDays(5));

        app.State(account).Transfers.ShouldHaveSingleItem().Status.ShouldBe("CANCELED");
        app.ShouldAgreeWithTheLedger(account);
        app.LedgerOf(account).ShouldHaveSingleItem().State.ShouldBe(LedgerState.Bound);
        ShouldBeEnded(app, account);
        var record = app.Await(() => app.Services.GetRequiredService<IClosureTracking>().ListAsync(account.AccountId))
            .ShouldHaveSingleItem();
        (record.Phase, record.Withdrawn, record.TransferCount).ShouldBe(("Cancelled", Money.Zero, 1));
    }

    [Fact]
    public void While_the_answer_to_the_request_is_lost_its_transfer_is_found()
    {
        using var app = new ClosureApp();
        var account = Begin(app, ClosurePhase.Withdrawing);
        app.Simulator.AddFault(
            new Fault { Kind = FaultKind.Drop, Effect = FaultEffect.Late, LateSeconds = 60, Route = $"POST {Transfers}" });
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == WaitKind.TransferInDoubt);

        Terminate(app, account);
        app.AdvanceBy(TimeSpan.FromDays(5));

        app.State(account).Transfers.ShouldHaveSingleItem().Status.ShouldBe("COMPLETE");
        app.LedgerOf(account).ShouldHaveSingleItem().State.ShouldBe(LedgerState.Bound);
        app.ShouldAgreeWithTheLedger(account);
        ShouldBeEnded(app, account);
    }

    [Fact]
    [Covers(CloseBrokerAccountOutcome.ClosureNotRunning)]
    public void Between_the_final_check_and_the_close_the_account_stays_open()
    {
        using var app = new ClosureApp();
        var account = Begin(app, ClosurePhase.Closing);
        app.Simulator.AddFault(
            new Fault { Kind = FaultKind.Delay, DelaySeconds = 20, Route = "GET /v1/trading/accounts/{account_id}/account" });
        app.AdvanceBy(TimeSpan.FromSeconds(5));

        Terminate(app, account);
        app.AdvanceBy(TimeSpan.FromDays(2));

        Sent(app, "POST", Close).ShouldBe(0);
        app.State(account).Status.ShouldBe("ACTIVE");
        ShouldBeEnded(app, account);
    }

    [Fact]
    public void After_the_close_request_the_records_say_that_the_account_is_closed()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus is { CanCancel: false });

        Terminate(app, account);
        app.AdvanceBy(TimeSpan.FromDays(1));

        app.State(account).Status.ShouldBe("ACCOUNT_CLOSED");
        app.CustomerOf(account)!.Status.ShouldBe("closed");
        app.AuditOf(account).ShouldContain(entry => entry.Event == "ClosureCompleted");
        app.Emails.Select(email => email.Subject[..12]).ShouldBe(["We have begu", "Your account"]);
        app.Emails[^1].Text.ShouldContain("Paid out in all: $1,000.00 in 1 transfer");
    }

    [Fact]
    public void While_the_close_request_is_in_flight_the_cleanup_waits_for_a_slow_broker()
    {
        using var app = new ClosureApp(
            new ClosureAppSettings { Simulator = new SimulatorOptions { CloseDelay = TimeSpan.FromMinutes(90) } });
        var account = Begin(app, ClosurePhase.Closing);
        app.Simulator.AddFault(
            new Fault { Kind = FaultKind.Delay, DelaySeconds = 20, Effect = FaultEffect.After, Route = $"POST {Close}" });
        app.RunUntil(() => Sent(app, "POST", Close) == 1);

        Terminate(app, account);
        app.AdvanceBy(TimeSpan.FromDays(1));

        app.State(account).Status.ShouldBe("ACCOUNT_CLOSED");
        app.CustomerOf(account)!.Status.ShouldBe("closed");
        app.AuditOf(account).ShouldContain(entry => entry.Event == "ClosureCompleted");
    }

    [Fact]
    public void A_termination_in_manual_review_ends_the_reminders()
    {
        using var scene = ReviewCases.For(ReviewCode.TransferOverdue).Play();
        Terminate(scene.App, scene.Account);
        scene.App.AdvanceBy(TimeSpan.FromDays(10));
        var told = scene.Outbox.Emails.Count;

        scene.App.AdvanceBy(TimeSpan.FromDays(10));

        scene.Outbox.Emails.Count.ShouldBe(told);
        ShouldBeEnded(scene.App, scene.Account);
        scene.App.State(scene.Account).Transfers.ShouldHaveSingleItem().Status.ShouldBe("COMPLETE");
        scene.App.ShouldAgreeWithTheLedger(scene.Account);
    }

    [Fact]
    public void Another_closure_can_close_the_account_while_a_terminated_one_is_cleaned_up()
    {
        using var app = new ClosureApp();
        var account = Begin(app, ClosurePhase.Withdrawing);
        app.RunUntil(() => app.State(account).Transfers.Count == 1);
        Terminate(app, account);

        app.Initiate(account).StatusCode.ShouldBe(202);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 80_000m);
        app.CustomerOf(account)!.Status.ShouldBe("closed");
    }

    [Fact]
    public void The_customer_is_told_the_outcome_when_all_transfers_have_ended()
    {
        using var app = new ClosureApp();
        var account = Begin(app, ClosurePhase.Withdrawing);
        app.RunUntil(() => app.State(account).Transfers.Count == 1);
        Terminate(app, account);
        app.Emails.Count.ShouldBe(1);

        app.AdvanceBy(TimeSpan.FromDays(5));

        app.Emails.Count.ShouldBe(2);
        app.Emails[1].Key.ShouldBe($"{ConfirmationNumberOf(app, account)}-ClosureCancelled-0");
        app.Emails[1].Text.ShouldContain("No money had been paid out");
    }

    [Fact]
    public void The_customer_hears_how_the_first_closure_ended_before_the_later_one_begins()
    {
        using var app = new ClosureApp();
        var account = Begin(app, ClosurePhase.Withdrawing);
        app.RunUntil(() => app.State(account).Transfers.Count == 1);
        Terminate(app, account);
        app.Initiate(account);
        app.RunToEnd(account);

        app.AdvanceBy(TimeSpan.FromDays(5));

        app.Emails.Select(email => email.Subject[..21]).ShouldBe(
            ["We have begun to clos", "Your account stays op", "We have begun to clos", "Your account is close"]);
    }

    [Fact]
    public void The_customer_hears_from_the_first_closure_when_the_later_one_was_refused()
    {
        using var app = new ClosureApp(new ClosureAppSettings { Simulator = new SimulatorOptions { CloseDelay = TimeSpan.Zero } });
        var account = app.CreateAccount(0.99m);
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus is { CanCancel: false });
        var first = ConfirmationNumberOf(app, account);
        app.Cancel(account, force: true);
        app.AdvanceBy(TimeSpan.Zero);
        // A closure requested at the same moment is dated one tick later, so that it has its own confirmation number.
        app.Initiate(account);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Rejected);

        app.AdvanceBy(TimeSpan.FromDays(1));

        var tracking = app.Await(() => app.Services.GetRequiredService<IClosureTracking>().ListAsync(account.AccountId));
        tracking.Select(closure => closure.Phase).ShouldBe(["Rejected", "Completed"]);
        app.Emails[^1].Key.ShouldBe($"{first}-ClosureCompleted-0");
    }

    [Fact]
    public void The_customer_hears_from_the_first_closure_while_the_later_one_may_be_refused()
    {
        using var app = new ClosureApp();
        var account = Begin(app, ClosurePhase.Liquidating);
        var first = ConfirmationNumberOf(app, account);
        Terminate(app, account);
        app.Simulator.AddFault(
            new Fault { Kind = FaultKind.Error, Status = 503, Count = 0, Route = "GET /v1/accounts/{account_id}/ach_relationships" });
        app.Initiate(account).StatusCode.ShouldBe(202);

        app.AdvanceBy(TimeSpan.FromHours(1));

        app.Progress(account).Phase.ShouldBe(ClosurePhase.Initiated);
        app.Emails[^1].Key.ShouldBe($"{first}-ClosureCancelled-0");
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(8, false)]
    public void Mail_that_cannot_be_sent_is_retried_for_a_week_and_then_left_to_the_audit_log(int daysWithoutMail, bool isTold)
    {
        var outbox = new FailingOutbox();
        using var app = new ClosureApp(new ClosureAppSettings { ConfigureServices = services => services.AddSingleton<IOutbox>(outbox) });
        var account = Begin(app, ClosurePhase.Liquidating);
        outbox.Refuses = "Your account";
        Terminate(app, account);

        app.AdvanceBy(TimeSpan.FromDays(daysWithoutMail));
        app.AuditOf(account).ShouldContain(entry => entry.Event == "ClosureCancelled");
        outbox.Refuses = null;
        app.AdvanceBy(TimeSpan.FromHours(1));

        outbox.Emails.Any(email => email.Key.Contains("ClosureCancelled")).ShouldBe(isTold);
        app.AuditOf(account).Any(entry => entry.Event == "NotificationFailed").ShouldBe(!isTold);
        var cleanup = ClosureInstance.CleanupIdFor(ConfirmationNumberOf(app, account));
        app.Await(() => app.Client.GetInstanceAsync(cleanup))!.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
        ShouldBeEnded(app, account);
    }

    private static string ConfirmationNumberOf(ClosureApp app, CreatedAccount account) => app.Progress(account).ConfirmationNumber;

    private static CreatedAccount Begin(ClosureApp app, ClosurePhase phase) =>
        app.BeginTo(phase, new NewAccount { Cash = 80_000m });

    private static void Terminate(ClosureApp app, CreatedAccount account)
    {
        app.Send(HttpMethod.Post, $"runtime/webhooks/durabletask/instances/closure-{account.AccountId}/terminate?reason=test").StatusCode
            .ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(1));
    }

    private static int Sent(ClosureApp app, string method, string route) =>
        app.Simulator.Requests.Count(request => request.Method == method && request.Route == route);

    private static void ShouldBeEnded(ClosureApp app, CreatedAccount account)
    {
        app.Status(account).RuntimeStatus.ShouldBe("Terminated");
        app.CustomerOf(account)!.Status.ShouldBe("active");
        app.AuditOf(account).Count(entry => entry.Event == "ClosureCancelled").ShouldBe(1);
        app.LedgerOf(account).ShouldNotContain(entry => entry.State == LedgerState.Intended);
    }
}
