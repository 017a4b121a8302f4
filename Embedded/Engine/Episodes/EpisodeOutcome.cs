using AccountClosure.Embedded.Engine.Storage;
using DurableTask.Core.History;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Engine.Episodes;

/// <summary>Changes that an episode makes.</summary>
internal sealed class EpisodeOutcome
{
    /// <summary>Time of the episode (UTC).</summary>
    public required DateTime Now { get; init; }

    /// <summary>Messages that the episode has processed, or dropped as obsolete.</summary>
    public required IReadOnlyList<Message> Taken { get; init; }

    /// <summary>Events to append to the history. Empty when nothing happened, or when the history cannot be read.</summary>
    public List<HistoryEvent> Events { get; init; } = [];

    public OrchestrationRuntimeStatus Status { get; init; }

    /// <summary>End of the execution; null while it continues.</summary>
    public ExecutionCompletedEvent? End { get; init; }

    public NextExecution? Next { get; init; }

    /// <summary>Whether the episode changes the custom status to <see cref="CustomStatus"/>.</summary>
    public bool ChangesCustomStatus { get; init; }

    /// <summary>The new custom status; null when the orchestrator has cleared it.</summary>
    public string? CustomStatus { get; init; }

    public IReadOnlyList<TimerRow> TimersRemoved { get; init; } = [];

    public IReadOnlyList<TimerRow> TimersAdded { get; init; } = [];

    /// <summary>Whether to delete all timers, because an unreadable history does not say which are open.</summary>
    public bool RemovesAllTimers { get; init; }

    /// <summary>Activities that are open after the episode.</summary>
    public IReadOnlyList<TaskScheduledEvent> OpenActivities { get; init; } = [];

    /// <summary>Ids of the sub-orchestrations that end with the instance.</summary>
    public IReadOnlyList<string> SubOrchestrationsToTerminate { get; init; } = [];

    /// <summary>Whether the instance ends, and no other execution follows.</summary>
    public bool EndsInstance => End is not null && Next is null;
}

/// <summary>The execution that follows a <c>ContinueAsNew</c>.</summary>
/// <param name="Input">Serialized input.</param>
/// <param name="Version">Version of the instance; null for none.</param>
/// <param name="Carried">Events that the ended execution did not process and that the next one gets.</param>
internal sealed record NextExecution(string? Input, string? Version, IReadOnlyList<HistoryEvent> Carried);
