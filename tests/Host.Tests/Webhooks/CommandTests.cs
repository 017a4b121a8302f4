using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AccountClosure.Embedded.Host.Tests.Http;

namespace AccountClosure.Embedded.Host.Tests.Webhooks;

public sealed class CommandTests : WebhookTest
{
    [Fact]
    public async Task A_raised_event_reaches_the_instance_with_its_payload_in_any_case_of_its_name()
    {
        await StartAsync("Wait", "w1");

        (await PostAsync($"{Instances}/w1/raiseEvent/gO", """{"item":"tea","count":2}""")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        Host.Run.AdvanceBy(TimeSpan.FromSeconds(30));

        var output = (await GetAsync($"{Instances}/w1")).GetProperty("output");
        output.GetRawText().ShouldBe("""{"item":"tea","count":2}""");
    }

    [Theory]
    [InlineData("a%2Fb")]
    [InlineData("%25")]
    public async Task An_event_name_with_escapes_is_accepted(string name)
    {
        await StartAsync("Wait", "w1");

        (await PostAsync($"{Instances}/w1/raiseEvent/{name}", "1")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData("text/plain", "{}")]
    [InlineData("application/json", "{")]
    [InlineData("application/json", "one two")]
    [InlineData("application/json", "")]
    public async Task An_event_that_is_not_JSON_is_400(string contentType, string body)
    {
        await StartAsync("Wait", "w1");

        using var content = new StringContent(body, Encoding.UTF8, contentType);
        await Errors.ExpectAsync(await Host.Http.PostAsync($"{Instances}/w1/raiseEvent/Go", content), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task An_event_that_is_too_large_is_413()
    {
        await StartAsync("Wait", "w1");

        await Errors.ExpectAsync(
            await PostAsync($"{Instances}/w1/raiseEvent/Go", $"\"{new string('x', 1024 * 1024)}\""), HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("raiseEvent/Go")]
    [InlineData("terminate")]
    [InlineData("suspend")]
    [InlineData("resume")]
    public async Task A_command_to_an_unknown_instance_is_404_and_to_an_ended_one_410(string command)
    {
        await StartAsync("Greet", "ended", "\"Ada\"");

        // The host does not read the body for an instance that does not exist.
        await Errors.ExpectEmptyAsync(await PostAsync($"{Instances}/unknown/{command}"), HttpStatusCode.NotFound);
        await Errors.ExpectEmptyAsync(await PostAsync($"{Instances}/ended/{command}"), HttpStatusCode.Gone);
    }

    [Fact]
    public async Task A_suspended_instance_goes_on_only_after_it_is_resumed()
    {
        await StartAsync("Wait", "w1");
        (await PostAsync($"{Instances}/w1/suspend?reason=check")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await PostAsync($"{Instances}/w1/raiseEvent/Go", """{"item":"tea","count":2}""");
        Host.Run.AdvanceBy(TimeSpan.FromMinutes(5));
        (await GetAsync($"{Instances}/w1", HttpStatusCode.Accepted)).GetProperty("runtimeStatus").GetString().ShouldBe("Suspended");

        (await PostAsync($"{Instances}/w1/resume?reason=fine")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        Host.Run.RunReady();

        (await GetAsync($"{Instances}/w1")).GetProperty("runtimeStatus").GetString().ShouldBe("Completed");
    }

    [Fact]
    public async Task A_failed_instance_is_rewound_and_its_history_says_why()
    {
        await StartAsync("Fail", "f1");
        (await GetAsync($"{Instances}/f1")).GetProperty("runtimeStatus").GetString().ShouldBe("Failed");

        var response = await PostAsync($"{Instances}/f1/rewind?reason=mended");
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await response.Content.ReadAsStringAsync()).ShouldBeEmpty();
        var rewound = await GetAsync($"{Instances}/f1", HttpStatusCode.Accepted);
        rewound.GetProperty("runtimeStatus").GetString().ShouldBe("Running");
        rewound.GetProperty("output").ValueKind.ShouldBe(JsonValueKind.Null);
        Host.Run.RunReady();

        var failed = await GetAsync($"{Instances}/f1?showHistory=true");
        failed.GetProperty("runtimeStatus").GetString().ShouldBe("Failed");
        failed.GetProperty("historyEvents").EnumerateArray()
            .Where(happened => happened.GetProperty("EventType").GetString() == "ExecutionRewound")
            .ShouldHaveSingleItem().GetProperty("Reason").GetString().ShouldBe("mended");
    }

    [Theory]
    [InlineData("")]
    [InlineData("?reason=mended")]
    public async Task A_rewind_of_an_unknown_instance_is_404_and_of_one_that_has_not_failed_412(string query)
    {
        await StartAsync("Greet", "Completed", "\"Ada\"");
        foreach (var id in new[] { "Running", "Suspended", "Terminated" })
            await StartAsync("Wait", id);
        await PostAsync($"{Instances}/Suspended/suspend");
        await PostAsync($"{Instances}/Terminated/terminate");
        await StartAsync("Fail", "rewound");
        (await PostAsync($"{Instances}/rewound/rewind{query}")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await RefusedAsync("rewound")).ShouldContain("is Running");
        Host.Run.RunReady();

        foreach (var id in new[] { "Completed", "Running", "Suspended", "Terminated" })
            (await RefusedAsync(id)).ShouldContain($"is {id}");
        (await RefusedAsync("unknown", HttpStatusCode.NotFound)).ShouldContain("no instance");

        async Task<string> RefusedAsync(string id, HttpStatusCode status = HttpStatusCode.PreconditionFailed)
        {
            var response = await PostAsync($"{Instances}/{id}/rewind{query}");
            response.StatusCode.ShouldBe(status);
            return (await response.Content.ReadFromJsonAsync<string>())!;
        }
    }

    [Fact]
    public async Task Purging_an_ended_instance_counts_one_and_removes_it()
    {
        await StartAsync("Greet", "g1", "\"Ada\"");

        var response = await Host.Http.DeleteAsync($"{Instances}/g1");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"instancesDeleted":1}""");
        await Errors.ExpectAsync(await Host.Http.GetAsync($"{Instances}/g1"), HttpStatusCode.NotFound);
        await Errors.ExpectAsync(await Host.Http.DeleteAsync($"{Instances}/g1"), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Purging_many_counts_those_that_have_ended_and_match()
    {
        await StartAsync("Greet", "g1", "\"Ada\"");
        await StartAsync("Fail", "f1");
        await StartAsync("Wait", "w1");

        var failed = await Host.Http.DeleteAsync($"{Instances}?createdTimeFrom=2026-03-02&runtimeStatus=Failed");
        (await failed.Content.ReadAsStringAsync()).ShouldBe("""{"instancesDeleted":1}""");
        var rest = await Host.Http.DeleteAsync($"{Instances}?createdTimeFrom=2026-03-02&createdTimeTo=2026-03-03");
        (await rest.Content.ReadAsStringAsync()).ShouldBe("""{"instancesDeleted":1}""");
        await Errors.ExpectAsync(await Host.Http.DeleteAsync($"{Instances}?createdTimeFrom=2026-03-02"), HttpStatusCode.NotFound);
        (await GetAsync($"{Instances}/w1", HttpStatusCode.Accepted)).GetProperty("instanceId").GetString().ShouldBe("w1");
    }

    [Fact]
    public async Task Purging_many_accepts_every_requested_status()
    {
        await StartAsync("Greet", "g1", "\"Ada\"");
        await StartAsync("Fail", "f1");

        var both = await Host.Http.DeleteAsync(
            $"{Instances}?createdTimeFrom=2026-03-02&runtimeStatus=Completed&runtimeStatus=Failed");

        (await both.Content.ReadAsStringAsync()).ShouldBe("""{"instancesDeleted":2}""");
    }

    [Theory]
    [InlineData("?createdTimeFrom=2020-01-01&createdTimeTo=2020-01-02")]
    [InlineData("?createdTimeFrom=2020-01-01&runtimeStatus=Running")]
    public async Task Purging_many_is_404_when_none_matches_and_deletes_nothing(string query)
    {
        await StartAsync("Greet", "g1", "\"Ada\"");
        await StartAsync("Wait", "w1");

        await Errors.ExpectAsync(await Host.Http.DeleteAsync(Instances + query), HttpStatusCode.NotFound);

        (await GetAsync(Instances)).GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Suspending_a_suspended_instance_is_409()
    {
        await StartAsync("Wait", "w1");
        await PostAsync($"{Instances}/w1/suspend");
        Host.Run.RunReady();

        await Errors.ExpectAsync(await PostAsync($"{Instances}/w1/suspend"), HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Purging_an_instance_that_has_not_ended_is_412()
    {
        await StartAsync("Wait", "w1");

        using var refusal = await Host.Http.DeleteAsync($"{Instances}/w1");

        refusal.StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await refusal.Content.ReadFromJsonAsync<string>()).ShouldNotBeNull().ShouldContain("Running");

        (await GetAsync($"{Instances}/w1", HttpStatusCode.Accepted)).GetProperty("runtimeStatus").GetString().ShouldBe("Running");
    }

    [Theory]
    [InlineData("")]
    [InlineData("?runtimeStatus=Failed")]
    [InlineData("?createdTimeFrom=never")]
    [InlineData("?createdTimeFrom=2026-03-02&runtimeStatus=Nope")]
    public async Task Purging_many_without_a_valid_start_time_is_400(string query) =>
        await Errors.ExpectAsync(await Host.Http.DeleteAsync(Instances + query), HttpStatusCode.BadRequest);
}
