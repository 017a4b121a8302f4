using AccountClosure.Closure;
using AccountClosure.Notifications;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>Operations is told of every review, and reminded until somebody decides.</summary>
public sealed class ReviewMessageTests
{
    [Fact]
    public void Operations_is_told_at_once_of_a_second_review()
    {
        var reviewCase = ReviewCases.For(ReviewCode.LiquidationTimedOut);
        using var scene = reviewCase.Play();
        scene.App.AdvanceBy(TimeSpan.FromDays(2.5));
        Told(scene).ShouldBe(
            ["A closure needs your decision", "Reminder 1: a closure needs your decision", "Reminder 2: a closure needs your decision"]);

        scene.Decide(ReviewChoice.Retry);
        scene.App.RunUntil(scene.Account, ClosurePhase.Liquidating);
        scene.AwaitReview();
        scene.App.AdvanceBy(TimeSpan.FromMinutes(1));

        Told(scene).Count.ShouldBe(4);
        Told(scene)[^1].ShouldBe("A closure needs your decision");
    }

    [Fact]
    public void The_message_to_operations_says_how_to_see_the_details_and_how_to_decide()
    {
        using var scene = ReviewCases.For(ReviewCode.LiquidationTimedOut).Play();
        scene.App.AdvanceBy(TimeSpan.FromMinutes(1));

        var text = scene.Outbox.Emails[^1].Text;
        text.ShouldContain(
            $"To see the details: GET "
                + $"/api/account-closure/task-status/{scene.Id}"
                + $"?confirmationNumber={scene.App.Progress(scene.Account).ConfirmationNumber}\n");
        text.ShouldContain(
            $"To decide: POST /api/account-closure/resolve-task/{scene.Id} with {{\"review\": 1, \"choice\": \"retry\", \"actor\": \"your "
                + $"name\", "
            + $"\"reason\": \"…\", \"confirmationNumber\": \"{scene.App.Progress(scene.Account).ConfirmationNumber}\"}}");
        text.ShouldContain("You get a reminder every day until someone decides.");
        text.ShouldContain("Retry: tries the phase Liquidating again with a new deadline. This may sell positions.");
        text.ShouldContain("If the broker has closed the account in the meantime, the closure ends as completed.");
    }

    [Fact]
    public void A_person_can_decide_although_the_message_to_operations_cannot_be_sent()
    {
        var reviewCase = ReviewCases.For(ReviewCode.LiquidationTimedOut);
        using var scene = new ReviewScene(reviewCase);
        scene.Outbox.Refuses = "needs your decision";
        reviewCase.Before(scene);
        scene.App.Initiate(scene.Account);
        scene.AwaitReview();
        scene.App.AdvanceBy(TimeSpan.FromHours(3));
        Told(scene).ShouldBeEmpty();

        reviewCase.Remove(scene);
        scene.Decide(ReviewChoice.Retry);
        scene.App.RunToEnd(scene.Account);

        scene.App.ShouldBeClosedWithAllPaidOut(scene.Account, reviewCase.WasThere);
    }

    [Fact]
    public void A_failed_message_to_operations_is_sent_later()
    {
        using var scene = new ReviewScene(ReviewCases.For(ReviewCode.TransferOverdue));
        scene.Outbox.Refuses = "needs your decision";
        scene.App.Initiate(scene.Account);
        scene.AwaitReview();
        scene.App.AdvanceBy(TimeSpan.FromHours(7));

        scene.Outbox.Refuses = null;
        scene.App.AdvanceBy(TimeSpan.FromHours(1));

        Told(scene).ShouldBe(["A closure needs your decision"]);
    }

