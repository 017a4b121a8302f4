using System.Text;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Http;

/// <summary>Invalid input of every kind to every route gives a clear 4xx as problem+json, no stack trace, and starts nothing.</summary>
public sealed class BadInputTests
{
    private const string SomeId = "8f3c2b1a-0d4e-4a5b-9c6d-7e8f90a1b2c3";
    private const string Initiate = "api/account-closure/initiate/";
    private const string Cancel = "api/account-closure/cancel-task/";
    private const string Resolve = "api/account-closure/resolve-task/";
    private const string Instances = "runtime/webhooks/durabletask/instances";

    private static readonly string[] AccountRoutes =
    [
        $"POST {Initiate}",
        $"POST {Cancel}",
        $"POST {Resolve}",
        "GET api/account-closure/progress/",
        "GET api/account-closure/task-status/",
    ];

    public static TheoryData<string> RoutesWithAnAccount() => new(AccountRoutes);

    [Theory]
    [MemberData(nameof(RoutesWithAnAccount))]
    public void An_account_id_that_is_not_a_uuid_is_a_400_that_says_what_it_must_be(string route)
    {
        using var app = new ClosureApp();
        foreach (var id in new[] { "1", "not-an-id", SomeId + "0", "{" + SomeId + "}", "%27%20OR%201=1", "..%2f..%2fetc",
            new string('a', 3000), "💥" })
        {
            var answer = Send(
                app, route + id, new { userId = "u", achRelationshipId = SomeId, reason = "r", actor = "a", choice = "retry" });

            ShouldBeProblem(answer, 400);
            answer["detail"]!.ShouldContain("UUID");
        }
        ShouldHaveStartedNothing(app);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("12")]
    [InlineData("{")]
    [InlineData("{\"userId\": }")]
    [InlineData("{\"userId\": 5, \"actor\": 5, \"reason\": {}}")]
    [InlineData("<xml/>")]
    [InlineData("\u0000")]
    public void A_body_of_the_wrong_shape_is_a_400_that_names_the_fields(string body)
    {
        using var app = new ClosureApp();
        foreach (var (route, field) in new[] { (Initiate, "achRelationshipId"), (Cancel, "actor"), (Resolve, "choice") })
        {
            var answer = app.Send(HttpMethod.Post, route + SomeId, new StringContent(body, Encoding.UTF8, "application/json"));

            ShouldBeProblem(answer, 400);
            answer["detail"]!.ShouldContain(field);
        }
        ShouldHaveStartedNothing(app);
    }

    public static TheoryData<string, object> IncompleteRequests() => new()
    {
        { "userId", new { achRelationshipId = SomeId, reason = "moving" } },
        { "userId", new { userId = "  ", achRelationshipId = SomeId, reason = "moving" } },
        { "userId", new { userId = new string('u', 129), achRelationshipId = SomeId, reason = "moving" } },
        { "userId", new { userId = "line\nbreak", achRelationshipId = SomeId, reason = "moving" } },
        { "reason", new { userId = "u", achRelationshipId = SomeId } },
        { "reason", new { userId = "u", achRelationshipId = SomeId, reason = new string('r', 501) } },
        { "achRelationshipId", new { userId = "u", reason = "moving" } },
        { "achRelationshipId", new { userId = "u", reason = "moving", achRelationshipId = "my bank" } },
    };

    [Theory]
    [MemberData(nameof(IncompleteRequests))]
    public void An_incomplete_request_is_a_422_that_names_the_field(string field, object body)
    {
        using var app = new ClosureApp();

        var answer = app.Send(HttpMethod.Post, Initiate + SomeId, body);

        ShouldBeProblem(answer, 422);
        answer.Json.GetProperty("errors").GetProperty(field).GetString().ShouldNotBeNullOrWhiteSpace();
        ShouldHaveStartedNothing(app);
    }

    [Fact]
    public void A_body_that_is_too_large_is_refused()
    {
        using var app = new ClosureApp();

        ShouldBeProblem(app.Send(HttpMethod.Post, Initiate + SomeId, new { userId = new string('u', 20_000) }), 413);
        // The host reads at most a megabyte before it calls the app.
        app.Send(HttpMethod.Post, Initiate + SomeId, new { userId = new string('u', 3_000_000) }).StatusCode.ShouldBe(413);
        ShouldHaveStartedNothing(app);
    }

    [Theory]
    [InlineData("top=0")]
    [InlineData("top=501")]
    [InlineData("top=many")]
    [InlineData("phase=Sleeping")]
    [InlineData("phase=7")]
    [InlineData("continuationToken=nonsense")]
    public void A_list_with_an_invalid_parameter_is_a_400_that_gives_the_valid_values(string query)
    {
        using var app = new ClosureApp();

        ShouldBeProblem(app.Send(HttpMethod.Get, $"api/account-closure/all-active-tasks?{query}"), 400);
    }

