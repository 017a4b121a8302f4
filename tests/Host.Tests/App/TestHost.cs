using System.Net.Http.Headers;
using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Engine.Time;
using AccountClosure.Embedded.Host.Http;
using AccountClosure.TestKit;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Host.Tests.App;

/// <summary>A host in virtual time with the functions of the given classes, called over HTTP in this process.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    public const string Key = "the-function-key";

    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly EmbeddedFunctionsHost _host;

    private TestHost(EmbeddedFunctionsHost host, VirtualTimeProvider clock, LogLines logs)
    {
        _host = host;
        Clock = clock;
        Logs = logs;
        Run = new VirtualRun(host.Engine, clock);
        Http = NewClient(new KeyHandler(host.CreateHandler()));
    }

    public VirtualTimeProvider Clock { get; }

    public VirtualRun Run { get; }

    public LogLines Logs { get; }

    /// <summary>Sends the function key, and the webhook key to the durable webhooks.</summary>
    public HttpClient Http { get; }

    public EmbeddedFunctionsHost Host => _host;

    /// <summary>Starts a host. Use <c>GetAwaiter</c> only if it cannot wait, which is the case in virtual time.</summary>
    public static async Task<TestHost> StartAsync(TestHostSettings settings, params Type[] functionTypes)
    {
        var clock = new VirtualTimeProvider(settings.StartTime ?? Start);
        var logs = new LogLines();
        var host = new EmbeddedFunctionsHost(new EmbeddedHostOptions
        {
            Functions = typeof(TestHost).Assembly,
            FunctionTypes = functionTypes.Contains,
            Engine = new EngineOptions { DataSource = settings.DataSource, Inline = true },
            TimeProvider = clock,
            Configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Configuration).Build(),
            FunctionKey = Key,
            ConfigureWorker = settings.ConfigureWorker,
            ConfigureLogging = logging => logging.AddProvider(logs),
            TimerStatePath = settings.TimerStatePath,
        });
        await host.StartAsync();
        return new TestHost(host, clock, logs);
    }

    public static Task<TestHost> StartAsync(params Type[] functionTypes) => StartAsync(new TestHostSettings(), functionTypes);

    /// <summary>A client without a key.</summary>
    public HttpClient NewClient() => NewClient(_host.CreateHandler());

    private static HttpClient NewClient(HttpMessageHandler handler) => new(handler)
    {
        BaseAddress = new Uri("http://localhost:7071"),
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public static StringContent Json(string json) => new(json, MediaTypeHeaderValue.Parse("application/json"));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.StopAsync();
        await _host.DisposeAsync();
    }

    private sealed class KeyHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var isWebhook = request.RequestUri!.AbsolutePath.StartsWith("/runtime/", StringComparison.Ordinal);
            request.Headers.Add("x-functions-key", isWebhook ? WebhookKey.From(Key) : Key);
            return base.SendAsync(request, cancellationToken);
        }
    }
}

internal sealed record TestHostSettings
{
    public string DataSource { get; init; } = ":memory:";

    public DateTimeOffset? StartTime { get; init; }

    public string? TimerStatePath { get; init; }

    public Dictionary<string, string?> Configuration { get; init; } = [];

    public Action<IFunctionsWorkerApplicationBuilder>? ConfigureWorker { get; init; }
}
