using AccountClosure.Closure;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>The broker accepted the close, and the closure does not know it. The records agree with the account in the end.</summary>
public sealed class UnknownCloseTests
{
    private const string Close = "POST /v1/accounts/{account_id}/actions/close";

    [Fact]
    public void An_account_that_another_execution_closed_between_checks_is_not_reported_as_blocked()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Closing, new NewAccount { Cash = 1_000m });
        app.Simulator.AddFault(
            new Fault { Kind = FaultKind.Delay, DelaySeconds = 20, Route = "GET /v1/trading/accounts/{account_id}/account" });
        app.AdvanceBy(TimeSpan.FromSeconds(5));
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");

        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Completed);

        app.CustomerOf(account)!.Status.ShouldBe("closed");
        app.AuditOf(account).ShouldNotContain(entry => entry.Event == "ClosureManualReview");
    }

    [Fact]
    public void A_close_whose_answer_is_lost_is_awaited_and_not_requested_again()
    {
        using var app = new ClosureApp();
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Drop, Effect = FaultEffect.After, Route = Close });
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Completed);

        app.Requests("POST", "/v1/accounts/{account_id}/actions/close").ShouldBe(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(90)]
    public void A_close_aborted_after_a_refusal_ends_as_closed_if_the_broker_closes_anyway(int closeMinutes)
    {
        using var app = new ClosureApp(
            new ClosureAppSettings { Simulator = new SimulatorOptions { CloseDelay = TimeSpan.FromMinutes(closeMinutes) } });
        var account = app.BeginTo(ClosurePhase.Closing, new NewAccount { Cash = 1_000m });
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 422, Effect = FaultEffect.After, Route = Close });
        app.RunUntil(account, ClosurePhase.ManualReview);
        app.Progress(account).Review!.Code.ShouldBe(ReviewCode.CloseRefused);

        app.Resolve(account, ReviewChoice.Abort);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Completed);

        app.State(account).Status.ShouldBe("ACCOUNT_CLOSED");
        app.CustomerOf(account)!.Status.ShouldBe("closed");
        app.Emails.ShouldContain(email => email.Subject.Contains("closed"));
    }

    [Fact]
    public void An_abort_after_a_refused_close_ends_as_cancelled_when_the_account_stays_open()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Closing, new NewAccount { Cash = 1_000m });
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 422, Route = Close });
        app.RunUntil(account, ClosurePhase.ManualReview);
        app.Resolve(account, ReviewChoice.Abort);
        var aborted = app.Now;

        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);

        (app.Now - aborted).ShouldBeGreaterThanOrEqualTo(new ClosurePolicy().ClosingTimeout);
        app.State(account).Status.ShouldBe("ACTIVE");
        app.CustomerOf(account)!.Status.ShouldBe("active");
    }

    [Fact]
    public void A_closure_waits_for_the_cleanup_of_the_previous_one_and_then_closes_the_account()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Closing, new NewAccount { Cash = 1_000m });
        app.Simulator.AddFault(
            new Fault { Kind = FaultKind.Delay, DelaySeconds = 20, Route = "GET /v1/trading/accounts/{account_id}/account" });
        app.AdvanceBy(TimeSpan.FromSeconds(5));
        var first = app.Progress(account).ConfirmationNumber;
        app.Send(HttpMethod.Post, $"runtime/webhooks/durabletask/instances/closure-{account.AccountId}/terminate?reason=test");
        app.AdvanceBy(TimeSpan.FromSeconds(1));
        app.Initiate(account).StatusCode.ShouldBe(202);

        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Completed);
        app.AdvanceBy(TimeSpan.FromDays(1));

        app.CustomerOf(account)!.Status.ShouldBe("closed");
        var audit = app.AuditOf(account).ToList();
        int firstEnd = audit.FindIndex(entry => entry.ConfirmationNumber == first && entry.Event == "ClosureCancelled");
        audit.FindIndex(entry => entry.ConfirmationNumber != first && entry.Event == "ClosureLiquidating").ShouldBeGreaterThan(firstEnd);
    }
}
