using System.Net;
using AccountClosure.Embedded.Host.Tests.App;

namespace AccountClosure.Embedded.Host.Tests.Http;

public sealed class RoutingTests : IAsyncLifetime
{
    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync(typeof(HttpFunctions));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_function_gets_the_whole_request_and_its_whole_response_is_sent()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/echo/a%20b/12?q=%C3%A9") { Content = new StringContent("hello") };
        request.Headers.Add("X-Send", ["one", "two"]);

        var response = await _host.Http.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        Header(response, "X-Id").ShouldBe("a b");
        Header(response, "X-Count").ShouldBe("12");
        Header(response, "X-Query").ShouldBe("é");
        response.Headers.GetValues("X-Sent").ShouldBe(["one", "two"]);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        response.Content.Headers.ContentLength.ShouldBe(5);
        (await response.Content.ReadAsStringAsync()).ShouldBe("hello");
    }

    [Fact]
    public async Task A_missing_optional_route_value_gets_the_parameters_default() =>
        Header(await _host.Http.PostAsync("/api/echo/x", null), "X-Count").ShouldBe("7");

    [Theory]
    [InlineData("/api/ByName")]
    [InlineData("/API/byname")]
    [InlineData("/api/ByName/")]
    public async Task Without_a_route_a_function_answers_at_its_name_regardless_of_case(string path) =>
        (await _host.Http.GetStringAsync(path)).ShouldBe("GET");

    [Theory]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("PUT")]
    public async Task Without_methods_a_function_answers_every_method(string method)
    {
        var response = await _host.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/api/ByName"));

        (await response.Content.ReadAsStringAsync()).ShouldBe(method);
    }

    [Fact]
    public async Task The_most_specific_route_wins_and_another_method_may_still_find_the_other_one()
    {
        (await _host.Http.GetStringAsync("/api/things/latest")).ShouldBe("latest");
        (await _host.Http.GetStringAsync("/api/things/other")).ShouldBe("other");
        (await (await _host.Http.PutAsync("/api/things/latest", null)).Content.ReadAsStringAsync()).ShouldBe("latest");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api")]
    [InlineData("/api/nothing")]
    [InlineData("/apix/echo/a")]
    [InlineData("/api/echo/a/not-a-number")]
    [InlineData("/runtime")]
    public async Task An_unknown_address_is_404_without_a_body(string path) =>
        await Errors.ExpectEmptyAsync(await _host.Http.PostAsync(path, null), HttpStatusCode.NotFound);

    [Theory]
    [InlineData("DELETE")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    public async Task A_method_that_no_function_accepts_is_404_without_a_body(string method) => await Errors.ExpectEmptyAsync(
        await _host.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/api/things/latest")), HttpStatusCode.NotFound);

    [Fact]
    public async Task A_route_value_of_the_wrong_type_is_400_and_is_not_repeated_in_the_answer()
    {
        var response = await _host.Http.GetAsync("/api/by-id/not-a-guid");

        var detail = await Errors.ExpectAsync(response, HttpStatusCode.BadRequest);
        detail.ShouldContain("'id'");
        detail.ShouldNotContain("not-a-guid");
    }

    [Fact]
    public async Task A_function_that_returns_nothing_answers_204() =>
        (await _host.Http.PostAsync("/api/Silent", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

    [Fact]
    public async Task A_function_that_throws_is_500_and_only_the_log_has_the_exception()
    {
        var response = await _host.Http.GetAsync("/api/Throw");

        await Errors.ExpectAsync(response, HttpStatusCode.InternalServerError);
        var body = await response.Content.ReadAsStringAsync();
        body.ShouldNotContain("12345");
        body.ShouldNotContain("Exception");
        _host.Logs.Text.ShouldContain("Function 'Throw' failed.");
        _host.Logs.Text.ShouldContain("account 12345");
    }

    [Fact]
    public async Task Cookies_are_received_and_sent()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/Cookies");
        request.Headers.Add("Cookie", "a=1; b=2");

        var response = await _host.Http.SendAsync(request);

        (await response.Content.ReadAsStringAsync()).ShouldBe("a=1;b=2");
        Header(response, "Set-Cookie").ShouldBe("seen=yes");
    }

    [Fact]
    public async Task A_body_of_exactly_the_limit_is_accepted_and_one_byte_more_is_413()
    {
        const int Limit = 1024 * 1024;

        (await _host.Http.PostAsync("/api/echo/x", new ByteArrayContent(new byte[Limit]))).StatusCode.ShouldBe(HttpStatusCode.Created);
        await Errors.ExpectAsync(
            await _host.Http.PostAsync("/api/echo/x", new ByteArrayContent(new byte[Limit + 1])), HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task A_Host_header_that_makes_no_address_is_400()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/things/a");
        request.Headers.TryAddWithoutValidation("Host", "a b");

        await Errors.ExpectAsync(await _host.Http.SendAsync(request), HttpStatusCode.BadRequest);
    }

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();
}
