using System.Net;
using AccountClosure.Embedded.Host.Tests.App;

namespace AccountClosure.Embedded.Host.Tests.Http;

public sealed class KeyTests : IAsyncLifetime
{
    private TestHost _host = null!;
    private HttpClient _stranger = null!;

    public async Task InitializeAsync()
    {
        _host = await TestHost.StartAsync(typeof(HttpFunctions));
        _stranger = _host.NewClient();
    }

    public async Task DisposeAsync()
    {
        _stranger.Dispose();
        await _host.DisposeAsync();
    }

    [Theory]
    [InlineData("/api/things/a")]
    [InlineData("/api/ByName")]
    [InlineData("/api/things/a?code=wrong")]
    [InlineData("/api/things/a?code=")]
    [InlineData("/api/things/a?code=the-function-ke")]
    [InlineData("/api/things/a?code=THE-FUNCTION-KEY")]
    [InlineData("/runtime/webhooks/durabletask/instances")]
    [InlineData("/runtime/webhooks/durabletask/instances/a?code=wrong")]
    public async Task Without_the_right_key_the_answer_is_401(string path)
    {
        await Errors.ExpectEmptyAsync(await _stranger.GetAsync(path), HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("/runtime/webhooks/durabletask/instances", "Bearer")]
    [InlineData("/api/things/a", "")]
    public async Task A_401_of_the_durable_webhooks_names_a_scheme_and_one_of_a_function_does_not(string path, string schemes)
    {
        using var response = await _stranger.GetAsync(path);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.ToString().ShouldBe(schemes);
    }

    [Fact]
    public async Task The_function_key_does_not_open_the_durable_webhooks() => await Errors.ExpectEmptyAsync(
        await _stranger.GetAsync($"/runtime/webhooks/durabletask/instances?code={TestHost.Key}"), HttpStatusCode.Forbidden);

    [Fact]
    public async Task The_key_may_come_in_the_query() =>
        (await _stranger.GetStringAsync($"/api/things/a?code={TestHost.Key}")).ShouldBe("a");

    [Fact]
    public async Task The_key_may_come_in_the_header_even_with_a_wrong_one_in_the_query()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/things/a?code=wrong");
        request.Headers.Add("x-functions-key", TestHost.Key);

        (await _stranger.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_anonymous_function_needs_no_key() => (await _stranger.GetStringAsync("/api/open")).ShouldBe("open");

    [Fact]
    public async Task The_key_is_never_logged()
    {
        await _stranger.GetAsync($"/api/Throw?code={TestHost.Key}");

        _host.Logs.Text.ShouldContain("Function 'Throw' failed.");
        _host.Logs.Text.ShouldNotContain(TestHost.Key);
    }
}
