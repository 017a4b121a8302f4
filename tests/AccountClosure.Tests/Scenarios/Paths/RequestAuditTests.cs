using System.Net.Http.Json;
using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>The audit log records every start and every cancel at the time of the request, with actor and reason.</summary>
public sealed class RequestAuditTests
{
    [Fact]
    public void A_start_that_is_refused_because_one_is_running_is_in_the_audit_log()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Settling);

        app.Initiate(account with { UserId = "somebody else" }).StatusCode.ShouldBe(409);

        app.AuditOf(account).ShouldContain(entry => entry.Event == "StartRefused" && entry.Actor == "somebody else");
    }

    [Fact]
    public void A_start_is_in_the_audit_log_although_its_instance_is_purged_at_once()
    {
        int failures = 1;
        using var app = Held.AppWith<IAuditLog, AuditLog>(control => control.Fails = (method, args) =>
            method == nameof(IAuditLog.AppendAsync) && ((AuditEntry)args[0]!).Event == "ClosureInitiated" && failures-- > 0);
        var account = app.CreateAccount(1_000m);
        var answer = app.Initiate(account);
        answer.StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(1));
        Terminate(app, account);
        app.Send(HttpMethod.Delete, Instance(account)).StatusCode.ShouldBe(200);
        app.AdvanceBy(TimeSpan.FromDays(1));

        var entry = app.AuditOf(account).ShouldHaveSingleItem(app.Story(account));
        (entry.ConfirmationNumber, entry.Event, entry.Actor, entry.Detail)
            .ShouldBe((answer["confirmationNumber"], "StartRequested", account.UserId, "moving abroad"));
    }

    [Fact]
    public void A_start_that_cannot_be_audited_starts_nothing_and_fails()
    {
        bool isDown = true;
        using var app = Held.AppWith<IAuditLog, AuditLog>(control => control.Fails = (_, _) => isDown);
        var account = app.CreateAccount(1_000m);

        var answer = app.Initiate(account);

        answer.StatusCode.ShouldBe(503);
        answer["title"].ShouldBe("The records are not available");
        answer["detail"].ShouldNotBeNull().ShouldContain("Nothing was started");
        app.Await(() => app.Client.GetInstanceAsync($"closure-{account.AccountId}")).ShouldBeNull();
        isDown = false;
        app.Initiate(account).StatusCode.ShouldBe(202);
        app.RunToEnd(account).IsClosed.ShouldBeTrue();
    }

    [Fact]
    public void A_start_that_another_one_overtakes_is_audited_as_refused()
    {
        using var app = Held.AppWith<IAuditLog, AuditLog>(
            control => control.Holds = (method, _) => method == nameof(IAuditLog.AppendAsync));
        var account = app.CreateAccount(1_000m);
        var late = Ask(app, $"api/account-closure/initiate/{account.AccountId}", new
        {
            userId = "another",
            account.AchRelationshipId,
            reason = "late",
        });
        app.RunUntil(() => app.HeldOf<IAuditLog>().IsHeld);
        app.AdvanceBy(TimeSpan.FromSeconds(1));
        app.Initiate(account).StatusCode.ShouldBe(202);
        app.ReleaseAndGoOn<IAuditLog>();
        app.Await(() => late).ShouldBe(409);
        app.RunToEnd(account).IsClosed.ShouldBeTrue();

        app.AuditOf(account).Where(entry => entry.Actor == "another").Select(entry => entry.Event)
            .ShouldBe(["StartRequested", "StartRefused"], app.Story(account));
        app.TrackingOf(account).ShouldHaveSingleItem().UserId.ShouldBe(account.UserId);
    }

    [Fact]
    public void A_forced_cancel_that_died_half_way_stays_the_operators_if_the_customer_cancels()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.WaitingForNextTransfer);
        // The first two calls of a forced cancel. The process dies before it starts the cleanup.
        var stop = new Stop(app.Now, "an operator", "The customer has changed their mind.");
        var number = app.Progress(account).ConfirmationNumber;
        app.Await(() => app.Services.GetRequiredService<IClosureTracking>().StopAsync(number, stop));
        Terminate(app, account);
        app.AdvanceBy(TimeSpan.FromMinutes(1));
        app.Initiate(account).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromDays(5));

        app.AuditOf(account).Where(entry => entry.Event == "ClosureStopped").Select(entry => entry.Actor)
            .ShouldBe(["an operator"], app.Story(account));
    }

    [Theory]
    [InlineData(false, "CancelAccepted")]
    [InlineData(true, "ForcedCancelAccepted")]
    public void Two_operators_who_cancel_in_the_same_moment_are_both_in_the_audit_log(bool force, string happening)
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.WaitingForNextTransfer);
        var url = $"api/account-closure/cancel-task/{account.AccountId}";
        var anna = Ask(app, url, new { actor = "anna", reason = "the customer asked", force });
        var berta = Ask(app, url, new { actor = "berta", reason = "the customer asked", force });
        app.Await(() => anna).ShouldBe(202);
        app.Await(() => berta).ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromDays(5));

        app.AuditOf(account).Where(entry => entry.Event == happening).Select(entry => entry.Actor)
            .ShouldBe(["anna", "berta"], ignoreOrder: true, app.Story(account));
    }

    [Fact]
    public void A_forced_cancel_of_a_restarted_closure_is_in_the_audit_log()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Withdrawing, new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 48) });
        app.RunUntil(() => app.State(account).Transfers is [{ Status: "SENT_TO_CLEARING" }]);
        Terminate(app, account);
        app.AdvanceBy(TimeSpan.FromHours(2));
        app.Send(HttpMethod.Post, $"{Instance(account)}/restart?restartWithNewInstanceId=false");
        app.AdvanceBy(TimeSpan.FromSeconds(1));
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromDays(5));

        app.AuditOf(account)
            .ShouldContain(entry => entry.Event == "ForcedCancelAccepted" && entry.Actor == "an operator", app.Story(account));
    }

    [Fact]
    public void A_forced_cancel_stops_the_closure_while_the_audit_log_is_down()
    {
        bool isDown = false;
        using var app = Held.AppWith<IAuditLog, AuditLog>(control => control.Fails = (_, _) => isDown);
        var account = app.BeginTo(ClosurePhase.WaitingForNextTransfer);
        isDown = true;
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(1));
        app.Status(account).RuntimeStatus.ShouldBe("Terminated");
        isDown = false;
        app.AdvanceBy(TimeSpan.FromDays(5));

        app.AuditOf(account).ShouldContain(entry => entry.Event == "ClosureStopped" && entry.Actor == "an operator", app.Story(account));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_cancel_that_is_refused_is_in_the_audit_log(bool hasEnded)
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus is { CanCancel: false });
        if (hasEnded)
            app.RunToEnd(account);
        app.Cancel(account).StatusCode.ShouldBe(409);

        var entry = app.AuditOf(account).Single(entry => entry.Event == "CancelRefused");
        entry.Actor.ShouldBe("an operator");
        entry.Detail.ShouldNotBeNull().ShouldEndWith("the customer has changed their mind");
    }

    [Fact]
    public void The_customers_reason_is_in_the_input_and_the_audit_log_only()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        app.Simulator.AddFault(
            new Fault { Kind = FaultKind.Error, Status = 503, Count = 0, Route = "GET /v1/accounts/{account_id}/ach_relationships" });
        app.Initiate(account, "I am Jane Roe, and I am divorcing").StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromDays(2));

        app.TrackingOf(account).ShouldHaveSingleItem().Outcome.ShouldBeNull();
        app.AuditOf(account).ShouldContain(entry => entry.Event == "ClosureInitiated" && entry.Detail!.Contains("Jane Roe"));
    }

    private static string Instance(CreatedAccount account) => $"runtime/webhooks/durabletask/instances/closure-{account.AccountId}";

    private static void Terminate(ClosureApp app, CreatedAccount account)
    {
        app.Send(HttpMethod.Post, $"{Instance(account)}/terminate?reason=test").StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(1));
    }

    private static Task<int> Ask(ClosureApp app, string url, object body) => app.Begin(async () =>
    {
        using var client = app.CreateClient();
        using var content = JsonContent.Create(body, options: ClosureJson.Options);
        using var response = await client.PostAsync(new Uri(url, UriKind.Relative), content);
        return (int)response.StatusCode;
    });
}
