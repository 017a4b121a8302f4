using System.Text.Json;
using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using AccountClosure.Tests.Scenarios.Paths;

namespace AccountClosure.Tests.Http;

/// <summary>The status of a closure that was stopped from outside agrees with its outcome and with what may still happen.</summary>
public sealed class StoppedClosureTests
{
    private const string BeingEnded = "The closure was stopped. We are finishing what is still open and will tell you how it ended.";

    [Fact]
    public void A_closure_is_not_shown_as_cancelled_while_the_broker_may_close_the_account()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus is { CanCancel: false });
        Terminate(app, account);

        var shown = Progress(app, account);
        (shown["phase"], shown["whatComesNext"]).ShouldBe(("Closing", BeingEnded));

        app.AdvanceBy(TimeSpan.FromDays(1));
        Progress(app, account)["phase"].ShouldBe("Completed");
    }

    [Fact]
    public void A_customer_is_told_that_something_is_open_while_a_transfer_is_in_flight()
    {
        using var app = new ClosureApp();
        var account = BeginToClearing(app);
        app.AdvanceBy(TimeSpan.FromMinutes(5));
        Terminate(app, account);

        app.TrackingOf(account).ShouldHaveSingleItem().EndedAt.ShouldBeNull();
        var shown = Progress(app, account);
        (shown["phase"], shown["whatComesNext"]).ShouldBe(("Withdrawing", BeingEnded));
    }

    [Fact]
    public void A_closure_that_is_terminated_after_its_end_was_recorded_is_shown_as_completed()
    {
        using var app = Held.AppWith<IClosureTracking, ClosureTracking>(control =>
        {
            control.Afterwards = true;
            control.Holds = (method, args) =>
                method == nameof(IClosureTracking.SaveAsync) && ((ClosureRecord)args[0]!).Phase == "Completed";
        });
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntil(() => app.HeldOf<IClosureTracking>().IsHeld, TimeSpan.FromDays(20));
        Terminate(app, account);
        app.ReleaseAndGoOn<IClosureTracking>();
        app.AdvanceBy(TimeSpan.FromDays(3));

        app.Emails[^1].Subject.ShouldContain("is closed");
        var shown = Progress(app, account);
        (shown["phase"], shown["whatComesNext"], shown["withdrawn"]).ShouldBe(("Completed", "The account is closed.", "1000.00"));
        IsActive(app, account).ShouldBeFalse();
    }

    [Fact]
    public void A_closure_that_is_restarted_and_terminated_after_its_end_is_shown_as_completed()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunToEnd(account).IsClosed.ShouldBeTrue();
        app.AdvanceBy(TimeSpan.FromHours(2));
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Delay, DelaySeconds = 20, Count = 0, Route = "GET /v1/accounts/{account_id}" });
        app.Send(HttpMethod.Post, $"{Instance(account)}/restart?restartWithNewInstanceId=false");
        app.AdvanceBy(TimeSpan.FromSeconds(2));
        Terminate(app, account);
        app.AdvanceBy(TimeSpan.FromDays(3));

        app.TrackingOf(account).ShouldHaveSingleItem().Phase.ShouldBe("Completed");
        app.Status(account).RuntimeStatus.ShouldBe("Terminated");
        var shown = Progress(app, account);
        (shown["phase"], shown["withdrawn"]).ShouldBe(("Completed", "1000.00"), shown.Text);
    }

    [Fact]
    public void The_active_tasks_list_a_stopped_closure_that_has_not_ended_once()
    {
        using var app = new ClosureApp();
        var account = BeginToClearing(app);
        Terminate(app, account);
        IsActive(app, account).ShouldBeTrue();

        app.AdvanceBy(TimeSpan.FromHours(2));
        var task = Tasks(app).ShouldHaveSingleItem();
        task.GetProperty("instanceId").GetString().ShouldNotBeNull().ShouldStartWith("cleanup-");

        app.AdvanceBy(TimeSpan.FromDays(10));
        app.TrackingOf(account).ShouldHaveSingleItem().EndedAt.ShouldNotBeNull();
        IsActive(app, account).ShouldBeFalse();
    }

    [Fact]
    public void A_stopped_closure_cannot_be_cancelled_and_shows_no_review()
    {
        using var scene = ReviewCases.For(ReviewCode.TransferOverdue).Play();
        scene.App.AdvanceBy(TimeSpan.FromMinutes(5));
        Terminate(scene.App, scene.Account);

        var shown = scene.App.TaskStatus(scene.Account);
        (shown.CanCancel, shown.Review, shown.Phase).ShouldBe((false, null, ClosurePhase.ManualReview));
        shown.NextAction.ShouldBe("Start the cleanup, which ends the stopped closure");
    }

    [Fact]
    public void A_terminated_cleanup_is_shown_as_ending()
    {
        using var app = new ClosureApp();
        var account = BeginToClearing(app);
        var cleanup = ClosureInstance.CleanupIdFor(app.Progress(account).ConfirmationNumber);
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromMinutes(1));
        app.Send(HttpMethod.Post, $"runtime/webhooks/durabletask/instances/{cleanup}/terminate?reason=test").StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(1));

        Progress(app, account)["whatComesNext"].ShouldBe(BeingEnded);
        IsActive(app, account).ShouldBeTrue();
    }

    [Fact]
    public void Progress_gives_no_remaining_amount_while_a_purged_closure_is_cleaned_up()
    {
        using var app = new ClosureApp();
        var account = BeginToClearing(app);
        Terminate(app, account);
        app.Send(HttpMethod.Delete, Instance(account)).StatusCode.ShouldBe(200);
        app.AdvanceBy(TimeSpan.FromMinutes(90));

        Progress(app, account)["remaining"].ShouldBeNull();
    }

    [Fact]
    public void The_task_status_of_an_earlier_closure_shows_the_review_of_its_cleanup()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(
            ClosurePhase.Withdrawing, new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 24 * 20) });
        app.RunUntil(() => app.State(account).Transfers is [{ Status: "SENT_TO_CLEARING" }], TimeSpan.FromDays(3));
        var number = app.Progress(account).ConfirmationNumber;
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromMinutes(1));
        app.Initiate(account).StatusCode.ShouldBe(202);
        app.RunUntil(() => app.Emails.Any(email => email.Subject.Contains("needs your decision")), TimeSpan.FromDays(10));

        var route = $"api/account-closure/task-status/{account.AccountId}?confirmationNumber={number}";
        app.Emails.First(email => email.Subject.Contains("needs your decision")).Text.ShouldContain($"GET /{route}");
        var progress = app.Send(HttpMethod.Get, route).Json.GetProperty("progress").Deserialize<ClosureProgress>(ClosureJson.Options)!;
        (progress.ConfirmationNumber, progress.Review?.Code).ShouldBe((number, ReviewCode.TransferOverdue));
        app.TaskStatus(account).ConfirmationNumber.ShouldNotBe(number);
        app.Send(HttpMethod.Get, $"api/account-closure/task-status/0b1e8f0e-0000-4000-8000-000000000001?confirmationNumber={number}")
            .StatusCode.ShouldBe(404);
    }

    [Fact]
    public void An_unknown_confirmation_number_is_not_an_answer_about_the_running_closure()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Withdrawing);

        var answer = app.Send(HttpMethod.Get, $"api/account-closure/task-status/{account.AccountId}?confirmationNumber=CLA-AAAAA-AAAAA");

        answer.StatusCode.ShouldBe(404);
        answer.Json.GetProperty("title").GetString().ShouldBe("No closure with this number");
    }

    private static CreatedAccount BeginToClearing(ClosureApp app)
    {
        var account = app.BeginTo(ClosurePhase.Withdrawing);
        app.RunUntil(() => app.State(account).Transfers is [{ Status: "SENT_TO_CLEARING" }]);
        return account;
    }

    private static HttpAnswer Progress(ClosureApp app, CreatedAccount account) =>
        app.Send(HttpMethod.Get, $"api/account-closure/progress/{account.AccountId}");

    private static List<JsonElement> Tasks(ClosureApp app) =>
        [.. app.Send(HttpMethod.Get, "api/account-closure/all-active-tasks").Json.GetProperty("tasks").EnumerateArray()];

    private static bool IsActive(ClosureApp app, CreatedAccount account) =>
        Tasks(app).Exists(task => task.GetProperty("accountId").GetString() == account.AccountId);

    private static string Instance(CreatedAccount account) => $"runtime/webhooks/durabletask/instances/closure-{account.AccountId}";

    private static void Terminate(ClosureApp app, CreatedAccount account)
    {
        app.Send(HttpMethod.Post, $"{Instance(account)}/terminate?reason=test").StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(1));
    }
}
