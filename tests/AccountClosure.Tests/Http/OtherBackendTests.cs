using System.Net;
using AccountClosure.Closure;
using AccountClosure.Functions;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Grpc.Core;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Http;

/// <summary>The functions answer correctly on backends that report less than the embedded engine or report differently.</summary>
public sealed class OtherBackendTests
{
    [Fact]
    public void A_start_that_loses_a_race_gets_409_and_the_winners_number()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        string? winner = null;
        var client = new OtherBackend(app.Client)
        {
            BeforeStart = async () =>
            {
                app.Clock.AdvanceTo(app.Now.AddMilliseconds(1));
                using var http = app.CreateClient();
                using var answer = await http.PostAsync($"api/account-closure/initiate/{account.AccountId}", Json(account));
                winner = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync())
                    .RootElement.GetProperty("confirmationNumber").GetString();
            },
        };

        var answer = app.Await(() => Create<InitiateClosure>(app)
            .Run(new DirectRequest(app, Body(account)), account.AccountId, client, CancellationToken.None));

        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        DirectRequest.Read(answer).GetProperty("confirmationNumber").GetString().ShouldBe(winner);
        app.AuditOf(account).ShouldContain(entry => entry.Event == "StartRefused");
    }

    [Fact]
    public void A_start_after_an_ended_closure_gets_202_with_a_new_number()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Settling);
        app.Cancel(account);
        app.RunToEnd(account);
        var first = app.Progress(account).ConfirmationNumber;

        var answer = app.Await(() => Create<InitiateClosure>(app).Run(
            new DirectRequest(app, Body(account)), account.AccountId, new OtherBackend(app.Client), CancellationToken.None));

        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        DirectRequest.Read(answer).GetProperty("confirmationNumber").GetString().ShouldNotBe(first);
    }

    [Fact]
    public void A_closure_has_the_time_of_its_request_whatever_the_backend_says()
    {
        using var app = new ClosureApp();
        var asked = app.Now;
        var account = app.BeginTo(ClosurePhase.Withdrawing);

        var answer = app.Await(() => Create<GetTaskStatus>(app).Run(
            new DirectRequest(app, new { }), account.AccountId, new OtherBackend(app.Client), CancellationToken.None));

        DirectRequest.Read(answer).GetProperty("createdAt").GetDateTimeOffset().ShouldBe(asked);
    }

    [Theory]
    [InlineData(StatusCode.FailedPrecondition, HttpStatusCode.Conflict)]
    [InlineData(StatusCode.NotFound, HttpStatusCode.NotFound)]
    public void A_cancel_of_a_closure_that_ends_or_is_purged_meanwhile_is_refused(StatusCode failure, HttpStatusCode expected)
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Withdrawing);

        var answer = app.Await(() => Create<CancelTask>(app).Run(
            new DirectRequest(app, new { actor = "an operator", reason = "test" }), account.AccountId,
            Failing(app, failure), CancellationToken.None));

        answer.StatusCode.ShouldBe(expected);
        Title(answer).ShouldBe(expected == HttpStatusCode.NotFound ? "No closure" : "The closure has just ended");
        app.AuditOf(account).ShouldContain(entry => entry.Event == "CancelRefused" && entry.Actor == "an operator");
    }

    [Theory]
    [InlineData(StatusCode.FailedPrecondition, HttpStatusCode.Conflict)]
    [InlineData(StatusCode.NotFound, HttpStatusCode.NotFound)]
    public void A_decision_about_a_closure_that_ends_or_is_purged_meanwhile_is_refused(StatusCode failure, HttpStatusCode expected)
    {
        using var scene = Scenarios.Paths.ReviewCases.For(ReviewCode.TransferOverdue).Play();
        var review = scene.App.Progress(scene.Account).Review!.Number;
        var body = new { review, choice = "retry", actor = "an operator", reason = "test" };

        var answer = scene.App.Await(() => Create<ResolveTask>(scene.App).Run(
            new DirectRequest(scene.App, body), scene.Id, Failing(scene.App, failure), CancellationToken.None));

        answer.StatusCode.ShouldBe(expected);
    }

    [Theory]
    [InlineData("Cancel")]
    [InlineData("Resolve")]
    public void An_event_without_a_payload_does_not_fail_a_closure(string name)
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Withdrawing);

        app.Await(async () =>
        {
            await app.Client.RaiseEventAsync($"closure-{account.AccountId}", name, null);
            return true;
        });

        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Completed);
    }

    private static OtherBackend Failing(ClosureApp app, StatusCode failure) =>
        new(app.Client) { RaiseFailure = new RpcException(new Status(failure, "from the backend")) };

    private static T Create<T>(ClosureApp app) => ActivatorUtilities.CreateInstance<T>(app.Services);

    private static object Body(CreatedAccount account) => new { account.UserId, account.AchRelationshipId, reason = "moving abroad" };

    private static HttpContent Json(CreatedAccount account) =>
        System.Net.Http.Json.JsonContent.Create(Body(account), options: ClosureJson.Options);

    private static string? Title(HttpResponseData answer) => DirectRequest.Read(answer).GetProperty("title").GetString();
}