    [Fact]
    public void A_late_message_does_not_ask_about_the_review_of_a_closure_that_was_stopped()
    {
        var outbox = new FailingOutbox { Refuses = "needs your decision" };
        using var app = new ClosureApp(new ClosureAppSettings { ConfigureServices = services => services.AddSingleton<IOutbox>(outbox) });
        var account = app.CreateAccount(new NewAccount { Cash = 10_000m, Bank = new BankOptions(TransferHours: 24 * 8) });
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(10)).Review!.Code.ShouldBe(ReviewCode.TransferOverdue);
        app.AdvanceBy(TimeSpan.FromHours(2));
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromMinutes(5));
        outbox.Refuses = null;
        app.AdvanceBy(TimeSpan.FromHours(1));

        app.TaskStatus(account).Review.ShouldBeNull(app.Story(account));
        outbox.Emails.ShouldNotContain(email => email.Subject.Contains("needs your decision"));
    }

    [Fact]
    public void A_late_message_does_not_ask_about_an_earlier_review()
    {
        var reviewCase = ReviewCases.For(ReviewCode.LiquidationTimedOut);
        using var scene = new ReviewScene(reviewCase);
        scene.Outbox.Refuses = "needs your decision";
        reviewCase.Before(scene);
        scene.App.Initiate(scene.Account);
        int first = scene.AwaitReview().Number;
        scene.App.AdvanceBy(TimeSpan.FromMinutes(10));
        scene.Strike("DELETE /v1/trading/accounts/{account_id}/orders", 403);
        scene.Strike("DELETE /v1/trading/accounts/{account_id}/positions", 403);
        scene.Decide(ReviewChoice.Retry);
        scene.App.AdvanceBy(TimeSpan.FromMinutes(1));
        scene.App.Progress(scene.Account).Review!.Number.ShouldBe(first + 1);
        scene.Outbox.Refuses = null;
        scene.App.AdvanceBy(TimeSpan.FromHours(1));

        scene.Outbox.Emails.ShouldContain(email => email.Text.Contains($"Review {first + 1},"));
        scene.Outbox.Emails.ShouldNotContain(email => email.Text.Contains($"Review {first},"));
    }

    [Fact]
    public void Operations_is_told_when_a_decision_cannot_be_carried_out()
    {
        var outbox = new FailingOutbox();
        using var app = new ClosureApp(new ClosureAppSettings
        {
            ConfigureServices = services =>
            {
                FailingLedger.Register(services);
                services.AddSingleton<IOutbox>(outbox);
            },
        });
        app.Simulator.AddFault(
            new Fault { Kind = FaultKind.Drop, Effect = FaultEffect.After, Route = "POST /v1/accounts/{account_id}/transfers" });
        var account = app.CreateAccount(10_000m);
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 1);
        app.Simulator.AddCash(account.AccountId, new CashChange(10_000m));
        app.Simulator.AddTransfer(account.AccountId, new NewTransfer(10_000m));
        app.RunUntil(account, ClosurePhase.ManualReview).Review!.Code.ShouldBe(ReviewCode.AmbiguousTransfer);
        app.AdvanceBy(TimeSpan.FromHours(1));
        FailingLedger.In(app).Fail(nameof(ITransferLedger.AbandonAsync), int.MaxValue);
        app.Resolve(account, ReviewChoice.Abort).StatusCode.ShouldBe(202);
        int told = Told();
        app.AdvanceBy(TimeSpan.FromDays(20));

        Told().ShouldBeGreaterThan(told, app.Progress(account).LastError);
        app.AuditOf(account).Count(entry => entry.Event == "ReviewAbortFailed").ShouldBe(1);

        FailingLedger.In(app).Fail(nameof(ITransferLedger.AbandonAsync), 0);
        app.Resolve(account, ReviewChoice.Abort).StatusCode.ShouldBe(202);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        app.AuditOf(account).Count(entry => entry.Event == "ReviewAbort").ShouldBe(2);

        int Told() => outbox.Emails.Count(email => email.Subject.Contains("needs your decision"));
    }

    private static List<string> Told(ReviewScene scene) =>
    [
        .. scene.Outbox.Emails.Select(email => email.Subject[..email.Subject.IndexOf(" (", StringComparison.Ordinal)])
            .Where(subject => subject.Contains("your decision")),
    ];
}
