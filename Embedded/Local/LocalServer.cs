using System.Net.Sockets;
using AccountClosure.Broker;
using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Host;
using AccountClosure.Records;
using AccountClosure.Simulator;
using Microsoft.AspNetCore.Connections;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace AccountClosure.Embedded.Local;

/// <summary>Runs the functions and the simulated broker on two ports of this machine, with one clock and one data folder.</summary>
public sealed class LocalServer : IAsyncDisposable
{
    private readonly BrokerSimulator _simulator;
    private readonly EmbeddedFunctionsHost _host;

    private LocalServer(LocalOptions options, DataFolder data)
    {
        var configuration = Configure(options, data);
        Clock = KeptClock.Open(data, options.Speed);
        _simulator = new BrokerSimulator(new SimulatorOptions
        {
            Time = Clock,
            Clock = Clock,
            DataSource = data.File("simulator.db"),
            ApiKey = configuration[$"{BrokerOptions.Section}:{nameof(BrokerOptions.ApiKey)}"]!,
            ApiSecret = configuration[$"{BrokerOptions.Section}:{nameof(BrokerOptions.ApiSecret)}"]!,
        });
        Key = options.Key ?? data.Secret("function-key");
        _host = BuildHost(options, data, configuration, Clock, Key);
        Clock.AskAlso(() => !_host.Engine.IsIdle);
    }

    public LocalClock Clock { get; }

    public IServiceProvider Services => _host.Services;

    /// <summary>Key that callers of the functions send as <c>x-functions-key</c>.</summary>
    public string Key { get; }

    /// <summary>Completes when the durable store no longer accepts changes. The process must then end.</summary>
    public Task<Exception> Faulted => _host.Engine.Faulted;

    /// <exception cref="LocalException">
    /// A port is in use, or the configuration or the data folder is wrong. The message says which.
    /// </exception>
    public static async Task<LocalServer> StartAsync(LocalOptions options, DataFolder data, CancellationToken cancellationToken)
    {
        LocalServer? server = null;
        try
        {
            server = new LocalServer(options, data);
            await server.ListenAsync(options.Port, cancellationToken);
            return server;
        }
        catch (Exception problem)
        {
            if (server is not null)
                await server.DisposeAsync();
            if (StartProblem.Explain(problem) is { } line)
                throw new LocalException(line, problem);
            throw;
        }
    }

    /// <summary>Lets simulated time run fast. Before this call, it runs like a real clock.</summary>
    public void Started() => Clock.Begin();

    /// <summary>Waits for running work, then stops the host and the simulator. Disposing stops the clock, which both use.</summary>
    public async Task StopAsync()
    {
        // Without it, simulated hours would pass before the last answers are sent.
        using var stopping = Clock.Work();
        await _host.StopAsync();
        await _simulator.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // Simulated time must not run fast here: work that has not started would be late at the next start.
        using var ending = Clock.Work();
        await _host.DisposeAsync();
        await _simulator.DisposeAsync();
        Clock.Dispose();
    }

    private async Task ListenAsync(int port, CancellationToken cancellationToken)
    {
        // Opens the database of the records, so that the start detects a broken one.
        _ = Services.GetRequiredService<ITransferLedger>();
        await OnPort(port + 1, () => _simulator.StartAsync(port + 1));
        await OnPort(port, () => _host.StartAsync(cancellationToken));
    }

    private static async Task OnPort(int port, Func<Task> listen)
    {
        try
        {
            await listen();
        }
        catch (IOException inUse) when (inUse.InnerException is AddressInUseException)
        {
            throw new LocalException($"port {port} is in use; choose another with --port (the simulator takes the one after it).", inUse);
        }
        catch (SocketException refused)
        {
            throw new LocalException($"port {port} cannot be used: {refused.Message}", refused);
        }
    }

    private static EmbeddedFunctionsHost BuildHost(
        LocalOptions options, DataFolder data, IConfiguration configuration, LocalClock clock, string key) => new(new EmbeddedHostOptions
        {
            Functions = typeof(ServiceRegistration).Assembly,
            Engine = new EngineOptions { DataSource = data.File("durable.db"), DefaultVersion = HostJson.DefaultVersion },
            TimeProvider = clock,
            Configuration = configuration,
            FunctionKey = key,
            Port = options.Port,
            TimerStatePath = data.File("timers.json"),
            ConfigureWorker = worker => worker.AddAccountClosure(configuration).Use(next => context => WorkAsync(clock, next, context)),
            ConfigureLogging = logging => logging
                .AddConfiguration(configuration.GetSection("Logging"))
                .AddSimpleConsole(console => console.SingleLine = true)
                .Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace),
        });

    /// <summary>Runs a function in real time, not at a day a second.</summary>
    private static async Task WorkAsync(LocalClock clock, FunctionExecutionDelegate next, FunctionContext context)
    {
        using var work = clock.Work();
        var function = next(context);
        // The call of an orchestrator that waits never returns. Its episode has run, so the work is done.
        if (context.FunctionDefinition.InputBindings.Values.Any(binding => binding.Type == "orchestrationTrigger"))
            work.Dispose();
        await function;
    }

    /// <summary>Builds the configuration with defaults for a local run. Environment variables override them.</summary>
    private static IConfigurationRoot Configure(LocalOptions options, DataFolder data) => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Broker:BaseUrl"] = $"http://localhost:{options.Port + 1}",
            ["Broker:ApiKey"] = data.Secret("broker-key"),
            ["Broker:ApiSecret"] = data.Secret("broker-secret"),
            ["Records:ConnectionString"] = $"Data Source={data.File("records.db")}",
            ["Notifications:Folder"] = data.Emails,
            ["Logging:LogLevel:Default"] = "Warning",
            // The program reports a failed start in one line.
            ["Logging:LogLevel:Microsoft.Extensions.Hosting"] = "None",
        })
        .AddEnvironmentVariables()
        .Build();
}
