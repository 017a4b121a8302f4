using DurableTask.Core.History;

namespace AccountClosure.Embedded.Engine;

/// <summary>How an engine runs.</summary>
public sealed record EngineOptions
{
    /// <summary>The data source of a database that ends with the engine.</summary>
    public const string InMemory = ":memory:";

    /// <summary>Path of the database file, made if need be, or <see cref="InMemory"/>.</summary>
    public string DataSource { get; init; } = InMemory;

    /// <summary>Maximum number of episodes at the same time. An episode is pure computation: more than processors is of no use.</summary>
    public int MaxConcurrentOrchestrations { get; init; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Activities running at the same time at most.</summary>
    public int MaxConcurrentActivities { get; init; } = 64;

    /// <summary>No threads: work happens in <see cref="DurableEngine.RunNext"/> and in the clock's timers only.</summary>
    public bool Inline { get; init; }

    /// <summary>Of instances that are started without one.</summary>
    public string? DefaultVersion { get; init; }

    /// <summary>
    /// Chooses, of so many ready pieces of work, the index of the next; the oldest unless set. A seeded one makes a simulation of
    /// many schedules. Inline mode only.
    /// </summary>
    public Func<int, int>? Order { get; init; }

    /// <summary>
    /// Gets an instance's id and the whole history of an execution that its orchestrator has ended, right before that is stored:
    /// <c>ContinueAsNew</c> deletes it. Not called when the instance is terminated. For freezing histories in files; called on the episode's
    /// thread.
    /// </summary>
    public Action<string, IReadOnlyList<HistoryEvent>>? ExecutionEnded { get; init; }

    /// <summary>
    /// Stands around every execution of an activity, which it may delay, fail, repeat or withhold; the execution itself unless set.
    /// A simulation shows with it that an activity may run late, twice, or in vain.
    /// </summary>
    public Func<ActivityCall, Func<ActivityCall, Task<object?>>, Task<object?>>? AroundActivity { get; init; }

    /// <summary>
    /// Maximum number of waiting instances whose orchestrators stay in memory between two episodes. The others are read and replayed
    /// again when they go on.
    /// </summary>
    public int MaxIdleSessions { get; init; } = 1000;

    /// <summary>How long a waiting instance's orchestrator stays in memory, counted when another one begins to wait.</summary>
    public TimeSpan SessionIdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Asked after every episode whether the orchestrator stays in memory; it does unless set. A simulation finds out with it whether
    /// a replay and an orchestrator that was kept agree.
    /// </summary>
    public Func<bool>? KeepsSession { get; init; }

    /// <summary>
    /// Whether a commit waits until the disk has it. Without, a crash of the machine, though not of the process, may lose the latest
    /// commits: for tests only.
    /// </summary>
    public bool FlushToDisk { get; init; } = true;
}
