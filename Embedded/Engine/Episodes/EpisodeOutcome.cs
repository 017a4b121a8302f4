using AccountClosure.Embedded.Engine.Storage;
using DurableTask.Core.History;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Engine.Episodes;

/// <summary>What an episode changes.</summary>
internal sealed class EpisodeOutcome
{
    /// <summary>When the episode ran (UTC).</summary>
    public required DateTime Now { get; init; }

    /// <summary>The messages that the episode has used up, or dropped as too late.</summary>
    public required IReadOnlyList<Message> Taken { get; init; }

    /// <summary>Events to append to the history. Empty when nothing happened, or when the history cannot be read.</summary>
    public List<HistoryEvent> Events { get; init; } = [];

    public OrchestrationRuntimeStatus Status { get; init; }

    /// <summary>Null while this execution goes on.</summary>
    public ExecutionCompletedEvent? End { get; init; }

    public NextExecution? Next { get; init; }

    /// <summary>Whether <see cref="CustomStatus"/> is another one than before.</summary>
    public bool ChangesCustomStatus { get; init; }

    /// <summary>The new custom status; null when the orchestrator has none any more.</summary>
    public string? CustomStatus { get; init; }

    public IReadOnlyList<TimerRow> TimersRemoved { get; init; } = [];

    public IReadOnlyList<TimerRow> TimersAdded { get; init; } = [];

    /// <summary>Whether to delete all timers, because an unreadable history does not say which are open.</summary>
    public bool RemovesAllTimers { get; init; }

    /// <summary>Activities that are under way after the episode.</summary>
    public IReadOnlyList<TaskScheduledEvent> OpenActivities { get; init; } = [];

    /// <summary>Sub-orchestrations that end with the instance.</summary>
    public IReadOnlyList<string> SubOrchestrationsToTerminate { get; init; } = [];

    /// <summary>Whether the instance has ended for good.</summary>
    public bool EndsInstance => End is not null && Next is null;
}

/// <summary>What follows a <c>ContinueAsNew</c>.</summary>
/// <param name="Input">Serialized.</param>
/// <param name="Version">Null when the instance has none.</param>
/// <param name="Carried">Events that the ending execution did not process and the next one gets.</param>
internal sealed record NextExecution(string? Input, string? Version, IReadOnlyList<HistoryEvent> Carried);
