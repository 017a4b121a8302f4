using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Host.Functions;
using AccountClosure.Embedded.Host.Http;
using AccountClosure.Embedded.Host.Invocation;
using AccountClosure.Embedded.Host.Timers;
using AccountClosure.Embedded.Host.Webhooks;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccountClosure.Embedded.Host;

/// <summary>
/// Runs the functions of an app in this process: HTTP, timers, orchestrations. It knows the app only by its attributes.
/// Ended by <see cref="StopAsync"/> in order; disposed without it, it ends as by a crash.
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
    private readonly KestrelListener? _door;

    /// <exception cref="FunctionDefinitionException">The functions cannot be run as they are written.</exception>
    public EmbeddedFunctionsHost(EmbeddedHostOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        var keys = new FunctionKeys(options.FunctionKey);
        _functions = FunctionDiscovery.Find(options.Functions, options.FunctionTypes);
        var routes = new FunctionRoutes(_functions);

        _services = HostServices.Build(options, out WorkerBuilder worker);
        ILoggerFactory loggers = _services.GetRequiredService<ILoggerFactory>();
        _logger = loggers.CreateLogger<EmbeddedFunctionsHost>();
        DataConverter converter = _services.GetRequiredService<DataConverter>();
        var runner = new FunctionRunner(_services, worker, converter, options.TimeProvider);
        var monitor = new TimerMonitor(options.TimerStatePath, _logger);
        _timers = new TimerTriggers(_functions, runner, monitor, _inFlight, options.Configuration, options.TimeProvider, _logger);

        FunctionCatalog catalog = runner.CreateCatalog(_functions);
        Engine = DurableEngine.Open(options.Engine, catalog, converter, options.TimeProvider, loggers);
        runner.Client = LinkingClient.Create(Engine.Client, keys.WebhookQuery);
        var hub = new TaskHub(HostJson.TaskHub);
        var webhooks = new DurableWebhooks(
            keys,
            hub,
            new InstanceReads(Engine),
            new InstanceCommands(Engine.Client, options.MaxRequestBodySize),
            new OrchestrationStarts(Engine, catalog, keys, hub, options.TimeProvider, options.MaxRequestBodySize));
        var endpoint = new FunctionEndpoint(routes, runner, keys, options.MaxRequestBodySize, _logger);
        _pipeline = new RequestPipeline(endpoint, webhooks, _inFlight, _logger);
        _door = options.Port is { } port ? new KestrelListener(_pipeline, port, loggers) : null;
    }

    public DurableEngine Engine { get; }

    public IServiceProvider Services => _services;

    /// <summary>What the host serves, by name.</summary>
    public IReadOnlyList<ServedFunction> Functions => [.. _functions.Select(function => function.Served)];

    /// <summary>Where the host listens; null without a port, or before the start.</summary>
    public Uri? Address => _door?.Address;

    /// <summary>A front door without a socket, for an <see cref="HttpClient"/> of any base address. Several may be made.</summary>
    public HttpMessageHandler CreateHandler() => new InProcessHandler(_pipeline);

    /// <summary>Checks the app's options, starts its hosted services, the engine, the timers and the socket.</summary>
    /// <exception cref="OptionsValidationException">The app's configuration is wrong.</exception>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        // For this method and what it calls: a caller of an async method gets its own context back.
        SynchronizationContext.SetSynchronizationContext(null);
        _services.GetService<IStartupValidator>()?.Validate();
        foreach (IHostedService service in _services.GetServices<IHostedService>())
            await service.StartAsync(cancellation);
        Engine.Start();
        _timers.Start();
        Logs.Started(_logger, _functions.Count);
        if (_door is null)
            return;
        await _door.StartAsync(cancellation);
        Logs.Listening(_logger, _door.Address!);
    }

    /// <summary>Takes nothing new, lets what runs end within the grace, cancels the rest, closes the store.</summary>
    public async Task StopAsync(CancellationToken cancellation = default)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        _timers.Stop();
        await _inFlight.CloseAsync(_options.Engine.Inline ? TimeSpan.Zero : _options.ShutdownGrace, cancellation);
        if (_door is not null)
            await _door.StopAsync(cancellation);
        await Engine.StopAsync(cancellation);
        foreach (IHostedService service in _services.GetServices<IHostedService>().Reverse())
            await service.StopAsync(cancellation);
        Logs.Stopped(_logger);
    }

    public async ValueTask DisposeAsync()
    {
        _timers.Stop();
        _door?.Dispose();
        await Engine.DisposeAsync();
        await _services.DisposeAsync();
        _timers.Dispose();
        _inFlight.Dispose();
    }
}
