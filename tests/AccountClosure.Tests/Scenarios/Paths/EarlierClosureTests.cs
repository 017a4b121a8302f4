using AccountClosure.Activities;
using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>
/// A closure is stopped from outside. Another closure of the account follows, or the same instance is purged or restarted.
/// </summary>
public sealed class EarlierClosureTests
{
    private const string Post = "POST /v1/accounts/{account_id}/transfers";

    private static Fault LateTransfer => new() { Kind = FaultKind.Drop, Effect = FaultEffect.Late, LateSeconds = 300, Route = Post };

    [Theory]
    [InlineData(150_000)]
    [InlineData(30_000)]
    public void A_closure_after_a_forced_cancel_waits_until_a_transfer_in_doubt_is_resolved(int cash)
    {
        using var app = new ClosureApp(Lax);
        var account = BeginToDoubt(app, cash, LateTransfer);
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(5));

        app.Initiate(account).StatusCode.ShouldBe(202);
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == WaitKind.EarlierClosure);
        app.AdvanceBy(TimeSpan.FromHours(1));

        app.State(account).Cash.ShouldBeGreaterThanOrEqualTo(0m, Describe(app, account));
        app.ShouldNeverBeOverTheLimit(account);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_cleanup_does_not_adopt_the_transfer_of_the_next_closure(bool enforcesRules)
    {
        using var app = new ClosureApp(new ClosureAppSettings { Simulator = new SimulatorOptions { EnforcesRules = enforcesRules } });
        var account = BeginToDoubt(app, 20_000m, new Fault { Kind = FaultKind.Drop, Effect = FaultEffect.Before, Route = Post });
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromMinutes(5));
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Drop, Effect = FaultEffect.After, Route = Post });
        app.Initiate(account).StatusCode.ShouldBe(202);
        var status = app.RunToEnd(account, TimeSpan.FromDays(30));
        app.AdvanceBy(TimeSpan.FromDays(1));

        app.State(account).Transfers.Count.ShouldBe(1, Describe(app, account));
        status.Output!.Withdrawn.ShouldBe(new Money(20_000m));
    }

    [Fact]
    public void A_closure_that_starts_after_the_doubt_keeps_the_limit()
    {
        using var app = new ClosureApp(Lax);
        var account = BeginToDoubt(app, 150_000m, LateTransfer);
        app.Cancel(account, force: true);
        app.AdvanceBy(TimeSpan.FromMinutes(20));
        app.Initiate(account).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromHours(1));

        app.ShouldNeverBeOverTheLimit(account);
    }

    [Fact]
    public void A_closure_starts_the_cleanup_of_an_earlier_one_whose_instance_was_purged()
    {
        using var app = new ClosureApp();
        var account = BeginToTransfer(app);
        TerminateAndPurge(app, account);

        app.Initiate(account).StatusCode.ShouldBe(202);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 80_000m);
        app.AuditOf(account).ShouldContain(entry => entry.Event == "ClosureCancelled");
    }

    [Fact]
    public void The_watch_cleans_up_a_closure_terminated_and_purged_within_the_hour()
    {
        using var app = new ClosureApp();
        var account = BeginToTransfer(app);
        TerminateAndPurge(app, account);

        app.AdvanceBy(TimeSpan.FromDays(30));

        app.CustomerOf(account)!.Status.ShouldBe("active", Describe(app, account));
        app.ShouldAgreeWithTheLedger(account);
        app.Emails[^1].Subject.ShouldContain("stays open");
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("CLA-OTHER-OTHER", -1)]
    public void A_closure_waits_neither_for_itself_nor_for_a_later_one(string number, int seconds)
    {
        using var app = new ClosureApp();
        var request = app.StateOf(app.BeginTo(ClosurePhase.Liquidating)).Request;
        var asked = request with
        {
            ConfirmationNumber = number.Length == 0 ? request.ConfirmationNumber : number,
            RequestedAt = request.RequestedAt.AddSeconds(seconds),
        };

        app.Await(() => ActivatorUtilities.CreateInstance<FindUnfinishedClosures>(app.Services).Run(asked, CancellationToken.None))
            .ShouldBeEmpty();
    }

    [Fact]
    public void A_stopped_closure_that_is_restarted_ends_and_the_customer_is_told_once()
    {
        using var app = new ClosureApp();
        var account = BeginToTransfer(app);
        app.Cancel(account, force: true);
        app.AdvanceBy(TimeSpan.FromMinutes(1));
        app.Await(() => app.Client.RestartAsync($"closure-{account.AccountId}"));
        app.AdvanceBy(TimeSpan.FromDays(40));

        app.Emails.Count(email => email.Subject.Contains("stays open") || email.Subject.Contains("is closed"))
            .ShouldBe(1, Describe(app, account));
        app.Status(account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        app.TaskStatus(account).Phase.ShouldBe(ClosurePhase.Cancelled);
        app.CustomerOf(account)!.Status.ShouldBe("active");
    }

    [Fact]
    public void The_message_says_that_a_transfer_of_the_earlier_closure_is_uncertain()
    {
        using var app = new ClosureApp(Lax);
        var account = BeginToDoubt(app, 30_000m, LateTransfer);
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(5));
        app.Initiate(account).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(5));
        var later = app.Progress(account).ConfirmationNumber;
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromMinutes(1));

        app.Emails.Single(email => email.Subject.Contains($"stays open ({later})")).Text
            .ShouldContain("$30,000.00", Case.Sensitive, app.Story(account));
    }

    [Fact]
    public void A_message_does_not_repeat_what_a_person_gave_up_in_an_earlier_closure()
    {
        using var app = new ClosureApp(Lax);
        var account = BeginToDoubt(app, 20_000m, new Fault { Kind = FaultKind.Drop, Effect = FaultEffect.Before, Route = Post });
        var intent = app.LedgerOf(account)[0].Intent.IntentId;
        var givenUp = new Abandonment(AbandonCause.Decided, "A person gave it up.", app.Now);
        app.Await(async () =>
        {
            await app.Ledger.AbandonAsync(intent, givenUp);
            return true;
        });
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromHours(3));
        app.Emails.Single(email => email.Subject.Contains("stays open")).Text.ShouldContain("It is not certain");
        app.Simulator.ClearFaults();
        app.Initiate(account).StatusCode.ShouldBe(202);
        app.RunToEnd(account, TimeSpan.FromDays(20)).IsClosed.ShouldBeTrue();
        app.AdvanceBy(TimeSpan.FromHours(1));

        app.Emails.Single(email => email.Subject.Contains("is closed")).Text.ShouldNotContain("It is not certain");
    }

    [Fact]
    public void A_closure_stopped_during_the_close_of_an_earlier_one_says_nothing_false()
    {
        using var app = new ClosureApp(
            new ClosureAppSettings { Simulator = new SimulatorOptions { CloseDelay = TimeSpan.FromMinutes(90) } });
        var account = app.CreateAccount(0m);
        app.Initiate(account);
        app.RunUntil(() => app.Requests("POST", "/v1/accounts/{account_id}/actions/close") == 1, TimeSpan.FromDays(1));
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromMinutes(10));
        app.Initiate(account).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromMinutes(1));
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromHours(5));

        app.State(account).Status.ShouldBe("ACCOUNT_CLOSED");
        app.Emails.ShouldNotContain(email => email.Subject.Contains("stays open"), app.Story(account));
    }

    [Fact]
    public void A_restarted_closure_and_its_cleanup_each_accept_a_decision()
    {
        bool isDown = false;
        using var app = Held.AppWith<IClosureTracking, ClosureTracking>(control => control.Fails = (_, _) => isDown);
        var account = BeginToTransfer(app);
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        isDown = true;
        app.AdvanceBy(TimeSpan.FromSeconds(1));
        app.Await(() => app.Client.RestartAsync($"closure-{account.AccountId}"));
        app.AdvanceBy(TimeSpan.FromHours(8));
        isDown = false;
        var cleanup = app.Await(() => app.Client.GetInstanceAsync(
            ClosureInstance.CleanupIdFor(app.Progress(account).ConfirmationNumber), getInputsAndOutputs: true))!;
        int cleanupReview = cleanup.ReadCustomStatusAs<ClosureProgress>()!.Review!.Number;
        app.Progress(account).Review!.Number.ShouldNotBe(cleanupReview);

        app.Resolve(account, ReviewChoice.Retry).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromHours(1));
        app.Resolve(account, ReviewChoice.Retry, cleanupReview).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromDays(1));

        app.TrackingOf(account).ShouldHaveSingleItem().Phase.ShouldBe("Cancelled");
        app.Emails.Count(email => email.Subject.Contains("stays open")).ShouldBe(1, Describe(app, account));
    }

    [Fact]
    public void A_cleanup_in_review_ends_when_its_closure_has_ended_otherwise()
    {
        using var scene = ReviewCases.For(ReviewCode.AmbiguousTransfer).Play();
        var number = scene.App.Progress(scene.Account).ConfirmationNumber;
        scene.App.Cancel(scene.Account, force: true);
        scene.App.AdvanceBy(TimeSpan.FromHours(1));
        var row = scene.App.TrackingOf(scene.Account).ShouldHaveSingleItem();
        scene.App.Await(async () =>
        {
            await scene.App.Services.GetRequiredService<IClosureTracking>()
                .SaveAsync(row with { Phase = "Completed", UpdatedAt = scene.App.Now, EndedAt = scene.App.Now });
            return true;
        });

        scene.App.AdvanceBy(TimeSpan.FromDays(2));

        scene.App.Await(() => scene.App.Client.GetInstanceAsync(ClosureInstance.CleanupIdFor(number)))!.RuntimeStatus
            .ShouldBe(OrchestrationRuntimeStatus.Completed);
        scene.App.TrackingOf(scene.Account).ShouldHaveSingleItem().Phase.ShouldBe("Completed");
    }

    [Fact]
    public void A_closure_that_is_restarted_before_its_cleanup_starts_continues()
    {
        using var app = new ClosureApp();
        var account = BeginToTransfer(app);
        app.Send(HttpMethod.Post, $"runtime/webhooks/durabletask/instances/closure-{account.AccountId}/terminate?reason=test").StatusCode
            .ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromMinutes(1));

        app.Await(() => app.Client.RestartAsync($"closure-{account.AccountId}"));
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 80_000m);
        app.Emails.Count.ShouldBe(2);
    }

    [Fact]
    public void A_copy_of_a_closure_under_another_instance_id_ends_at_once()
    {
        using var app = new ClosureApp();
        var account = BeginToTransfer(app);

        var copy = app.Await(() => app.Client.RestartAsync($"closure-{account.AccountId}", restartWithNewInstanceId: true));
        app.RunToEnd(account);

        app.Await(() => app.Client.GetInstanceAsync(copy))!.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 80_000m);
        app.Emails.Count.ShouldBe(2);
    }

    private static ClosureAppSettings Lax => new() { Simulator = new SimulatorOptions { EnforcesRules = false } };

    private static CreatedAccount BeginToDoubt(ClosureApp app, decimal cash, Fault fault)
    {
        var account = app.CreateAccount(cash);
        app.Simulator.AddFault(fault);
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == WaitKind.TransferInDoubt);
        return account;
    }

    private static CreatedAccount BeginToTransfer(ClosureApp app)
    {
        var account = app.BeginTo(ClosurePhase.Withdrawing, new NewAccount { Cash = 80_000m });
        app.RunUntil(() => app.State(account).Transfers.Count == 1);
        app.AdvanceBy(TimeSpan.FromMinutes(1));
        return account;
    }

    private static void TerminateAndPurge(ClosureApp app, CreatedAccount account)
    {
        var instance = $"runtime/webhooks/durabletask/instances/closure-{account.AccountId}";
        app.Send(HttpMethod.Post, $"{instance}/terminate?reason=test").StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(1));
        app.Send(HttpMethod.Delete, instance).StatusCode.ShouldBe(200);
    }

    private static string Describe(ClosureApp app, CreatedAccount account) =>
        $"transfers {string.Join("; ", app.State(account).Transfers.Select(x => $"{x.CreatedAt:HH:mm:ss} {x.Amount} {x.Status}"))}, "
        + $"ledger {string.Join("; ", app.LedgerOf(account).Select(entry => $"{entry.Intent.IntentId} {entry.State} {entry.Status}"))}";
}
