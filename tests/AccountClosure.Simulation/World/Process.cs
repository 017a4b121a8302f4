using AccountClosure.Activities;
using AccountClosure.Broker;
using AccountClosure.Customers;
using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Host;
using AccountClosure.Functions;
using AccountClosure.Notifications;
using AccountClosure.Records;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Simulation.World;

/// <summary>
/// One life of the shipped app, from its start to its end or crash. A crash is sudden: no work continues, and the next life finds
/// only what the stores hold at that moment.
/// </summary>
internal sealed class Process
{
    public const string FunctionKey = "the-key-of-the-simulation";

    private readonly SimulatedWorld _world;
    private readonly MortalClock _clock;
    private readonly Draws _draws;
    private readonly Draws _hosts;
    private readonly string? _folder;

    /// <param name="world">The world of the process.</param>
    /// <param name="number">1 for the first life.</param>
    /// <param name="folder">Folder of its stores; null keeps them in memory.</param>
    public Process(SimulatedWorld world, int number, string? folder)
    {
        _world = world;
        Number = number;
        _folder = folder;
        _clock = new MortalClock(world.Clock);
        _draws = new Draws(world.Course.Seed, $"process {number}");
        _hosts = new Draws(world.Course.Seed, $"hosts {number}");
        Draws order = new(world.Course.Seed, $"order {number}");
        Draws sessions = new(world.Course.Seed, $"sessions {number}");
        IConfiguration configuration = Configure(number);
        Host = new EmbeddedFunctionsHost(new EmbeddedHostOptions
        {
            Functions = typeof(ServiceRegistration).Assembly,
            FunctionTypes = type => type != typeof(WatchClosures) || world.Course.IsWatched,
            Engine = new EngineOptions
            {
                DataSource = folder is null ? EngineOptions.InMemory : Path.Combine(folder, "durable.db"),
                Inline = true,
                FlushToDisk = false,
                Order = order.Index,
                KeepsSession = () => !sessions.Chance(world.Course.Ours.Replayed),
                AroundActivity = RunActivityAsync,
            },
            TimeProvider = _clock,
            Configuration = configuration,
            FunctionKey = FunctionKey,
            ConfigureWorker = worker =>
            {
                IServiceCollection services = worker.Services;
                Draws stores = new(world.Course.Seed, $"stores {number}");
                services.AddSingleton(FaultyStore<IOutbox>.Around(world.Outbox, world, this, stores));
                services.AddSingleton(new BrokerTransport(new Network(world, this, new Draws(world.Course.Seed, $"network {number}"))));
                worker.AddAccountClosure(configuration);
                services.MakeFaulty<ITransferLedger>(world, this, stores);
                services.MakeFaulty<IAuditLog>(world, this, stores);
                services.MakeFaulty<IClosureTracking>(world, this, stores);
                services.MakeFaulty<ICustomerRecords>(world, this, stores);
            },
        });
    }

    public EmbeddedFunctionsHost Host { get; }

    /// <summary>1 for the first life.</summary>
    public int Number { get; }

    public bool IsDead => _clock.IsDead;

    public DurableEngine Engine => Host.Engine;

    /// <summary>A store without faults, for the invariants.</summary>
    public TStore Store<TStore>()
        where TStore : class => FaultyStore<TStore>.Behind(Host.Services.GetRequiredService<TStore>());

    /// <summary>Continues the caller, an asynchronous method, on either of the hosts that share the stores.</summary>
    public void ChooseHost()
    {
        if (_world.Course.Ours.HostAhead == TimeSpan.Zero)
            return;
        bool isSecond = _hosts.Chance(0.5);
        MortalClock.MoveToHost(isSecond ? _world.Course.Ours.HostAhead : TimeSpan.Zero);
        if (isSecond)
            _world.Count("on second host");
    }

    /// <summary>Crashes the process now. The world continues with the next life.</summary>
    public void Die(string when)
    {
        if (IsDead || !_world.Course.CanCrash)
            return;
        _world.Inject("crash", "process", $"dies {when}");
        _world.Crashes++;
        _clock.Die();
    }

    /// <summary>Crashes the process from its own code, which never continues.</summary>
    public async Task DieAsync(string when)
    {
        Die(when);
        if (IsDead)
            await Wait.Forever();
    }

