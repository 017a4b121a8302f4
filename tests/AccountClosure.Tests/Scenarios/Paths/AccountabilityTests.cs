using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>The records say who decided what, and how a closure ended.</summary>
public sealed class AccountabilityTests
{
    private const string Close = "/v1/accounts/{account_id}/actions/close";

    [Fact]
    public void A_decision_about_the_cleanup_is_audited_beside_those_about_the_closure()
    {
        using var scene = ReviewCases.For(ReviewCode.AmbiguousTransfer).Play();
        scene.Decide(ReviewChoice.Retry);
        scene.App.AdvanceBy(TimeSpan.FromMinutes(30));
        scene.App.Cancel(scene.Account, force: true).StatusCode.ShouldBe(202);
        scene.App.AdvanceBy(TimeSpan.FromMinutes(30));
        scene.Decide(ReviewChoice.Retry);
        scene.App.AdvanceBy(TimeSpan.FromMinutes(30));

        scene.App.AuditOf(scene.Account).Count(entry => entry.Event == "ReviewRetry").ShouldBe(2, scene.App.Story(scene.Account));
    }

    [Fact]
    public void A_decision_about_the_closures_review_does_not_answer_the_cleanups_review()
    {
        using var scene = ReviewCases.For(ReviewCode.LiquidationTimedOut).Play();
        int number = scene.App.Progress(scene.Account).Review!.Number;
        scene.Strike("DELETE /v1/trading/accounts/{account_id}/orders/{order_id}", 422);
        scene.App.Cancel(scene.Account, force: true).StatusCode.ShouldBe(202);
        scene.App.AdvanceBy(TimeSpan.FromHours(1));
        scene.App.TaskStatus(scene.Account).Review!.Code.ShouldBe(ReviewCode.OrdersRemain);

        // A person who read "LiquidationTimedOut … Abort" answers late.
        scene.App.Resolve(scene.Account, ReviewChoice.Abort, number).StatusCode.ShouldBe(409);
    }

