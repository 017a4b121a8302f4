using System.Net;
using System.Text.Json;
using AccountClosure.Embedded.Host.Tests.Http;

namespace AccountClosure.Embedded.Host.Tests.Webhooks;

public sealed class ListTests : WebhookTest
{
    private const string TokenHeader = "x-ms-continuation-token";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await StartAsync("Greet", "a-1", "\"Ada\"");
        Host.Run.AdvanceBy(TimeSpan.FromHours(1));
        await StartAsync("Wait", "a-2");
        await StartAsync("Fail", "b-1");
    }

    [Theory]
    [InlineData("", "a-1 a-2 b-1")]
    [InlineData("?runtimeStatus=Completed", "a-1")]
    [InlineData("?runtimeStatus=failed,%20Running", "a-2 b-1")]
    [InlineData("?runtimeStatus=Completed&runtimeStatus=Failed", "a-1 b-1")]
    [InlineData("?runtimeStatus=Completed&runtimeStatus=Running,Failed", "a-1 a-2 b-1")]
    [InlineData("?runtimeStatus=Terminated", "")]
    [InlineData("?instanceIdPrefix=a-", "a-1 a-2")]
    [InlineData("?instanceIdPrefix=A-", "")]
    [InlineData("?createdTimeFrom=2026-03-02T09:30:00Z", "a-2 b-1")]
    [InlineData("?createdTimeTo=2026-03-02T09:30:00Z", "a-1")]
    [InlineData("?createdTimeTo=2026-03-02T10:30:00%2B01:00", "a-1")]
    [InlineData("?createdTimeFrom=2026-03-02&createdTimeTo=2026-03-02T09:30", "a-1")]
    [InlineData("?createdTimeFrom=2026-03-02T09:30:00Z&runtimeStatus=Failed&instanceIdPrefix=b", "b-1")]
    public async Task The_list_has_the_instances_that_match_every_filter(string query, string expected)
    {
        var list = await GetAsync(Instances + query);

        string.Join(' ', Ids(list).Order()).ShouldBe(expected);
    }

    [Fact]
    public async Task Each_entry_is_what_the_status_of_that_instance_shows()
    {
        var entry = (await GetAsync($"{Instances}?instanceIdPrefix=a-1"))[0];

        entry.GetRawText().ShouldBe((await GetAsync($"{Instances}/a-1")).GetRawText());
    }

    [Fact]
    public async Task Inputs_can_be_left_out() =>
        (await GetAsync($"{Instances}?instanceIdPrefix=a-1&showInput=false"))[0]
            .GetProperty("input").ValueKind.ShouldBe(JsonValueKind.Null);

    [Fact]
    public async Task Every_page_except_the_last_has_a_continuation_header()
    {
        var seen = new List<string>();
        var token = "";
        do
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{Instances}?top=2");
            if (token.Length > 0)
                request.Headers.Add(TokenHeader, token);
            var response = await Host.Http.SendAsync(request);
            var page = await ReadAsync(response);
            page.GetArrayLength().ShouldBeInRange(1, 2);
            seen.AddRange(Ids(page));
            token = response.Headers.TryGetValues(TokenHeader, out var next) ? next.Single() : "";
        }
        while (token.Length > 0);

        seen.Order().ShouldBe(["a-1", "a-2", "b-1"]);
    }

    [Theory]
    [InlineData("?top=0", "top")]
    [InlineData("?top=-1", "top")]
    [InlineData("?top=many", "top")]
    [InlineData("?top=100000", "top")]
    [InlineData("?runtimeStatus=Sleeping", "runtimeStatus")]
    [InlineData("?runtimeStatus=1", "runtimeStatus")]
    [InlineData("?runtimeStatus=Failed&runtimeStatus=Sleeping", "runtimeStatus")]
    [InlineData("?createdTimeFrom=yesterday", "createdTimeFrom")]
    [InlineData("?createdTimeTo=2026-13-01", "createdTimeTo")]
    [InlineData("?createdTimeFrom=01/31/2026", "createdTimeFrom")]
    [InlineData("?createdTimeFrom=12:00", "createdTimeFrom")]
    public async Task A_bad_parameter_is_400_and_named(string query, string parameter) =>
        (await Errors.ExpectAsync(await Host.Http.GetAsync(Instances + query), HttpStatusCode.BadRequest)).ShouldContain(parameter);

    [Theory]
    [InlineData("made up")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("+1")]
    [InlineData("9223372036854775808")]
    public async Task A_continuation_token_from_elsewhere_is_400(string token) =>
        await Errors.ExpectAsync(await ContinueAsync(token), HttpStatusCode.BadRequest);

    [Fact]
    public async Task An_empty_continuation_header_is_the_first_page() =>
        (await ReadAsync(await ContinueAsync(""))).GetArrayLength().ShouldBe(3);

    private async Task<HttpResponseMessage> ContinueAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Instances);
        request.Headers.TryAddWithoutValidation(TokenHeader, token);
        return await Host.Http.SendAsync(request);
    }

    private static IEnumerable<string> Ids(JsonElement list) =>
        list.EnumerateArray().Select(entry => entry.GetProperty("instanceId").GetString()!);
}
