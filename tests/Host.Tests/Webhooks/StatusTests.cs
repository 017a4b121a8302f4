using System.Net;
using System.Text.Json;
using AccountClosure.Embedded.Host.Tests.App;
using AccountClosure.Embedded.Host.Tests.Http;

namespace AccountClosure.Embedded.Host.Tests.Webhooks;

public sealed class StatusTests : WebhookTest
{
    [Fact]
    public async Task A_completed_instance_is_200_with_all_its_fields()
    {
        await StartAsync("Greet", "g1", "\"Ada\"");

        var status = await GetAsync($"{Instances}/g1");

        status.EnumerateObject().Select(property => property.Name).ShouldBe(
            ["name", "instanceId", "runtimeStatus", "input", "customStatus", "output", "createdTime", "lastUpdatedTime", "version"]);
        status.GetProperty("name").GetString().ShouldBe("Greet");
        status.GetProperty("instanceId").GetString().ShouldBe("g1");
        status.GetProperty("runtimeStatus").GetString().ShouldBe("Completed");
        status.GetProperty("input").GetString().ShouldBe("Ada");
        status.GetProperty("customStatus").GetProperty("step").GetString().ShouldBe("greeting");
        status.GetProperty("output").GetString().ShouldBe("Hello Ada!");
        status.GetProperty("createdTime").GetString().ShouldBe("2026-03-02T09:00:00Z");
        status.GetProperty("lastUpdatedTime").GetString().ShouldBe("2026-03-02T09:00:00Z");
    }

