using DurableTask.Core.History;

namespace AccountClosure.Embedded.Engine;

/// <summary>Options of an engine.</summary>
public sealed record EngineOptions
{
    /// <summary>Data source of an in-memory database, which ends with the engine.</summary>
    public const string InMemory = ":memory:";

    /// <summary>Path of the database file, which is created if it does not exist. Default: <see cref="InMemory"/>.</summary>
    public string DataSource { get; init; } = InMemory;

    /// <summary>
    /// Maximum number of concurrent episodes. Default: the number of processors, or 2 if there is only one. An episode only computes, so
    /// more do not help.
    /// </summary>
    public int MaxConcurrentOrchestrations { get; init; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Maximum number of concurrent activities. Default: 64.</summary>
    public int MaxConcurrentActivities { get; init; } = 64;

    /// <summary>
    /// Whether the engine has no threads. Work then runs only in <see cref="DurableEngine.RunNext"/> and in the timers of the clock.
    /// </summary>
    public bool Inline { get; init; }

    /// <summary>Version of instances that are started without one.</summary>
    public string? DefaultVersion { get; init; }

    /// <summary>
    /// Takes the number of pieces of work that are ready and returns the index of the next one; null runs the oldest. A seeded function
    /// lets a simulation explore many schedules. Inline mode only.
    /// </summary>
    public Func<int, int>? Order { get; init; }

    /// <summary>
    /// Gets an instance's id and the whole history of an execution that its orchestrator has ended, before the end is stored, because
    /// <c>ContinueAsNew</c> deletes the history. Called on the episode's thread; not called when the instance is terminated. Tests use it
    /// to freeze histories in files.
    /// </summary>
    public Action<string, IReadOnlyList<HistoryEvent>>? ExecutionEnded { get; init; }

    /// <summary>
    /// Wraps every run of an activity, and may delay, fail, repeat or skip it; null runs the activity directly. A simulation uses it for
    /// activities that run late, twice or without effect.
    /// </summary>
    public Func<ActivityCall, Func<ActivityCall, Task<object?>>, Task<object?>>? AroundActivity { get; init; }

    /// <summary>
    /// Maximum number of waiting instances whose orchestrators stay in memory between two episodes. The engine reads and replays the
    /// others when they continue. Default: 1000.
    /// </summary>
    public int MaxIdleSessions { get; init; } = 1000;

    /// <summary>
    /// Maximum idle time of an orchestrator in memory, in real time. The engine checks it when another instance becomes idle. Default: 5
    /// minutes.
    /// </summary>
    public TimeSpan SessionIdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Called after every episode; returns whether the orchestrator stays in memory. Null keeps it. A simulation uses it to compare
    /// orchestrators that are kept with those that are replayed.
    /// </summary>
    public Func<bool>? KeepsSession { get; init; }

    /// <summary>
    /// Whether a commit waits until it is on the disk. Without that, a crash of the machine (not of the process) can lose the latest
    /// commits. Default: true; false is for tests only.
    /// </summary>
    public bool FlushToDisk { get; init; } = true;
}
