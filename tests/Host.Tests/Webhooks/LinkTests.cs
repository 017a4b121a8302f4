using System.Net;
using System.Text.Json;
using AccountClosure.Embedded.Host.Tests.App;
using AccountClosure.Embedded.Host.Tests.Http;

namespace AccountClosure.Embedded.Host.Tests.Webhooks;

/// <summary>The links that a function hands out by the SDK, and those of the start webhook, followed by someone without a key.</summary>
public sealed class LinkTests : WebhookTest
{
    private static readonly string[] Starts = ["/api/start/Wait/w1", $"{Prefix}/orchestrators/Wait/w1"];

    private HttpClient _stranger = null!;

    public static TheoryData<string> StartPaths => [.. Starts];

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _stranger = Host.NewClient();
    }

    [Theory]
    [MemberData(nameof(StartPaths))]
    public async Task The_status_link_and_the_location_work_as_they_are(string start)
    {
        HttpResponseMessage response = await PostAsync(start, "null");
        JsonElement links = await ReadAsync(response);
        Host.Run.RunReady();

        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await _stranger.GetAsync(Link(links, "statusQueryGetUri"))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await _stranger.GetAsync(response.Headers.Location)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Theory]
    [MemberData(nameof(StartPaths))]
    public async Task The_other_links_work_as_they_are(string start)
    {
        JsonElement links = await ReadAsync(await PostAsync(start, "null"));
        Host.Run.RunReady();

        await ExpectAcceptedAsync(Link(links, "suspendPostUri").Replace("{text}", "a", StringComparison.Ordinal));
        await ExpectAcceptedAsync(Link(links, "resumePostUri").Replace("{text}", "b", StringComparison.Ordinal));
        await ExpectAcceptedAsync(Link(links, "sendEventPostUri").Replace("{eventName}", "Other", StringComparison.Ordinal));
        await ExpectAcceptedAsync(Link(links, "terminatePostUri").Replace("{text}", "c%20d", StringComparison.Ordinal));
        await ExpectAcceptedAsync(Link(links, "restartPostUri"));
        (await _stranger.DeleteAsync(Link(links, "purgeHistoryDeleteUri"))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_links_of_the_webhooks_name_the_task_hub_and_the_connection()
    {
        JsonElement links = await ReadAsync(await PostAsync(Starts[1], "null"));

        Link(links, "statusQueryGetUri")
            .ShouldStartWith($"http://localhost:7071{Instances}/w1?taskHub=TestHubName&connection=Storage&code=");
    }

    [Fact]
    public async Task Another_task_hub_is_404_and_another_connection_400()
    {
        await StartAsync("Wait", "w1");

        await Errors.ExpectEmptyAsync(await Host.Http.GetAsync($"{Instances}/w1?taskHub=Other"), HttpStatusCode.NotFound);
        (await Errors.ExpectAsync(await Host.Http.GetAsync($"{Instances}/w1?connection=Nope"), HttpStatusCode.BadRequest))
            .ShouldContain("'Storage'");
    }

    [Fact]
    public async Task A_link_does_not_give_away_the_function_key_and_opens_no_function()
    {
        string status = Link(await ReadAsync(await PostAsync(Starts[0], "null")), "statusQueryGetUri");
        string code = status.Split("code=")[1];

        status.ShouldNotContain(TestHost.Key);
        await Errors.ExpectAsync(await _stranger.PostAsync($"/api/start/Wait/w2?code={code}", null), HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_instance_id_with_unusual_characters_is_found_by_its_links()
    {
        JsonElement links = await ReadAsync(await PostAsync($"{Prefix}/orchestrators/Wait/a%20b%25:%C3%A9+c", "null"));

        links.GetProperty("id").GetString().ShouldBe("a b%:é+c");
        (await _stranger.GetAsync(Link(links, "statusQueryGetUri"))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    private async Task ExpectAcceptedAsync(string link)
    {
        HttpResponseMessage response = await _stranger.PostAsync(link, TestHost.Json("null"));
        Host.Run.RunReady();
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted, link);
    }

    private static string Link(JsonElement links, string name) => links.GetProperty(name).GetString()!;
}
