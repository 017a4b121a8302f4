using System.Net;
using System.Text;
using System.Text.Json;
using AccountClosure.Embedded.Host.Tests.Http;

namespace AccountClosure.Embedded.Host.Tests.Webhooks;

public sealed class StartTests : WebhookTest
{
    [Fact]
    public async Task A_start_is_202_with_the_links_of_the_instance()
    {
        var response = await PostAsync($"{Prefix}/orchestrators/greet/g1", "\"Ada\"");

        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(10));
        var links = await ReadAsync(response);
        links.EnumerateObject().Select(link => link.Name).ShouldBe(
        [
            "id", "statusQueryGetUri", "sendEventPostUri", "terminatePostUri", "purgeHistoryDeleteUri", "restartPostUri",
            "suspendPostUri", "resumePostUri",
        ]);
        links.GetProperty("id").GetString().ShouldBe("g1");
        response.Headers.Location!.OriginalString.ShouldBe(links.GetProperty("statusQueryGetUri").GetString());
    }

    [Fact]
    public async Task Without_an_id_one_is_generated()
    {
        var first = (await ReadAsync(await PostAsync($"{Prefix}/orchestrators/Greet", "\"a\""))).GetProperty("id").GetString()!;
        var second = (await ReadAsync(await PostAsync($"{Prefix}/orchestrators/Greet", "\"a\""))).GetProperty("id").GetString()!;

        first.ShouldNotBe(second);
        Host.Run.RunReady();
        await GetAsync($"{Instances}/{first}");
    }

    [Fact]
    public async Task An_orchestrator_and_an_activity_take_their_inputs_by_parameter_and_by_context()
    {
        await StartAsync("Ship", "o1", """{"item":"tea","count":2}""");

        (await GetAsync($"{Instances}/o1")).GetProperty("output").GetString().ShouldBe("o1 tea 2 Describe");
    }

    [Fact]
    public async Task With_a_timeout_an_instance_that_ends_in_time_answers_200_and_its_output()
    {
        var call = PostAsync($"{Prefix}/orchestrators/Greet?timeout=10&pollingInterval=1", "\"Ada\"");
        var response = Host.Run.Await(call);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).ShouldBe("\"Hello Ada!\"");
    }

    [Fact]
    public async Task With_a_timeout_an_instance_that_does_not_end_in_time_answers_202_after_it()
    {
        var call = PostAsync($"{Prefix}/orchestrators/Wait/w1?timeout=12.5&pollingInterval=1", "null");
        var response = Host.Run.Await(call);

        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (Host.Run.Now - App.TestHost.Start).ShouldBe(TimeSpan.FromSeconds(12.5));
        (await ReadAsync(response)).GetProperty("id").GetString().ShouldBe("w1");
    }

    [Theory]
    [InlineData("timeout=10")]
    [InlineData("timeout=soon&pollingInterval=1")]
    [InlineData("timeout=0&pollingInterval=1")]
    [InlineData("timeout=10&pollingInterval=often")]
    public async Task A_start_with_an_invalid_timeout_or_interval_is_answered_at_once(string query) =>
        (await PostAsync($"{Prefix}/orchestrators/Wait?{query}", "null")).StatusCode.ShouldBe(HttpStatusCode.Accepted);

    [Fact]
    public async Task With_a_timeout_an_instance_that_fails_answers_its_status()
    {
        var plain = Host.Run.Await(PostAsync($"{Prefix}/orchestrators/Fail?timeout=5&pollingInterval=1"));
        var strict = Host.Run.Await(
            PostAsync($"{Prefix}/orchestrators/Fail?timeout=5&pollingInterval=1&returnInternalServerErrorOnFailure=true"));

        plain.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ReadAsync(plain)).GetProperty("runtimeStatus").GetString().ShouldBe("Failed");
        strict.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
    }

    [Fact]
    public async Task With_a_timeout_an_instance_that_is_terminated_answers_its_status()
    {
        var call = PostAsync($"{Prefix}/orchestrators/Wait/w1?timeout=20&pollingInterval=1", "null");
        Host.Run.RunReady();
        (await PostAsync($"{Instances}/w1/terminate?reason=a%20b")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var response = Host.Run.Await(call);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ReadAsync(response)).GetProperty("runtimeStatus").GetString().ShouldBe("Terminated");
    }

    [Fact]
    public async Task With_a_timeout_the_status_of_a_failed_instance_hides_its_input_on_request()
    {
        var response = Host.Run.Await(
            PostAsync($"{Prefix}/orchestrators/Fail?timeout=5&pollingInterval=1&showInput=false", "\"private\""));

        var status = await ReadAsync(response);
        status.GetProperty("runtimeStatus").GetString().ShouldBe("Failed");
        status.GetProperty("input").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_start_under_a_version_runs_under_it()
    {
        await StartAsync("Wait", "w1?version=2.5");
        await StartAsync("Wait", "w2?version=");

        (await GetAsync($"{Instances}/w1", HttpStatusCode.Accepted)).GetProperty("version").GetString().ShouldBe("2.5");
        (await GetAsync($"{Instances}/w2", HttpStatusCode.Accepted)).GetProperty("version").GetString().ShouldNotBe("2.5");
    }

    [Fact]
    public async Task An_instance_that_has_not_ended_is_not_started_again()
    {
        await StartAsync("Wait", "w1");

        await Errors.ExpectAsync(await PostAsync($"{Prefix}/orchestrators/Wait/w1", "null"), HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task An_instance_that_has_ended_may_be_started_again()
    {
        await StartAsync("Greet", "g1", "\"Ada\"");
        await StartAsync("Greet", "g1", "\"Bob\"");

        (await GetAsync($"{Instances}/g1")).GetProperty("output").GetString().ShouldBe("Hello Bob!");
    }

    [Theory]
    [InlineData("/orchestrators/Nobody", "null")]
    [InlineData("/orchestrators/SayHello", "null")]
    [InlineData("/orchestrators/Greet", "{ not json")]
    [InlineData("/orchestrators/Greet?timeout=5&pollingInterval=6", "null")]
    [InlineData("/orchestrators/Greet/%40entity", "null")]
    [InlineData("/orchestrators/Greet/a%23b", "null")]
    public async Task An_invalid_start_is_400_and_starts_nothing(string path, string body)
    {
        await Errors.ExpectAsync(await PostAsync(Prefix + path, body), HttpStatusCode.BadRequest);

        (await GetAsync(Instances)).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task An_instance_id_of_more_than_a_hundred_characters_is_400() => await Errors.ExpectAsync(
        await PostAsync($"{Prefix}/orchestrators/Greet/{new string('a', 101)}", "null"), HttpStatusCode.BadRequest);

    [Fact]
    public async Task A_restart_runs_the_same_input_again_under_a_new_id_unless_told_otherwise()
    {
        await StartAsync("Greet", "g1", "\"Ada\"");

        var response = await PostAsync($"{Instances}/g1/restart");
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var id = (await ReadAsync(response)).GetProperty("id").GetString()!;
        Host.Run.RunReady();

        id.ShouldNotBe("g1");
        (await GetAsync($"{Instances}/{id}")).GetProperty("output").GetString().ShouldBe("Hello Ada!");
    }

    [Fact]
    public async Task A_restart_with_a_timeout_waits_for_the_output()
    {
        await StartAsync("Greet", "g1", "\"Ada\"");

        var response = Host.Run.Await(PostAsync($"{Instances}/g1/restart?timeout=10&pollingInterval=1"));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).ShouldBe("\"Hello Ada!\"");
    }

    [Fact]
    public async Task A_restart_can_keep_the_id_once_the_instance_has_ended()
    {
        await StartAsync("Greet", "g1", "\"Ada\"");
        await StartAsync("Wait", "w1");

        (await PostAsync($"{Instances}/g1/restart?restartWithNewInstanceId=false")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        Host.Run.RunReady();

        Log.Lines.ShouldBe(["hello Ada", "hello Ada"]);
        await Errors.ExpectAsync(
            await PostAsync($"{Instances}/w1/restart?restartWithNewInstanceId=false"), HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_restart_of_an_unknown_instance_is_400() =>
        await Errors.ExpectAsync(await PostAsync($"{Instances}/unknown/restart"), HttpStatusCode.BadRequest);

    [Fact]
    public async Task A_start_does_not_need_a_content_type()
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes("\"Ada\""));
        await Host.Http.PostAsync($"{Prefix}/orchestrators/Greet/g1", content);
        Host.Run.RunReady();

        (await GetAsync($"{Instances}/g1")).GetProperty("output").GetString().ShouldBe("Hello Ada!");
    }

    [Fact]
    public async Task A_timeout_of_any_length_is_respected()
    {
        var call = PostAsync($"{Prefix}/orchestrators/Greet?timeout=5000000&pollingInterval=1", "\"Ada\"");

        Host.Run.Await(call).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_body_that_is_not_UTF_8_is_400()
    {
        using var content = new ByteArrayContent([(byte)'"', 0xFF, (byte)'"']);

        await Errors.ExpectAsync(await Host.Http.PostAsync($"{Prefix}/orchestrators/Greet/g1", content), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Half_a_surrogate_in_an_input_does_not_break_the_list()
    {
        await StartAsync("Wait", "w1", "\"\\ud800\"");

        var list = await Host.Http.GetAsync(Instances);

        list.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await list.Content.ReadAsStringAsync()).ShouldContain("\\ud800");
    }
}
