using AccountClosure.Closure;
using AccountClosure.Orchestrations;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>
/// The cleanup of a closure that was stopped from outside ends, reports correctly, and asks a person what it cannot determine.
/// </summary>
public sealed class CleanupTests
{
    [Fact]
    public void The_cleanup_of_an_ambiguous_transfer_ends_after_a_month_without_a_decision()
    {
        using var scene = ReviewCases.For(ReviewCode.AmbiguousTransfer).Play();
        scene.App.Cancel(scene.Account, force: true).StatusCode.ShouldBe(202);
        scene.App.AdvanceBy(TimeSpan.FromHours(1));
        scene.App.TaskStatus(scene.Account).Review!.Code.ShouldBe(ReviewCode.AmbiguousTransfer);
        scene.Outbox.Emails.ShouldContain(email => email.Subject.Contains("needs your decision"));

        scene.App.AdvanceBy(TimeSpan.FromDays(60));

        CleanupOf(scene.App, scene.Account)!.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
        scene.App.CustomerOf(scene.Account)!.Status.ShouldBe("active");
        scene.App.AuditOf(scene.Account).ShouldContain(entry => entry.Event == "ReviewAbort" && entry.Actor == "system");
    }

    [Fact]
    [Covers(ReviewCode.AmbiguousTransfer, ReviewChoice.Abort)]
    public void A_decision_on_the_closures_route_ends_the_cleanup_of_an_ambiguous_transfer()
    {
        using var scene = ReviewCases.For(ReviewCode.AmbiguousTransfer).Play();
        scene.App.Cancel(scene.Account, force: true);
        scene.App.AdvanceBy(TimeSpan.FromHours(1));

        scene.App.Resolve(scene.Account, ReviewChoice.Abort).StatusCode.ShouldBe(202);
        scene.App.AdvanceBy(TimeSpan.FromHours(1));

        CleanupOf(scene.App, scene.Account)!.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
        scene.App.CustomerOf(scene.Account)!.Status.ShouldBe("active");
        scene.App.AuditOf(scene.Account).ShouldContain(entry => entry.Event == "ReviewAbort" && entry.Actor == "an operator");
    }

    [Fact]
    public void A_cleanup_in_review_is_listed_and_its_email_says_how_to_decide()
    {
        using var scene = ReviewCases.For(ReviewCode.AmbiguousTransfer).Play();
        scene.App.Cancel(scene.Account, force: true);
        scene.App.AdvanceBy(TimeSpan.FromHours(1));
        var review = scene.App.TaskStatus(scene.Account).Review!;

        var listed = scene.App.Send(HttpMethod.Get, "api/account-closure/all-active-tasks?phase=ManualReview").Text;
        var wrong = scene.App.Send(
            HttpMethod.Post,
            $"api/account-closure/resolve-task/{scene.Id}",
            new
            {
                review = review.Number,
                choice = "abort",
                actor = "an operator",
                reason = "test",
                confirmationNumber = "CLA-00000-00000",
            });

        listed.ShouldContain(CleanupOf(scene.App, scene.Account)!.InstanceId);
        wrong.StatusCode.ShouldBe(409);
        wrong.Text.ShouldContain(scene.App.Progress(scene.Account).ConfirmationNumber);
        scene.Outbox.Emails[^1].Text.ShouldContain($"Review {review.Number}, AmbiguousTransfer.");
        scene.Outbox.Emails[^1].Text.ShouldContain("You get a reminder every day until someone decides or the cleanup ends by itself.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_unknown_final_status_does_not_keep_a_closure_from_ending(bool force)
    {
        using var app = new ClosureApp();
        var account = BeginToUnknownStatus(app);
        if (force)
            app.Cancel(account, force: true);
        else
            app.Resolve(account, ReviewChoice.Abort);

        app.AdvanceBy(TimeSpan.FromDays(60));

        app.CustomerOf(account)!.Status.ShouldBe("active", $"{app.TaskStatus(account).Phase} {app.TaskStatus(account).LastError}");
        app.LedgerOf(account).ShouldHaveSingleItem().Declaration!.Stage.ShouldBe(DeclaredStage.Unresolved);
    }

    [Theory]
    [InlineData(ReviewChoice.TreatAsComplete, "COMPLETE", 1)]
    [InlineData(ReviewChoice.TreatAsFailed, "REJECTED", 2)]
    [Covers(ReviewCode.TransferOverdue, ReviewChoice.Retry)]
    public void A_closure_continues_after_a_person_declares_an_unknown_status(ReviewChoice choice, string means, int transfers)
    {
        using var app = new ClosureApp();
        var account = BeginToUnknownStatus(app, means);
        app.Progress(account).Review!.Choices.ShouldContain(choice);

        app.Resolve(account, choice).StatusCode.ShouldBe(202);
        var status = app.RunToEnd(account);

        status.Output!.Outcome.ShouldBe(ClosurePhase.Completed);
        status.Output.Withdrawn.ShouldBe(new Money(1_000));
        app.State(account).Transfers.Count.ShouldBe(transfers);
        var declaration = app.LedgerOf(account)[0].Declaration.ShouldNotBeNull();
        (declaration.Actor, declaration.Reason).ShouldBe(("an operator", "decided in a test"));
    }

    [Fact]
    public void The_cleanup_detects_a_close_that_was_requested_after_its_state_was_read()
    {
        using var app = new ClosureApp(
            new ClosureAppSettings { Simulator = new SimulatorOptions { CloseDelay = TimeSpan.FromMinutes(30) } });
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == WaitKind.Returns);
        ClosureState? read = null;
        // The last execution whose state the operator's request could have read.
        app.RunUntil(() =>
        {
            if (app.Simulator.Requests.Any(
                request => request.Method == "POST" && request.Route.EndsWith("/actions/close", StringComparison.Ordinal)))
                return true;
            var now = app.Client.GetInstanceAsync($"closure-{account.AccountId}", getInputsAndOutputs: true).GetAwaiter()
                .GetResult()!.ReadInputAs<ClosureState>()!;
            if (now.Phase == ClosurePhase.Withdrawing)
                read = now;
            return false;
        });
        app.Await(async () =>
        {
            await app.Client.TerminateInstanceAsync($"closure-{account.AccountId}");
            return await app.Client.ScheduleNewOrchestrationInstanceAsync(
                nameof(TerminationCleanup),
                ClosureState.BeginCleanup(
                    read!.Request, read.Policy, read.Phase, read.Payout, ClosurePhase.Cancelled,
                    new Cancel("an operator", "test"), app.Now),
                new StartOrchestrationOptions(ClosureInstance.CleanupIdFor(read.Request.ConfirmationNumber)));
        });
        app.AdvanceBy(TimeSpan.FromDays(2));

        app.State(account).Status.ShouldBe("ACCOUNT_CLOSED");
        app.CustomerOf(account)!.Status.ShouldBe("closed", app.Emails[^1].Subject);
    }

    [Fact]
    public void Progress_of_a_stopped_closure_says_what_its_cleanup_found()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus is { CanCancel: false });
        app.Cancel(account, force: true);
        app.AdvanceBy(TimeSpan.FromDays(1));
        app.State(account).Status.ShouldBe("ACCOUNT_CLOSED");
        app.Emails[^1].Subject.ShouldContain("closed");

