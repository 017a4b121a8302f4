using System.Net;

namespace AccountClosure.Simulator.Tests;

public sealed class ListenerTests : IAsyncLifetime
{
    private readonly TestBroker broker = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => broker.DisposeAsync().AsTask();

    [Fact]
    public async Task The_listener_and_the_handler_give_the_same_answers()
    {
        var account = broker.Account(1234.5678m, new NewPosition("AAPL", 10, 172.08m));
        using var outside = await OutsideClientAsync();
        foreach (var path in (string[])[
            $"/v1/accounts/{account.AccountId}",
            $"/v1/accounts/{account.AccountId}/ach_relationships",
            $"/v1/accounts/{account.AccountId}/transfers?limit=0",
            $"/v1/trading/accounts/{account.AccountId}/account",
            $"/v1/trading/accounts/{account.AccountId}/positions",
            "/v1/clock",
            "/v1/calendar?start=2026-03-02&end=2026-03-31",
            "/v1/nothing",
            $"/_sim/accounts/{account.AccountId}",
            "/_sim/clock"])
        {
            using var response = await outside.GetAsync(path);
            var there = await Answer.OfAsync(response);
            var here = await broker.GetAsync(path);

            there.Status.ShouldBe(here.Status, path);
            there.Json.GetRawText().ShouldBe(here.Json.GetRawText(), path);
            there.ContentType.ShouldBe(here.ContentType, path);
        }
    }

    [Fact]
    public async Task A_request_through_the_port_has_the_same_effect_as_one_in_process()
    {
        var account = broker.Account(1000m);
        using var outside = await OutsideClientAsync();

        using var body = new StringContent(TestBroker.TransferBody(account, "250.25"));
        using var response = await outside.PostAsync($"/v1/accounts/{account.AccountId}/transfers", body);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        broker.State(account).Cash.ShouldBe(749.75m);
        response.Headers.GetValues("X-RateLimit-Limit").ShouldBe(["1000"]);
    }

    [Fact]
    public async Task A_dropped_connection_is_an_error_of_the_connection_over_a_socket_and_in_process()
    {
        using var outside = await OutsideClientAsync();
        broker.Simulator.AddFault(new Fault { Kind = FaultKind.Drop, Count = 0 });

        await Should.ThrowAsync<HttpRequestException>(() => broker.GetAsync("/v1/clock"));
        await Should.ThrowAsync<HttpRequestException>(() => outside.GetAsync("/v1/clock"));
    }

    [Theory]
    [InlineData("simulator-key", "wrong-secret-0000")]
    [InlineData("wrong", "simulator-secret")]
    public async Task A_wrong_key_is_refused(string key, string secret)
    {
        broker.Client.DefaultRequestHeaders.Authorization = TestBroker.Credentials(key, secret);

        var answer = await broker.GetAsync("/v1/clock");

        answer.Status.ShouldBe(401);
        answer["code"].GetInt32().ShouldBe(40110000);
    }

    [Fact]
    public async Task A_request_without_a_key_is_refused_but_the_controls_need_none()
    {
        broker.Client.DefaultRequestHeaders.Authorization = null;

        (await broker.GetAsync("/v1/clock")).Status.ShouldBe(401);
        (await broker.GetAsync("/_sim/clock")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_unknown_path_is_404_and_a_known_path_with_another_method_is_405()
    {
        (await broker.GetAsync("/v1/nothing")).Status.ShouldBe(404);
        (await broker.PostAsync("/v1/clock")).Status.ShouldBe(405);
        (await broker.GetAsync("/v1/accounts/5b2f3c0e-0000-4000-8000-000000000000")).Status.ShouldBe(404);
    }

    private async Task<HttpClient> OutsideClientAsync()
    {
        var port = await broker.Simulator.StartAsync(0);
        var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        client.DefaultRequestHeaders.Authorization = broker.Client.DefaultRequestHeaders.Authorization;
        return client;
    }
}
