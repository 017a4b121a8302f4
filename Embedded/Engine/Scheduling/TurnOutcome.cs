using AccountClosure.Embedded.Engine.Replay;
using AccountClosure.Embedded.Engine.Storage;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Engine.Scheduling;

/// <summary>What a turn changes.</summary>
internal sealed class TurnOutcome
{
    /// <summary>When the turn was taken.</summary>
    public required DateTime Now { get; init; }

    /// <summary>The messages that the turn has used up, or dropped as too late.</summary>
    public required IReadOnlyList<Message> Taken { get; init; }

    /// <summary>What the history gets; empty when nothing happened, or when the history cannot be read any more.</summary>
    public List<HistoryEvent> Events { get; init; } = [];

    public OrchestrationRuntimeStatus Status { get; init; }

    /// <summary>Null while this generation goes on.</summary>
    public ExecutionCompleted? End { get; init; }

    public NextGeneration? Next { get; init; }

    /// <summary>For the next generation.</summary>
    public List<HistoryEvent> Carried { get; init; } = [];

    public (bool IsSet, string? Value) CustomStatus { get; init; }

    public IReadOnlyList<TimerRow> TimersRemoved { get; init; } = [];

    public IReadOnlyList<TimerRow> TimersAdded { get; init; } = [];

    /// <summary>Set when it is not known which timers there are.</summary>
    public bool RemovesAllTimers { get; init; }

    /// <summary>Activities that are under way after the turn.</summary>
    public IReadOnlyList<TaskScheduled> OpenActivities { get; init; } = [];

    /// <summary>Sub-orchestrations that end with the instance.</summary>
    public IReadOnlyList<SubOrchestrationCreated> TerminatedToo { get; init; } = [];

    /// <summary>Whether it has ended for good.</summary>
    public bool EndsInstance => End is not null && Next is null;
}