    [Fact]
    public async Task A_running_instance_is_202_with_its_own_address_and_when_to_ask_again()
    {
        await StartAsync("Wait", "w1");

        var response = await Host.Http.GetAsync($"{Instances}/w1?showInput=false");

        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        response.Headers.Location.ShouldBe(new Uri($"http://localhost:7071{Instances}/w1?showInput=false"));
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(5));
        (await ReadAsync(response)).GetProperty("runtimeStatus").GetString().ShouldBe("Running");
    }

    [Fact]
    public async Task A_pending_instance_is_202()
    {
        await PostAsync($"{Prefix}/orchestrators/Greet/p1", "\"x\"");

        (await GetAsync($"{Instances}/p1", HttpStatusCode.Accepted)).GetProperty("runtimeStatus").GetString().ShouldBe("Pending");
    }

    [Fact]
    public async Task A_suspended_instance_is_202_with_the_reason_as_its_output()
    {
        await StartAsync("Wait", "s1");
        await PostAsync($"{Instances}/s1/suspend?reason=lunch");
        Host.Run.RunReady();

        var suspended = await GetAsync($"{Instances}/s1", HttpStatusCode.Accepted);
        suspended.GetProperty("runtimeStatus").GetString().ShouldBe("Suspended");
        suspended.GetProperty("output").GetString().ShouldBe("lunch");
        await PostAsync($"{Instances}/s1/resume");
        Host.Run.RunReady();
        (await GetAsync($"{Instances}/s1", HttpStatusCode.Accepted)).GetProperty("output").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_failed_instance_is_200_or_500_if_the_caller_requests_that()
    {
        await StartAsync("Fail", "f1");

        var status = await GetAsync($"{Instances}/f1");
        status.GetProperty("runtimeStatus").GetString().ShouldBe("Failed");
        status.GetProperty("output").GetString()!.ShouldContain("Break is broken");
        await GetAsync($"{Instances}/f1?returnInternalServerErrorOnFailure=true", HttpStatusCode.InternalServerError);
    }

    [Fact]
    public async Task A_terminated_instance_is_200_with_the_reason_as_its_output()
    {
        await StartAsync("Wait", "t1");
        await PostAsync($"{Instances}/t1/terminate?reason=no%20more");
        Host.Run.RunReady();

        var status = await GetAsync($"{Instances}/t1");
        status.GetProperty("runtimeStatus").GetString().ShouldBe("Terminated");
        status.GetProperty("output").GetString().ShouldBe("no more");
    }

    [Fact]
    public async Task The_input_is_shown_unless_the_caller_declines_it()
    {
        await StartAsync("Greet", "g1", "\"Ada\"");

        (await GetAsync($"{Instances}/g1?showInput=false")).GetProperty("input").ValueKind.ShouldBe(JsonValueKind.Null);
        (await GetAsync($"{Instances}/g1?showInput=true")).GetProperty("input").GetString().ShouldBe("Ada");
    }

    [Fact]
    public async Task The_history_is_shown_on_request_and_its_results_only_on_a_second_flag()
    {
        await StartAsync("Greet", "g1", "\"Ada\"");

        var plain = (await GetAsync($"{Instances}/g1?showHistory=true")).GetProperty("historyEvents");
        var full = (await GetAsync($"{Instances}/g1?showHistory=true&showHistoryOutput=true")).GetProperty("historyEvents");

        plain.EnumerateArray().Select(EventType).ShouldBe(["ExecutionStarted", "TaskCompleted", "ExecutionCompleted"]);
        plain[0].GetProperty("FunctionName").GetString().ShouldBe("Greet");
        plain[0].GetProperty("Input").GetString().ShouldBe("\"Ada\"");
        plain[0].GetProperty("Timestamp").GetString().ShouldBe("2026-03-02T09:00:00+00:00");
        plain[1].GetProperty("FunctionName").GetString().ShouldBe("SayHello");
        plain[1].GetProperty("Input").GetString().ShouldBe("[\"Ada\"]");
        plain[1].GetProperty("ScheduledTime").GetDateTime().ShouldBe(new DateTime(2026, 3, 2, 9, 0, 0, DateTimeKind.Utc));
        plain[1].TryGetProperty("Result", out _).ShouldBeFalse();
        full[1].GetProperty("Result").GetString().ShouldBe("Hello Ada!");
        full[2].GetProperty("OrchestrationStatus").GetString().ShouldBe("Completed");
    }

    [Fact]
    public async Task The_history_shows_what_is_still_open_and_why_something_failed()
    {
        await StartAsync("Wait", "w1");
        await StartAsync("Fail", "f1");

        var open = (await GetAsync($"{Instances}/w1?showHistory=true", HttpStatusCode.Accepted)).GetProperty("historyEvents");
        var failed = (await GetAsync($"{Instances}/f1?showHistory=true")).GetProperty("historyEvents");

        open.EnumerateArray().Select(EventType).ShouldBe(["ExecutionStarted", "TimerCreated"]);
        open[1].GetProperty("FireAt").GetDateTime().ShouldBe(new DateTime(2026, 3, 2, 9, 0, 30, DateTimeKind.Utc));
        failed[1].GetProperty("EventType").GetString().ShouldBe("TaskFailed");
        failed[1].GetProperty("Reason").GetString().ShouldBe("Break is broken");
        failed[1].GetProperty("FailureDetails").GetProperty("ErrorType").GetString().ShouldBe("System.InvalidOperationException");
    }

    [Fact]
    public async Task A_status_has_a_history_only_on_request()
    {
        await StartAsync("Wait", "w1");

        (await GetAsync($"{Instances}/w1", HttpStatusCode.Accepted)).TryGetProperty("historyEvents", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_pending_instance_has_no_history()
    {
        await PostAsync($"{Prefix}/orchestrators/Wait/w1", "null");

        var status = await GetAsync($"{Instances}/w1?showHistory=true", HttpStatusCode.Accepted);

        status.GetProperty("runtimeStatus").GetString().ShouldBe("Pending");
        status.TryGetProperty("historyEvents", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task The_status_of_a_sub_orchestration_names_its_parent()
    {
        await using var host = await TestHost.StartAsync(typeof(FamilyFunctions));
        await host.Http.PostAsync($"{Prefix}/orchestrators/Parent/p1", TestHost.Json("null"));
        host.Run.RunReady();

        var status = await ReadAsync(await host.Http.GetAsync($"{Instances}/c1"));

        status.GetProperty("name").GetString().ShouldBe("Child");
        status.GetProperty("parentInstanceId").GetString().ShouldBe("p1");
    }

    [Theory]
    [InlineData("POST", "/instances/g1/restartWithOptions?newInstanceId=g2", "restart with options")]
    [InlineData("GET", "/entities/counter", "entities")]
    public async Task Every_route_that_only_the_Functions_host_serves_is_a_listed_difference(string method, string path, string row)
    {
        await StartAsync("Greet", "g1", "\"Ada\"");
        using var request = new HttpRequestMessage(new HttpMethod(method), Prefix + path);

        await Errors.ExpectAsync(await Host.Http.SendAsync(request), HttpStatusCode.NotFound);

        (await File.ReadAllTextAsync(Page())).ShouldContain($"\n| {row}");
    }

    [Theory]
    [InlineData("/instances/unknown", HttpStatusCode.NotFound)]
    [InlineData("/instances/", HttpStatusCode.OK)]
    [InlineData("/instances/g1/unknown", HttpStatusCode.NotFound)]
    [InlineData("/instances/g1/raiseEvent", HttpStatusCode.NotFound)]
    [InlineData("/", HttpStatusCode.NotFound)]
    [InlineData("/entities", HttpStatusCode.NotFound)]
    [InlineData("/instances/g1/terminate", HttpStatusCode.NotFound)]
    [InlineData("/orchestrators/Greet", HttpStatusCode.NotFound)]
    [InlineData("/instances/g1?showInput=perhaps", HttpStatusCode.OK)]
    [InlineData("/instances/g1?showHistory=1", HttpStatusCode.OK)]
    [InlineData("/instances/g1?returnInternalServerErrorOnFailure=x", HttpStatusCode.OK)]
    public async Task Other_addresses_and_methods_are_404_and_an_invalid_flag_is_ignored(string path, HttpStatusCode expected)
    {
        await StartAsync("Greet", "g1", "\"Ada\"");

        var response = await Host.Http.GetAsync(Prefix + path);

        if (expected == HttpStatusCode.OK)
            response.StatusCode.ShouldBe(expected);
        else
            await Errors.ExpectAsync(response, expected);
    }

    private static string Page()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "AccountClosure.sln")))
            folder = folder.Parent;
        return Path.Combine(folder.FullName, "docs", "host-answers.md");
    }

    private static string? EventType(JsonElement entry) => entry.GetProperty("EventType").GetString();
}