        var progress = app.Send(HttpMethod.Get, $"api/account-closure/progress/{account.AccountId}");

        progress["phase"].ShouldBe("Completed");
        progress["withdrawn"].ShouldBe("1000.00");
        progress["whatComesNext"].ShouldBe("The account is closed.");
    }

    [Fact]
    public void An_unannounced_closure_is_rejected_when_others_have_closed_the_account()
    {
        using var app = new ClosureApp();
        const string banks = "GET /v1/accounts/{account_id}/ach_relationships";
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 503, Count = 0, Route = banks });
        var account = app.CreateAccount(0m);
        app.Initiate(account);
        app.RunUntil(() => app.TrackingOf(account).Count == 1);
        app.Simulator.SetStatus(account.AccountId, SafetyChecks.Closed);
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromDays(1));

        app.TrackingOf(account).ShouldHaveSingleItem().Phase.ShouldBe("Rejected");
        app.Emails.ShouldBeEmpty();
    }

    [Fact]
    public void Money_of_a_transfer_declared_failed_is_awaited_and_paid_out_again()
    {
        using var app = new ClosureApp();
        var account = BeginToUnknownStatus(app);
        app.Resolve(account, ReviewChoice.TreatAsFailed).StatusCode.ShouldBe(202);

        app.AdvanceBy(TimeSpan.FromDays(3));

        app.Simulator.Requests.ShouldNotContain(request => request.Route.EndsWith("/actions/close", StringComparison.Ordinal));
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("RETURNED"));
        var status = app.RunToEnd(account);
        status.Output!.Outcome.ShouldBe(ClosurePhase.Completed);
        status.Output.Withdrawn.ShouldBe(new Money(1_000));
        app.State(account).Cash.ShouldBe(0);
    }

    [Fact]
    public void Money_of_a_transfer_declared_failed_needs_review_if_it_does_not_come_back()
    {
        using var app = new ClosureApp();
        var account = BeginToUnknownStatus(app);
        app.Resolve(account, ReviewChoice.TreatAsFailed).StatusCode.ShouldBe(202);

        app.AdvanceBy(TimeSpan.FromDays(6));

        app.Progress(account).Review!.Code.ShouldBe(ReviewCode.OtherTransferOverdue, app.Story(account));
        app.Simulator.Requests.ShouldNotContain(request => request.Route.EndsWith("/actions/close", StringComparison.Ordinal));
    }

    [Fact]
    public void A_transfer_that_arrives_after_it_was_declared_failed_can_still_come_back()
    {
        using var app = new ClosureApp();
        var account = BeginToUnknownStatus(app);
        app.Resolve(account, ReviewChoice.TreatAsFailed).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromHours(5));
        var arrivedAt = app.Now;
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("COMPLETE"));
        var status = app.RunToEnd(account);

        status.Output!.Withdrawn.ShouldBe(new Money(1_000));
        (app.Now - arrivedAt).ShouldBeGreaterThan(TimeSpan.FromDays(1));
    }


    private static CreatedAccount BeginToUnknownStatus(ClosureApp app, string? means = null)
    {
        var account = app.BeginTo(ClosurePhase.Withdrawing, new NewAccount { Cash = 1_000m });
        app.RunUntil(() => app.State(account).Transfers.Count == 1);
        app.AdvanceBy(TimeSpan.FromMinutes(5));
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("FAILED", Means: means));
        app.RunUntil(account, ClosurePhase.ManualReview);
        return account;
    }

    private static OrchestrationMetadata? CleanupOf(ClosureApp app, CreatedAccount account) => app.Await(
        () => app.Client.GetInstanceAsync(ClosureInstance.CleanupIdFor(app.Progress(account).ConfirmationNumber)));
}
