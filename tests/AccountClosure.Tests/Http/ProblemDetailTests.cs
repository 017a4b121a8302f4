using AccountClosure.Closure;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Http;

/// <summary>The answer to a refused request states the current state of the closure and where to find more.</summary>
public sealed class ProblemDetailTests
{
    [Fact]
    public void A_second_cancel_is_told_that_the_closure_is_already_being_cancelled()
    {
        using var app = new ClosureApp();
        var account = BeginToClearing(app);
        app.Cancel(account).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromMinutes(1));

        var answer = app.Cancel(account);

        answer.StatusCode.ShouldBe(409);
        answer["title"].ShouldBe("The closure is already being cancelled");
        answer["detail"]
            .ShouldBe($"The cancellation is under way. Follow it with GET /api/account-closure/task-status/{account.AccountId}.");
    }

    [Fact]
    public void A_cancel_after_the_close_request_is_told_that_it_is_too_late()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(0m);
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus is { CanCancel: false });

        var answer = app.Cancel(account);

        answer.StatusCode.ShouldBe(409);
        answer["title"].ShouldBe("Too late to cancel");
        answer["detail"].ShouldBe(
            "The broker has been asked to close the account, or it is already closed. "
            + $"Follow the closure with GET /api/account-closure/task-status/{account.AccountId}.");
    }

    [Fact]
    public void A_decision_about_a_terminated_closure_is_told_that_its_cleanup_has_not_started()
    {
        using var app = new ClosureApp();
        var account = BeginToReview(app);
        Terminate(app, account);

        var answer = app.Resolve(account, ReviewChoice.Retry);

        answer.StatusCode.ShouldBe(409);
        answer["detail"].ShouldBe(
            "The closure was stopped (Terminated). Its cleanup has not started yet and starts within an hour. Decide then if the cleanup "
                + "asks for it.");
    }

    [Fact]
    public void A_decision_about_a_terminated_closure_that_has_ended_is_told_that_nothing_is_open()
    {
        using var app = new ClosureApp();
        var account = BeginToReview(app);
        var cleanup = ClosureInstance.CleanupIdFor(app.Progress(account).ConfirmationNumber);
        Terminate(app, account);
        app.AdvanceBy(TimeSpan.FromDays(2));
        app.Send(HttpMethod.Delete, $"runtime/webhooks/durabletask/instances/{cleanup}").StatusCode.ShouldBe(200);

        var answer = app.Resolve(account, ReviewChoice.Retry, review: 1);

        answer.StatusCode.ShouldBe(409);
        answer["detail"].ShouldBe("The closure was stopped (Terminated) and has ended. There is nothing to do.");
    }

    [Theory]
    [InlineData("GET", "progress")]
    [InlineData("GET", "task-status")]
    [InlineData("POST", "cancel-task")]
    [InlineData("POST", "resolve-task")]
    public void After_a_purge_the_answer_says_who_finishes_what_is_open(string method, string route)
    {
        using var app = new ClosureApp();
        var account = BeginToClearing(app);
        Terminate(app, account);
        app.Send(HttpMethod.Delete, $"runtime/webhooks/durabletask/instances/closure-{account.AccountId}").StatusCode.ShouldBe(200);

        var answer = app.Send(
            new HttpMethod(method),
            $"api/account-closure/{route}/{account.AccountId}",
            method == "POST" ? new { actor = "an operator", reason = "test", choice = "retry" } : null);

        answer.StatusCode.ShouldBe(404);
        answer["detail"].ShouldBe(
            "No closure of this account is running, and no history of one is kept. If its history was purged, the hourly watch finishes "
                + "what is still open. "
            + $"To start a new closure, send POST /api/account-closure/initiate/{account.AccountId}.");
    }

    [Fact]
    public void A_cancel_of_a_terminated_closure_leads_to_its_cleanup()
    {
        using var app = new ClosureApp();
        var account = BeginToClearing(app);
        Terminate(app, account);

        var answer = app.Cancel(account);

        answer.StatusCode.ShouldBe(409);
        answer["title"].ShouldBe("The closure can no longer be cancelled");
        answer["detail"].ShouldBe(
            "Its orchestration is Terminated. If its cleanup asks for a decision, send it with resolve-task; otherwise there is nothing to "
                + "do.");
    }

    [Fact]
    public void A_cancel_of_a_completed_closure_is_told_that_there_is_nothing_to_do()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunToEnd(account);

        var answer = app.Cancel(account);

        answer["title"].ShouldBe("The closure can no longer be cancelled");
        answer["detail"].ShouldBe("Its orchestration is Completed. There is nothing to do.");
    }

    private static CreatedAccount BeginToReview(ClosureApp app)
    {
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "AAPL", Count = 0 });
        return app.BeginTo(ClosurePhase.ManualReview, new NewAccount { Cash = 1_000m, Positions = [new NewPosition("AAPL", 10, 100m)] });
    }

    // A transfer that cannot be cancelled keeps an ending closure busy.
    private static CreatedAccount BeginToClearing(ClosureApp app)
    {
        var account = app.CreateAccount(new NewAccount { Cash = 80_000m, Bank = new BankOptions(TransferHours: 60) });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers is [{ Status: "SENT_TO_CLEARING" }]);
        return account;
    }

    private static void Terminate(ClosureApp app, CreatedAccount account)
    {
        app.Send(HttpMethod.Post, $"runtime/webhooks/durabletask/instances/closure-{account.AccountId}/terminate?reason=test").StatusCode
            .ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(1));
    }
}