    [Fact]
    public void A_forced_cancel_that_dies_half_way_is_attributed_to_the_operator()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.WaitingForNextTransfer);
        // The first two of the three calls of a forced cancel. The process dies before it starts the cleanup.
        var number = app.Progress(account).ConfirmationNumber;
        var stop = new Stop(app.Now, "an operator", "The customer has changed their mind.");
        app.Await(() => app.Services.GetRequiredService<IClosureTracking>().StopAsync(number, stop));
        app.Await(async () =>
        {
            await app.Client.TerminateInstanceAsync($"closure-{account.AccountId}", "The customer has changed their mind.");
            return true;
        });
        app.AdvanceBy(TimeSpan.FromDays(5));

        app.AuditOf(account).ShouldContain(entry => entry.Event == "ClosureStopped" && entry.Actor == "an operator", app.Story(account));
        app.Emails[^1].Subject.ShouldContain("stays open");
    }

    [Fact]
    public void A_cancel_that_was_accepted_and_came_too_late_is_in_the_audit_log()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.Simulator.AddFault(
            new Fault { Kind = FaultKind.Delay, DelaySeconds = 20, Effect = FaultEffect.After, Route = $"POST {Close}" });
        app.RunUntil(() => app.Requests("POST", Close) == 1);
        app.Cancel(account).StatusCode.ShouldBe(202);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Completed);

        app.AuditOf(account).ShouldContain(entry => entry.Actor == "an operator", app.Story(account));
    }

    [Fact]
    public void The_start_of_a_closure_that_was_stopped_at_once_is_in_the_audit_log()
    {
        int failures = 1;
        using var app = Held.AppWith<IAuditLog, AuditLog>(control => control.Fails = (method, args) =>
            method == nameof(IAuditLog.AppendAsync) && ((AuditEntry)args[0]!).Event == "ClosureInitiated" && failures-- > 0);
        var account = app.CreateAccount(1_000m);
        app.Initiate(account).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(1));
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromDays(1));

        app.AuditOf(account).ShouldContain(entry => entry.Event == "ClosureInitiated" && entry.Actor == account.UserId, app.Story(account));
    }

    [Fact]
    public void A_decision_that_a_cancel_overtakes_is_audited_as_not_carried_out()
    {
        using var app = DecidedWhileTheLedgerIsDown(out var account);
        app.Cancel(account).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromHours(2));

        app.AuditOf(account).ShouldContain(entry => entry.Event == "ReviewTreatAsCompleteFailed", app.Story(account));
        app.LedgerOf(account)[0].Declaration.ShouldBeNull();
    }

    [Theory]
    [InlineData("an operator")]
    [InlineData("another operator")]
    public void A_decision_that_a_later_one_replaces_is_audited_as_not_carried_out(string actor)
    {
        using var app = DecidedWhileTheLedgerIsDown(out var account);
        app.Send(
            HttpMethod.Post,
            $"api/account-closure/resolve-task/{account.AccountId}",
            new { review = 1, choice = "TreatAsComplete", actor, reason = "the bank says so" }).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromHours(2));

        var decisions = app.AuditOf(account).Where(entry => entry.Event.StartsWith("ReviewTreatAs", StringComparison.Ordinal))
            .Select(entry => (entry.Event, entry.Detail));
        decisions.Select(decision => decision.Event)
            .ShouldBe(["ReviewTreatAsComplete", "ReviewTreatAsCompleteFailed", "ReviewTreatAsComplete"], app.Story(account));
        decisions.Last().Detail.ShouldBe("the bank says so");
        app.LedgerOf(account)[0].Declaration.ShouldNotBeNull().Actor.ShouldBe(actor);
    }

    [Fact]
    public void A_cleanup_that_is_restarted_after_its_end_does_not_rewrite_how_the_closure_ended()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Withdrawing, new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 18) });
        app.RunUntil(() => app.State(account).Transfers is [{ Status: "SENT_TO_CLEARING" }]);
        var number = app.Progress(account).ConfirmationNumber;
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromDays(3));
        app.TrackingOf(account).ShouldHaveSingleItem().Phase.ShouldBe("Cancelled");
        app.AdvanceBy(TimeSpan.FromDays(3));
        app.Initiate(account);
        app.RunToEnd(account);
        app.State(account).Status.ShouldBe("ACCOUNT_CLOSED");

        app.Await(() => app.Client.RestartAsync(ClosureInstance.CleanupIdFor(number)));
        app.AdvanceBy(TimeSpan.FromDays(1));

        app.TrackingOf(account).Single(row => row.ConfirmationNumber == number).Phase.ShouldBe("Cancelled", app.Story(account));
    }

    [Fact]
    public void A_transfer_whose_audit_entry_failed_at_first_is_in_the_audit_log()
    {
        int failures = 1;
        using var app = Held.AppWith<IAuditLog, AuditLog>(control => control.Fails = (method, args) =>
            method == nameof(IAuditLog.AppendAsync) && ((AuditEntry)args[0]!).Event == "TransferCreated" && failures-- > 0);
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunToEnd(account).IsClosed.ShouldBeTrue();

        app.LedgerOf(account).ShouldHaveSingleItem().State.ShouldBe(LedgerState.Bound);
        app.AuditOf(account).ShouldContain(entry => entry.Event == "TransferCreated", app.Story(account));
    }

    [Fact]
    public void A_decision_that_was_accepted_and_came_too_late_is_in_the_audit_log()
    {
        using var scene = ReviewCases.For(ReviewCode.TransferOverdue).Play();
        var id = $"closure-{scene.Id}";
        scene.App.Await(async () =>
        {
            await scene.App.Client.SuspendInstanceAsync(id);
            return true;
        });
        Decide("anna", "retry").StatusCode.ShouldBe(202);
        Decide("berta", "abort").StatusCode.ShouldBe(202);
        scene.App.Await(async () =>
        {
            await scene.App.Client.ResumeInstanceAsync(id);
            return true;
        });
        scene.App.AdvanceBy(TimeSpan.FromHours(1));

        scene.App.AuditOf(scene.Account).Where(entry => entry.Event == "DecisionAccepted").Select(entry => entry.Actor)
            .ShouldBe(["anna", "berta"], scene.App.Story(scene.Account));

        HttpAnswer Decide(string actor, string choice) => scene.App.Send(
            HttpMethod.Post, $"api/account-closure/resolve-task/{scene.Id}", new { review = 1, choice, actor, reason = "decided" });
    }

    private static ClosureApp DecidedWhileTheLedgerIsDown(out CreatedAccount account)
    {
        bool fails = false;
        var app = Held.AppWith<ITransferLedger, TransferLedger>(
            control => control.Fails = (method, _) => fails && method == nameof(ITransferLedger.DeclareAsync));
        account = app.BeginTo(ClosurePhase.Withdrawing);
        var created = account;
        app.RunUntil(() => app.State(created).Transfers.Count == 1);
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("HELD_FOR_LUNCH", null));
        app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(10)).Review!.Number.ShouldBe(1);
        fails = true;
        app.Resolve(account, ReviewChoice.TreatAsComplete).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromMinutes(6));
        fails = false;
        return app;
    }
}
