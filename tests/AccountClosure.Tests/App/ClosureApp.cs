using AccountClosure.Broker;
using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Engine.Time;
using AccountClosure.Embedded.Host;
using AccountClosure.Embedded.Host.Functions;
using AccountClosure.Notifications;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.TestKit;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.App;

/// <summary>
/// The whole app in virtual time on one thread: the embedded host with the app's own functions, the simulated broker, and HTTP in
/// process between them. Tests are synchronous: a call returns when its effect has happened.
/// </summary>
public sealed partial class ClosureApp : IDisposable
{
    public const string FunctionKey = "the-key-of-the-tests";

    private readonly ClosureAppSettings _settings;
    private readonly MemoryOutbox _outbox = new();
    private readonly string? _folder;
    private EmbeddedFunctionsHost _host;
    private bool _keepsSession;

    public ClosureApp(ClosureAppSettings? settings = null)
    {
        _settings = settings ?? new ClosureAppSettings();
        _folder = _settings.OnDisk ? Directory.CreateTempSubdirectory("closure-app-").FullName : null;
        Clock = new VirtualTimeProvider(_settings.Start);
        Simulator = new BrokerSimulator(_settings.Simulator with { Time = Clock });
        _host = BuildHost();
        Run = new VirtualRun(_host.Engine, Clock);
        StartHost();
    }

    /// <summary>A change takes effect with the next <see cref="Restart"/>.</summary>
    public ClosureAppSettings Settings => _settings;

    public VirtualTimeProvider Clock { get; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    public BrokerSimulator Simulator { get; }

    /// <summary>Drives the engine and the clock; renewed by <see cref="Restart"/>.</summary>
    public VirtualRun Run { get; private set; }

    /// <summary>The activity of the engine since the start.</summary>
    public EngineCounters Counters => _host.Engine.Counters;

    /// <summary>What the host serves.</summary>
    public IReadOnlyList<ServedFunction> Functions => _host.Functions;

    /// <summary>What the app's functions get as their durable client.</summary>
    public DurableTaskClient Client => _host.Engine.Client;

    public IServiceProvider Services => _host.Services;

    /// <summary>In the order in which they were sent, over restarts too.</summary>
    public IReadOnlyList<Email> Emails => [.. _outbox.Emails];

    public ITransferLedger Ledger => Services.GetRequiredService<ITransferLedger>();

    public HttpClient CreateClient(string? key = FunctionKey)
    {
        var client =
            new HttpClient(_host.CreateHandler()) { BaseAddress = new Uri("http://localhost:7071/"), Timeout = Timeout.InfiniteTimeSpan };
        if (key is not null)
            client.DefaultRequestHeaders.Add("x-functions-key", key);
        return client;
    }

    /// <summary>Starts an asynchronous call and runs in virtual time until it is complete.</summary>
    public T Await<T>(Func<Task<T>> call) => Inline(() => Run.Await(call()));

    /// <summary>Starts a call that continues while time passes.</summary>
    public Task<T> Begin<T>(Func<Task<T>> call) => Inline(call);

    public void AdvanceTo(DateTimeOffset time) => Inline(() => Run.AdvanceTo(time));

    public void AdvanceBy(TimeSpan duration) => AdvanceTo(Now + duration);

    public void RunUntil(Func<bool> condition, TimeSpan? atMost = null) => Inline(() => Run.RunUntil(condition, atMost));

    /// <summary>
    /// Crashes the process and starts it again on its stores. The broker and the emails sent survive.
    /// </summary>
    /// <param name="down">Downtime.</param>
    /// <param name="whileDown">Changes the folder of the stores (durable.db and records.db) during the downtime.</param>
    public void Restart(TimeSpan down = default, Action<string>? whileDown = null)
    {
        if (_folder is null)
            throw new InvalidOperationException("Only an app with OnDisk = true has something to start again from.");
        Inline(() =>
        {
            Run.Await(_host.DisposeAsync().AsTask());
            Clock.AdvanceTo(Now + down);
            whileDown?.Invoke(_folder);
            _host = BuildHost();
            Run = new VirtualRun(_host.Engine, Clock);
            StartHost();
        });
    }

    public void Dispose()
    {
        Inline(() =>
        {
            Run.Await(_host.DisposeAsync().AsTask());
            Run.Await(Simulator.DisposeAsync().AsTask());
        });
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }

    private EmbeddedFunctionsHost BuildHost() => new(new EmbeddedHostOptions
    {
        Functions = typeof(ServiceRegistration).Assembly,
        Engine = new EngineOptions
        {
            DataSource = _folder is null ? EngineOptions.InMemory : Path.Combine(_folder, "durable.db"),
            Inline = true,
            FlushToDisk = _settings.FlushToDisk,
            DefaultVersion = HostJson.DefaultVersion,
            KeepsSession = _settings.KeepsSession ?? (() => _keepsSession = !_keepsSession),
            ExecutionEnded = _settings.ExecutionEnded,
        },
        TimeProvider = Clock,
        Configuration = Configure(),
        FunctionKey = FunctionKey,
        ConfigureWorker = worker =>
        {
            worker.Services.AddSingleton<IOutbox>(_outbox);
            worker.Services.AddSingleton(new BrokerTransport(Simulator.CreateHandler()));
            worker.AddAccountClosure(Configure());
            _settings.ConfigureServices?.Invoke(worker.Services);
        },
    });

    private void StartHost() => Inline(() => Run.Await(_host.StartAsync()));

    private IConfigurationRoot Configure() => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Broker:BaseUrl"] = "http://localhost:7072",
            ["Broker:ApiKey"] = Simulator.Options.ApiKey,
            ["Broker:ApiSecret"] = Simulator.Options.ApiSecret,
            ["Broker:JitterSeed"] = "1",
            ["Records:ConnectionString"] = $"Data Source={(_folder is null ? ":memory:" : Path.Combine(_folder, "records.db"))}",
            ["Notifications:Transport"] = nameof(NotificationTransport.Memory),
        })
        .AddInMemoryCollection(_settings.Configuration)
        .Build();

    /// <summary>The test runner's synchronization context would carry continuations to other threads.</summary>
    private static T Inline<T>(Func<T> act)
    {
        var runners = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return act();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(runners);
        }
    }

    private static void Inline(Action act) => Inline(() =>
    {
        act();
        return true;
    });
}