    [Theory]
    [InlineData("GET api/account-closure/progress/" + SomeId)]
    [InlineData("GET api/account-closure/task-status/" + SomeId)]
    [InlineData("POST " + Cancel + SomeId)]
    [InlineData("POST " + Resolve + SomeId)]
    [InlineData("GET " + Instances + "/closure-" + SomeId)]
    [InlineData("POST " + Instances + "/closure-" + SomeId + "/terminate")]
    [InlineData("GET api/nothing/here")]
    [InlineData("GET nothing")]
    public void A_missing_resource_is_a_404(string route)
    {
        using var app = new ClosureApp();

        ShouldBeProblem(Send(app, route, new { actor = "a", reason = "r", choice = "retry" }), 404);
    }

    [Theory]
    [InlineData("GET " + Initiate + SomeId)]
    [InlineData("DELETE " + Initiate + SomeId)]
    [InlineData("PUT " + Cancel + SomeId)]
    [InlineData("POST api/account-closure/progress/" + SomeId)]
    [InlineData("POST api/account-closure/all-active-tasks")]
    [InlineData("POST api/health")]
    public void The_wrong_method_is_a_404_without_a_body(string route)
    {
        using var app = new ClosureApp();

        ShouldBeEmpty(Send(app, route, new { }), 404);
        ShouldHaveStartedNothing(app);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wrong")]
    [InlineData(ClosureApp.FunctionKey + "x")]
    public void Without_the_right_key_every_route_but_health_is_a_401(string? key)
    {
        using var app = new ClosureApp();
        foreach (var route in AccountRoutes.Select(start => start + SomeId).Append("GET api/account-closure/all-active-tasks")
            .Append("GET " + Instances))
        {
            var parts = route.Split(' ');
            ShouldBeEmpty(app.Send(new HttpMethod(parts[0]), parts[1], parts[0] == "POST" ? new { } : null, key), 401);
        }
        app.Send(HttpMethod.Get, "api/health", key: key).StatusCode.ShouldBe(200);
        ShouldHaveStartedNothing(app);
    }

    [Fact]
    public void A_second_start_is_a_409_with_the_links_of_the_first()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        var first = app.Initiate(account);
        app.AdvanceBy(TimeSpan.FromMinutes(1));

        var second = app.Initiate(account, reason: "impatience");

        second.StatusCode.ShouldBe(409);
        foreach (var link in new[] { "confirmationNumber", "instanceId", "id", "statusQueryGetUri", "sendEventPostUri", "terminatePostUri",
            "purgeHistoryDeleteUri", "suspendPostUri", "resumePostUri" })
            second[link].ShouldBe(first[link].ShouldNotBeNull());
        second.Location.ShouldBe(first.Location);
        app.RunToEnd(account);
        app.State(account).Transfers.ShouldHaveSingleItem();
    }

    [Fact]
    public void A_decision_or_cancel_that_is_too_late_is_a_409_or_422_with_the_reason()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntil(account, AccountClosure.Closure.ClosurePhase.Withdrawing);

        ShouldBeProblem(app.Resolve(account, AccountClosure.Closure.ReviewChoice.Retry), 409);
        ShouldBeProblem(app.Send(HttpMethod.Post, Cancel + account.AccountId, new { reason = "nobody asks" }), 422);
        app.RunToEnd(account);
        ShouldBeProblem(app.Cancel(account), 409);
        ShouldBeProblem(app.Resolve(account, AccountClosure.Closure.ReviewChoice.Retry), 409);
    }

    private static HttpAnswer Send(ClosureApp app, string route, object body)
    {
        var parts = route.Split(' ', 2);
        return app.Send(new HttpMethod(parts[0]), parts[1], parts[0] is "POST" or "PUT" ? body : null);
    }

    /// <summary>The host's own answer, before it calls the app.</summary>
    private static void ShouldBeEmpty(HttpAnswer answer, int status)
    {
        answer.StatusCode.ShouldBe(status, answer.Text);
        answer.Text.ShouldBeEmpty();
    }

    private static void ShouldBeProblem(HttpAnswer answer, int status)
    {
        answer.StatusCode.ShouldBe(status, answer.Text);
        if (answer.MediaType is not null)
            answer.MediaType.ShouldBe("application/problem+json");
        answer.Text.ShouldNotContain("   at ");
        answer.Text.ShouldNotContain("Exception");
    }

    private static void ShouldHaveStartedNothing(ClosureApp app)
    {
        app.Send(HttpMethod.Get, Instances).Json.GetArrayLength().ShouldBe(0);
        app.Simulator.Requests.ShouldBeEmpty();
        app.Emails.ShouldBeEmpty();
    }
}
