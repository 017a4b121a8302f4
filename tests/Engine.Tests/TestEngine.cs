using System.Reflection;
using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Engine.Storage;
using AccountClosure.Embedded.Engine.Time;
using DurableTask.Core.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Sdk;

namespace AccountClosure.Engine.Tests;

/// <summary>How a test's engine lives.</summary>
public enum Way
{
    /// <summary>One engine for the whole test. The orchestrators stay in memory.</summary>
    Straight,

    /// <summary>One engine; each episode begins with a replay.</summary>
    Replaying,

    /// <summary>The engine crashes after every episode, and another one continues with its file.</summary>
    CrashingAfterEachEpisode,
}

/// <summary>Runs the test in each way.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EachWayAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => Enum.GetValues<Way>().Select(way => new object[] { way });
}

/// <summary>An engine in virtual time, on the test's own thread.</summary>
public sealed class TestEngine : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly Way _way;
    private readonly EngineOptions _options;
    private readonly string? _folder;
    private readonly ILoggerFactory _loggers;
    private DurableEngine _engine;

    public TestEngine(
        Way way = Way.Straight, Func<EngineOptions, EngineOptions>? configure = null, ILoggerFactory? loggers = null)
    {
        _way = way;
        _loggers = loggers ?? NullLoggerFactory.Instance;
        _folder = way != Way.CrashingAfterEachEpisode ? null : Directory.CreateTempSubdirectory("engine-").FullName;
        _options = new EngineOptions
        {
            Inline = true,
            FlushToDisk = false,
            KeepsSession = way == Way.Replaying ? () => false : null,
            DataSource = _folder is null ? EngineOptions.InMemory : Path.Combine(_folder, "engine.db"),
        };
        _options = configure?.Invoke(_options) ?? _options;
        _engine = Open();
    }

    public FunctionCatalog Catalog { get; } = new();

    public VirtualTimeProvider Clock { get; } = new(Start);

    public DurableTaskClient Client => _engine.Client;

    public DurableEngine Engine => _engine;

    public void Orchestrator<TResult>(string name, Func<TaskOrchestrationContext, Task<TResult>> run) =>
        Catalog.AddOrchestrator(name, async context => await run(context));

    public void Orchestrator(string name, Func<TaskOrchestrationContext, Task> run) => Catalog.AddOrchestrator(name, async context =>
    {
        await run(context);
        return null;
    });

    public void Activity<TInput, TResult>(string name, Func<TInput, TResult> run) => Catalog.AddActivity(
        name, call => Task.FromResult<object?>(run(JsonDataConverter.Default.Deserialize<TInput>(call.Input)!)));

    /// <summary>An activity that takes this long on the clock.</summary>
    public void SlowActivity(string name, TimeSpan duration, Action? atEnd = null) => Catalog.AddActivity(name, async call =>
    {
        await Task.Delay(duration, Clock, call.Cancellation);
        atEnd?.Invoke();
        return null;
    });

    public string Schedule(string orchestrator, object? input = null, string? id = null) => Result(
        Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, new StartOrchestrationOptions(id)));

    /// <summary>Starts an instance and runs everything that is ready.</summary>
    public string Begin(string orchestrator, object? input = null, string? id = null)
    {
        var instance = Schedule(orchestrator, input, id);
        Settle();
        return instance;
    }

    /// <summary>Starts an instance and lets time pass until nothing can happen.</summary>
    public OrchestrationMetadata Run(string orchestrator, object? input = null, string? id = null)
    {
        var instance = Schedule(orchestrator, input, id);
        RunToEnd();
        return Get(instance);
    }

    public void Raise(string id, string name, object? payload = null)
    {
        Done(Client.RaiseEventAsync(id, name, payload));
        Settle();
    }

    /// <summary>Runs what is ready at the current time.</summary>
    public void Settle()
    {
        while (Step())
        {
        }
    }

    /// <summary>Runs one piece of work.</summary>
    public bool Step()
    {
        var episodes = _engine.Counters.Episodes;
        if (!_engine.RunNext())
            return false;
        if (_way == Way.CrashingAfterEachEpisode && _engine.Counters.Episodes > episodes)
            Crash();
        return true;
    }

    /// <summary>Runs everything that is due until that time.</summary>
    public void RunUntil(DateTimeOffset time)
    {
        Settle();
        while (Clock.JumpToNextTimer(time))
            Settle();
        Clock.AdvanceTo(time);
    }

    public void RunToEnd()
    {
        Settle();
        while (Clock.JumpToNextTimer())
            Settle();
    }

    /// <summary>Stops the engine abruptly and continues with another one. In memory there is nothing to continue with.</summary>
    public void Crash()
    {
        if (_folder is null)
            return;
        Dispose(_engine);
        _engine = Open();
    }

    /// <summary>Stops the engine, changes its database, and continues with another engine.</summary>
    public void Damage(string sql)
    {
        Dispose(_engine);
        using (var connection = new SqliteConnection(_options.DataSource, readOnly: false))
            connection.Execute(sql);
        _engine = Open();
    }

    public void OpenASecondOne() => Dispose(Open());

    public OrchestrationMetadata Get(string id) => Result(Client.GetInstanceAsync(id, getInputsAndOutputs: true)).ShouldNotBeNull();

    public IReadOnlyList<HistoryEvent> History(string id) => Result(Client.GetOrchestrationHistoryAsync(id)).AsReadOnly();

    public static T Result<T>(Task<T> task)
    {
        task.IsCompleted.ShouldBeTrue("nothing in the inline mode waits for a thread");
        return task.GetAwaiter().GetResult();
    }

    public static void Done(Task task)
    {
        task.IsCompleted.ShouldBeTrue("nothing in the inline mode waits for a thread");
        task.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        Dispose(_engine);
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }

    private static void Dispose(DurableEngine engine)
    {
        Done(engine.DisposeAsync().AsTask());
    }

    private DurableEngine Open()
    {
        var engine = DurableEngine.Open(_options, Catalog, JsonDataConverter.Default, Clock, _loggers);
        engine.Start();
        return engine;
    }
}