    /// <summary>Copies the state of the disk at the crash.</summary>
    public void CopyStoresTo(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(_folder!)
            .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal) && !file.EndsWith("-shm", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
    }

    /// <summary>
    /// Releases the resources of the dead process, as the operating system would. What its code does meanwhile has no effect.
    /// </summary>
    public void Bury()
    {
        _clock.Die();
        Task burial = Host.DisposeAsync().AsTask();
        if (burial.IsCompleted)
            burial.GetAwaiter().GetResult();
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }

    private IConfigurationRoot Configure(int number) => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Broker:BaseUrl"] = "http://localhost:7072",
            ["Broker:ApiKey"] = _world.Broker.Options.ApiKey,
            ["Broker:ApiSecret"] = _world.Broker.Options.ApiSecret,
            ["Broker:JitterSeed"] = number.ToString(),
            ["Records:Provider"] = _world.PostgresRecords is null ? nameof(RecordsProvider.Sqlite) : nameof(RecordsProvider.Postgres),
            ["Records:ConnectionString"] = _world.PostgresRecords
                ?? $"Data Source={(_folder is null ? ":memory:" : Path.Combine(_folder, "records.db"))}",
            ["Notifications:Transport"] = nameof(NotificationTransport.Memory),
        })
        .AddInMemoryCollection(_world.Course.Settings)
        .Build();

    /// <summary>Runs an activity at least once: late, without a result, twice, or twice at the same time.</summary>
    private async Task<object?> RunActivityAsync(ActivityCall call, Func<ActivityCall, Task<object?>> run)
    {
        ChooseHost();
        await StayAlive();
        FaultRates rates = _world.Rates;
        if (_draws.Chance(rates.ActivityLate))
        {
            TimeSpan late = _draws.MostlyShort(TimeSpan.FromMinutes(20));
            _world.Inject("activity late", "activity", $"{call.Name} begins {late} late");
            await Wait.For(_clock, late);
        }
        bool isMoneyAtStake = call.Name is nameof(CreateTransfer) or nameof(CloseBrokerAccount);
        if (isMoneyAtStake && _draws.Chance(rates.StoppedBefore))
        {
            _world.Stop();
            await Wait.For(_clock, _draws.Between(TimeSpan.FromMinutes(13), TimeSpan.FromHours(2)));
        }
        if (_draws.Chance(rates.ActivityFails))
        {
            _world.Inject("activity fails", "activity", $"{call.Name} fails before it does anything");
            throw new IOException("The worker was lost.");
        }
        if (_draws.Chance(rates.ActivityAgainLate))
            _ = AgainLater(call, run, _draws.MostlyShort(TimeSpan.FromHours(12)));
        if (_draws.Chance(rates.ActivityTwice))
            await Unheard(call, run, "runs twice");

        Task? twin = _draws.Chance(rates.ActivityTwiceAtOnce) ? Unheard(call, run, "runs twice at once") : null;
        object? result = await run(call);
        if (twin is not null)
            await twin;
        if (isMoneyAtStake && _draws.Chance(rates.StoppedAfter))
            _world.Stop();
        await StayAlive();
        if (_draws.Chance(rates.Crash))
            await DieAsync($"after {call.Name}");
        if (_draws.Chance(rates.ResultLost))
        {
            _world.Inject("result lost", "activity", $"the result of {call.Name} is lost");
            throw new IOException("The worker was lost.");
        }
        return result;
    }

    private async Task AgainLater(ActivityCall call, Func<ActivityCall, Task<object?>> run, TimeSpan later)
    {
        await Wait.For(_clock, later);
        await Unheard(call, run, $"runs again, {later} later");
    }

    /// <summary>An execution whose result is ignored.</summary>
    private async Task Unheard(ActivityCall call, Func<ActivityCall, Task<object?>> run, string how)
    {
        ChooseHost();
        if (IsDead)
            return;
        _world.Inject("activity again", "activity", $"{call.Name} {how}");
        try
        {
            await run(call);
        }
#pragma warning disable CA1031 // Nobody hears of it: that is the point.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _world.Story.Tell("activity", $"{call.Name}, run beside itself, fails: {failure.GetType().Name}");
        }
    }

    private async Task StayAlive()
    {
        if (IsDead)
            await Wait.Forever();
    }
}
