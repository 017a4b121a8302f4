using System.Net;
using System.Net.Sockets;
using System.Text;
using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Host.Http;
using AccountClosure.Embedded.Host.Tests.App;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Embedded.Host.Tests.Http;

/// <summary>The same pipeline behind a real socket, with an engine on threads and the real clock.</summary>
public sealed class KestrelTests : IAsyncLifetime
{
    private readonly Gate _gate = new();
    private static readonly string Code = $"code={WebhookKey.From(TestHost.Key)}";

    private EmbeddedFunctionsHost _host = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _host = new EmbeddedFunctionsHost(new EmbeddedHostOptions
        {
            Functions = typeof(KestrelTests).Assembly,
            FunctionTypes = type => type == typeof(HttpFunctions) || type == typeof(DurableFunctions) || type == typeof(GateFunctions),
            Engine = new EngineOptions { DataSource = ":memory:" },
            TimeProvider = TimeProvider.System,
            Configuration = new ConfigurationBuilder().Build(),
            FunctionKey = TestHost.Key,
            ConfigureWorker = worker => worker.Services.AddSingleton<VisitLog>().AddSingleton(_gate),
            Port = 0,
        });
        await _host.StartAsync();
        _http = new HttpClient { BaseAddress = _host.Address };
        _http.DefaultRequestHeaders.Add("x-functions-key", TestHost.Key);
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_request_over_a_socket_is_answered_as_in_process()
    {
        var response = await _http.PostAsync("/api/echo/a%20b", new StringContent("hello"));

        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        response.Headers.GetValues("X-Id").ShouldBe(["a b"]);
        response.Headers.Contains("Server").ShouldBeFalse();
        (await response.Content.ReadAsStringAsync()).ShouldBe("hello");
    }

    [Fact]
    public async Task A_chunked_body_over_the_limit_is_413()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/echo/x")
        {
            Content = new ByteArrayContent(new byte[(1024 * 1024) + 1]),
        };
        request.Headers.TransferEncodingChunked = true;

        await Errors.ExpectAsync(await _http.SendAsync(request), HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task An_orchestration_is_started_and_followed_by_its_links_to_its_output()
    {
        var started = await _http.PostAsync(
            $"/runtime/webhooks/durabletask/orchestrators/Greet/g1?timeout=60&pollingInterval=1&{Code}", TestHost.Json("\"Ada\""));

        (await started.Content.ReadAsStringAsync()).ShouldBe("\"Hello Ada!\"");
        (await _http.GetAsync($"/runtime/webhooks/durabletask/instances/g1?{Code}")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_request_that_is_not_HTTP_does_not_end_the_host()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(_host.Address!.Host, _host.Address.Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /api/open HTTP/1.1\r\nHost: a b\r\n\r\n"));
        using var reader = new StreamReader(socket.GetStream());
        (await reader.ReadLineAsync())!.ShouldContain("400");

        (await _http.GetStringAsync("/api/open")).ShouldBe("open");
    }

    [Fact]
    public async Task A_stop_ends_the_listener()
    {
        await _host.StopAsync();

        await Should.ThrowAsync<HttpRequestException>(() => _http.GetAsync("/api/open"));
    }

    [Fact]
    public async Task A_stop_lets_a_running_request_finish()
    {
        var call = _http.GetAsync("/api/Pass");
        await _gate.Entered.Task;

        var stop = _host.StopAsync();
        stop.IsCompleted.ShouldBeFalse();
        _gate.Opened.SetResult();

        (await call).StatusCode.ShouldBe(HttpStatusCode.OK);
        await stop;
    }
}
