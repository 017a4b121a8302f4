using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Host.Functions;
using AccountClosure.Embedded.Host.Http;
using AccountClosure.Embedded.Host.Invocation;
using AccountClosure.Embedded.Host.Timers;
using AccountClosure.Embedded.Host.Webhooks;
using AccountClosure.Embedded.Http;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccountClosure.Embedded.Host;

/// <summary>
/// Runs the functions of an app in this process: HTTP, timers, orchestrations. It knows the app only by its attributes.
/// <see cref="StopAsync"/> stops it in order. Disposing it without a stop has the effect of a crash.
/// </summary>
public sealed class EmbeddedFunctionsHost : IAsyncDisposable
{
    private readonly EmbeddedHostOptions _options;
    private readonly ServiceProvider _services;
    private readonly ILogger _logger;
    private readonly InFlight _inFlight = new();
    private readonly IReadOnlyList<FunctionDescriptor> _functions;
    private readonly TimerTriggers _timers;
    private readonly RequestPipeline _pipeline;
    private readonly KestrelListener? _listener;

    /// <exception cref="FunctionDefinitionException">A function is not valid.</exception>
    public EmbeddedFunctionsHost(EmbeddedHostOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        var keys = new FunctionKeys(options.FunctionKey);
        _functions = FunctionDiscovery.Find(options.Functions, options.FunctionTypes);
        var routes = new FunctionRoutes(_functions);

        _services = HostServices.Build(options, out var worker);
        var loggers = _services.GetRequiredService<ILoggerFactory>();
        _logger = loggers.CreateLogger<EmbeddedFunctionsHost>();
        var converter = _services.GetRequiredService<DataConverter>();
        var runner = new FunctionRunner(_services, worker, converter, options.TimeProvider);
        var monitor = new TimerMonitor(options.TimerStatePath, _logger);
        _timers = new TimerTriggers(_functions, runner, monitor, _inFlight, options.Configuration, options.TimeProvider, _logger);

        var catalog = runner.CreateCatalog(_functions);
        Engine = DurableEngine.Open(options.Engine, catalog, converter, options.TimeProvider, loggers);
        runner.Client = LinkingClient.Create(Engine.Client, keys.WebhookQuery);
        var hub = new TaskHub(HostJson.TaskHub);
        var reads = new InstanceReads(Engine);
        var webhooks = new DurableWebhooks(
            keys,
            hub,
            reads,
            new InstanceCommands(Engine.Client, options.MaxRequestBodySize),
            new OrchestrationStarts(Engine.Client, reads, catalog, keys, hub, options.TimeProvider, options.MaxRequestBodySize));
        var endpoint = new FunctionEndpoint(routes, runner, keys, options.MaxRequestBodySize, _logger);
        _pipeline = new RequestPipeline(endpoint, webhooks, _inFlight, _logger);
        _listener = options.Port is { } port ? new KestrelListener(_pipeline.HandleAsync, port, loggers) : null;
    }

    public DurableEngine Engine { get; }

    public IServiceProvider Services => _services;

    /// <summary>Functions that the host serves, in the order of their names.</summary>
    public IReadOnlyList<ServedFunction> Functions => [.. _functions.Select(function => function.Served)];

    /// <summary>Address of the host; null without a port, or before the start.</summary>
    public Uri? Address => _listener?.Address;

    /// <summary>Creates a handler that serves an <see cref="HttpClient"/> without a socket. The client can have any base address.</summary>
    public HttpMessageHandler CreateHandler() =>
        // A caller that cancels returns at once, as with a socket, even while the function still runs.
        new InProcessHandler(context => _pipeline.HandleAsync(context).WaitAsync(context.RequestAborted));

    /// <summary>Validates the app's options, then starts its hosted services, the engine, the timers and the socket.</summary>
    /// <exception cref="OptionsValidationException">The app's configuration is not valid.</exception>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        // Continuations must not run in the caller's context. The caller gets its context back when an async method returns.
        SynchronizationContext.SetSynchronizationContext(null);
        _services.GetService<IStartupValidator>()?.Validate();
        foreach (var service in _services.GetServices<IHostedService>())
            await service.StartAsync(cancellation);
        Engine.Start();
        _timers.Start();
        Logs.Started(_logger, _functions.Count);
        if (_listener is null)
            return;
        await _listener.StartAsync(cancellation);
        Logs.Listening(_logger, _listener.Address!);
    }

    /// <summary>
    /// Refuses new work, waits for running work during <see cref="EmbeddedHostOptions.ShutdownGrace"/>, cancels the rest, and stops the
    /// engine.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellation = default)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        _timers.Stop();
        await _inFlight.CloseAsync(_options.Engine.Inline ? TimeSpan.Zero : _options.ShutdownGrace, cancellation);
        if (_listener is not null)
            await _listener.StopAsync(cancellation);
        await Engine.StopAsync(cancellation);
        foreach (var service in _services.GetServices<IHostedService>().Reverse())
            await service.StopAsync(cancellation);
        Logs.Stopped(_logger);
    }

    public async ValueTask DisposeAsync()
    {
        _timers.Stop();
        _listener?.Dispose();
        await Engine.DisposeAsync();
        await _services.DisposeAsync();
        _timers.Dispose();
        _inFlight.Dispose();
    }
}
