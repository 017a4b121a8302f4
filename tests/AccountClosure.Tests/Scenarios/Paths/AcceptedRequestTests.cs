using AccountClosure.Closure;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>An accepted cancel or decision is carried out.</summary>
public sealed class AcceptedRequestTests
{
    /// <summary>The instance is suspended, its timer fires, an operator cancels (202), and the instance is resumed.</summary>
    [Fact]
    public void A_cancel_of_a_suspended_closure_takes_effect_on_resume()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(
            ClosurePhase.WaitingForNextTransfer, new NewAccount { Cash = 79_000m, Bank = new BankOptions(TransferHours: 4) });
        app.State(account).Transfers.Count.ShouldBe(1);
        Suspend(app, account);
        app.AdvanceBy(TimeSpan.FromHours(30));
        app.Cancel(account).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromMinutes(10));
        Resume(app, account);
        app.RunToEnd(account, TimeSpan.FromDays(20));

        app.State(account).Status.ShouldBe("ACTIVE", app.Story(account));
        app.Status(account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
    }

    /// <summary>The same without a suspension: the cancel arrives at the moment when the poll is due.</summary>
    [Fact]
    public void A_cancel_at_the_moment_of_the_timer_takes_effect()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Withdrawing, new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 48) });
        app.RunUntil(() => app.State(account).Transfers is [{ Status: "SENT_TO_CLEARING" }]);
        app.Progress(account).NextActionAt.ShouldBe(app.Now);
        app.Cancel(account).StatusCode.ShouldBe(202);
        app.RunToEnd(account, TimeSpan.FromDays(20));

        app.State(account).Status.ShouldBe("ACTIVE", app.Story(account));
        app.Status(account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
    }

    /// <summary>An operator decides "retry" and another one cancels while the instance is suspended. Both requests were accepted.</summary>
    [Fact]
    public void A_cancel_that_follows_a_decision_takes_effect()
    {
        using var scene = ReviewCases.For(ReviewCode.TransferOverdue).Play();
        scene.App.AdvanceBy(TimeSpan.FromHours(1));
        Suspend(scene.App, scene.Account);
        scene.App.Resolve(scene.Account, ReviewChoice.Retry).StatusCode.ShouldBe(202);
        scene.App.Cancel(scene.Account).StatusCode.ShouldBe(202);
        Resume(scene.App, scene.Account);
        scene.App.AdvanceBy(TimeSpan.FromMinutes(30));

        scene.App.Progress(scene.Account).CancelRequested.ShouldBeTrue(scene.App.Progress(scene.Account) + scene.App.Story(scene.Account));
    }

    /// <summary>The reminder of a review is due while its instance is suspended. Then a person decides.</summary>
    [Fact]
    public void A_decision_about_a_suspended_review_takes_effect_on_resume()
    {
        using var scene = ReviewCases.For(ReviewCode.TransferOverdue).Play();
        scene.App.AdvanceBy(TimeSpan.FromHours(1));
        Suspend(scene.App, scene.Account);
        scene.App.AdvanceBy(TimeSpan.FromHours(25));
        scene.App.Resolve(scene.Account, ReviewChoice.Abort).StatusCode.ShouldBe(202);
        Resume(scene.App, scene.Account);
        scene.App.AdvanceBy(TimeSpan.FromHours(1));

        scene.App.AuditOf(scene.Account).ShouldContain(entry => entry.Event == "ReviewAbort", scene.App.Story(scene.Account));
    }

    /// <summary>A cancel at every sixth moment at which the clock or an orchestration moves.</summary>
    [Fact]
    public void A_cancel_at_any_moment_takes_effect()
    {
        var lost = new List<string>();
        for (int moment = 1; moment <= 150; moment += 6)
        {
            using var app = new ClosureApp();
            var account = app.CreateAccount(new NewAccount { Cash = 60_000m, Bank = new BankOptions(TransferHours: 4) });
            app.Initiate(account);
            int checks = 0;
            app.RunUntil(() => ++checks > moment, TimeSpan.FromDays(20));
            if (app.Status(account).HasEnded)
                break;
            var at = app.Progress(account);
            if (!at.CanCancel || app.Cancel(account).StatusCode != 202)
                continue;
            app.RunToEnd(account, TimeSpan.FromDays(20));
            if (app.State(account).Status == "ACCOUNT_CLOSED" && app.Requests("POST", "/v1/accounts/{account_id}/actions/close") > 0)
                lost.Add($"{moment}: {at.Phase}, {at.WaitingFor}, {at.NextActionAt:dd HH:mm:ss}");
        }
        lost.ShouldBeEmpty(string.Join('\n', lost));
    }

    private static void Suspend(ClosureApp app, CreatedAccount account) => Post(app, account, "suspend");

    private static void Resume(ClosureApp app, CreatedAccount account) => Post(app, account, "resume");

    private static void Post(ClosureApp app, CreatedAccount account, string what)
    {
        app.Send(HttpMethod.Post, $"runtime/webhooks/durabletask/instances/closure-{account.AccountId}/{what}?reason=test").StatusCode
            .ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(1));
    }
}
