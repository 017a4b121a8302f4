using System.Net;
using System.Text.Json;
using AccountClosure.Embedded.Host.Tests.App;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AccountClosure.Embedded.Host.Tests.Webhooks;

/// <summary>
/// Attacks on the answers of the durable webhooks, with what HttpApiHandler and DurableClient of the durable extension do, where
/// docs/host-answers.md lists no difference.
/// </summary>
public sealed class WebhookAttackTests : WebhookTest
{
    private const string TokenHeader = "x-ms-continuation-token";

    [Fact]
    public async Task A_list_takes_every_runtimeStatus_parameter()
    {
        // TryGetIEnumerableQueryParameterValue: GetValues(name).SelectMany(value => value.Split(',')).
        await StartAsync("Greet", "g1", "\"Ada\"");
        await StartAsync("Wait", "w1");
        await StartAsync("Fail", "f1");

        JsonElement list = await GetAsync($"{Instances}?runtimeStatus=Completed&runtimeStatus=Failed");

        list.EnumerateArray().Select(entry => entry.GetProperty("instanceId").GetString()).Order().ShouldBe(["f1", "g1"]);
    }

    [Fact]
    public async Task A_purge_takes_every_runtimeStatus_parameter()
    {
        await StartAsync("Greet", "g1", "\"Ada\"");
        await StartAsync("Fail", "f1");

        HttpResponseMessage response = await Host.Http.DeleteAsync($"{Instances}?createdTimeFrom=2020-01-01&runtimeStatus=Completed&runtimeStatus=Failed");

        (await ReadAsync(response)).GetProperty("instancesDeleted").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task The_last_page_has_the_continuation_header_and_it_is_empty()
    {
        // response.Headers.Add("x-ms-continuation-token", nextContinuationToken), also when it is null; durable-http-api.md: "empty at the end".
        await StartAsync("Wait", "w1");

        HttpResponseMessage response = await Host.Http.GetAsync(Instances);

        response.Headers.TryGetValues(TokenHeader, out IEnumerable<string>? values).ShouldBeTrue();
        values!.Single().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_restart_with_a_timeout_waits_for_the_output()
    {
        // HandleRestartInstanceRequestAsync reads timeout and pollingInterval as a start does; durable-http-api.md: "as a start".
        await StartAsync("Greet", "g1", "\"Ada\"");

        HttpResponseMessage response = Host.Run.Await(PostAsync($"{Instances}/g1/restart?timeout=10&pollingInterval=1"));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).ShouldBe("\"Hello Ada!\"");
    }

    [Fact]
    public async Task The_history_of_a_pending_instance_is_null_or_left_out()
    {
        // "if (showHistory && orchestrationState.OrchestrationStatus != OrchestrationStatus.Pending)".
        (await PostAsync($"{Prefix}/orchestrators/Wait/w1", "null")).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        JsonElement status = await GetAsync($"{Instances}/w1?showHistory=true", HttpStatusCode.Accepted);

        status.GetProperty("runtimeStatus").GetString().ShouldBe("Pending");
        (status.TryGetProperty("historyEvents", out JsonElement history) && history.ValueKind == JsonValueKind.Array).ShouldBeFalse();
    }

    [Fact]
    public async Task A_status_has_no_history_unless_it_was_asked_for()
    {
        await StartAsync("Wait", "w1");

        (await GetAsync($"{Instances}/w1", HttpStatusCode.Accepted)).EnumerateObject().Select(property => property.Name)
            .ShouldNotContain("historyEvents");
    }

    [Fact]
    public async Task A_start_and_wait_that_fails_hides_the_input_when_asked_to()
    {
        // WaitForCompletionOrCreateCheckStatusResponseAsync ends in HandleGetStatusRequestAsync, which reads showInput of the same request.
        HttpResponseMessage response = Host.Run.Await(PostAsync(
            $"{Prefix}/orchestrators/Fail?timeout=5&pollingInterval=1&showInput=false", "\"private\""));

        (await response.Content.ReadAsStringAsync()).ShouldNotContain("private");
    }

    [Fact]
    public async Task A_terminated_instance_in_a_start_and_wait_answers_its_status()
    {
        Task<HttpResponseMessage> call = PostAsync($"{Prefix}/orchestrators/Wait/w1?timeout=20&pollingInterval=1", "null");
        Host.Run.RunReady();
        (await PostAsync($"{Instances}/w1/terminate?reason=a%20b")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        HttpResponseMessage response = Host.Run.Await(call);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ReadAsync(response)).GetProperty("runtimeStatus").GetString().ShouldBe("Terminated");
    }

    [Theory]
    [InlineData("?createdTimeFrom=2020-01-01&createdTimeTo=2020-01-02")]
    [InlineData("?createdTimeFrom=2020-01-01&runtimeStatus=Running")]
    public async Task A_purge_of_nothing_is_404_and_deletes_nothing(string query)
    {
        await StartAsync("Greet", "g1", "\"Ada\"");
        await StartAsync("Wait", "w1");

        (await Host.Http.DeleteAsync(Instances + query)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        (await GetAsync(Instances)).GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task An_empty_continuation_header_is_the_first_page()
    {
        await StartAsync("Wait", "w1");
        using var request = new HttpRequestMessage(HttpMethod.Get, Instances);
        request.Headers.TryAddWithoutValidation(TokenHeader, "");

        (await Host.Http.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("9223372036854775808")]
    [InlineData("0")]
    public async Task A_number_that_no_page_gave_is_400(string token)
    {
        await StartAsync("Wait", "w1");
        using var request = new HttpRequestMessage(HttpMethod.Get, Instances);
        request.Headers.TryAddWithoutValidation(TokenHeader, token);

        (await Host.Http.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("/instances/w1/raiseEvent/a%2Fb")]
    [InlineData("/instances/w1/raiseEvent/%25")]
    public async Task An_event_name_with_escapes_is_accepted(string path)
    {
        await StartAsync("Wait", "w1");

        (await PostAsync(Prefix + path, "1")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_start_under_a_version_runs_under_it()
    {
        // HandleStartOrchestratorRequestAsync of 3.18.0: query parameter "version", else the default version.
        (await PostAsync($"{Prefix}/orchestrators/Wait/w1?version=2.5", "null")).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        (await GetAsync($"{Instances}/w1", HttpStatusCode.Accepted)).GetProperty("version").GetString().ShouldBe("2.5");
    }

    [Theory]
    [InlineData("POST", "/instances/g1/restartWithOptions?newInstanceId=g2", "restartWithOptions")]
    [InlineData("GET", "/entities/counter", "entities")]
    public async Task A_route_of_the_functions_host_is_served_or_listed_as_a_difference(string method, string path, string name)
    {
        await StartAsync("Greet", "g1", "\"Ada\"");
        using var request = new HttpRequestMessage(new HttpMethod(method), Prefix + path);

        bool isServed = (await Host.Http.SendAsync(request)).StatusCode != HttpStatusCode.NotFound;

        (isServed || File.ReadAllText(Page()).Contains(name, StringComparison.Ordinal)).ShouldBeTrue(name);
    }

    [Fact]
    public async Task The_status_of_a_sub_orchestration_names_its_parent()
    {
        // StatusResponsePayload of 3.18.0: [DataMember(Name = "parentInstanceId", EmitDefaultValue = false)].
        await using TestHost host = await TestHost.StartAsync(new TestHostSettings(), typeof(FamilyFunctions));
        HttpResponseMessage started = await host.Http.PostAsync($"{Prefix}/orchestrators/Parent/p1", TestHost.Json("null"));
        started.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        host.Run.RunReady();

        JsonElement status = await ReadAsync(await host.Http.GetAsync($"{Instances}/c1"));

        status.GetProperty("name").GetString().ShouldBe("Child");
        status.TryGetProperty("parentInstanceId", out JsonElement parent).ShouldBeTrue(status.GetRawText());
        parent.GetString().ShouldBe("p1");
    }

    private static string Page()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "AccountClosure.sln")))
            folder = folder.Parent;
        return Path.Combine(folder.FullName, "docs", "host-answers.md");
    }
}

public static class FamilyFunctions
{
    [Function(nameof(Parent))]
    public static Task Parent([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallSubOrchestratorAsync(nameof(Child), null, new SubOrchestrationOptions(instanceId: "c1"));

    [Function(nameof(Child))]
    public static Task Child([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
}
