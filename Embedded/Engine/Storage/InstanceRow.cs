using System.Runtime.InteropServices;
using DurableTask.Core.History;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Engine.Storage;

/// <summary>Who waits for a sub-orchestration.</summary>
/// <param name="Key">The parent instance.</param>
/// <param name="Execution">The parent's execution; a later one is not waiting any more.</param>
/// <param name="TaskId">The parent's decision.</param>
/// <param name="Id">The parent's instance id.</param>
/// <param name="Name">The parent's orchestrator.</param>
internal sealed record ParentTask(long Key, int Execution, int TaskId, string Id, string Name);

/// <summary>What is needed to create an instance.</summary>
/// <param name="Id">Its instance id.</param>
/// <param name="Name">Of the orchestrator.</param>
/// <param name="Version">Null when it has none.</param>
/// <param name="Input">Serialized.</param>
/// <param name="StartAt">UTC ticks; null: at once.</param>
/// <param name="Tags">JSON.</param>
/// <param name="Parent">Null when a client starts it.</param>
internal sealed record NewInstance(
    string Id, string Name, string? Version, string? Input, long? StartAt, string? Tags, ParentTask? Parent);

/// <summary>An instance as it is stored, its payloads included.</summary>
internal sealed class InstanceRow
{
    public required long Key { get; init; }

    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Version { get; init; }

    public OrchestrationRuntimeStatus Status { get; set; }

    public int Execution { get; init; }

    public required long Created { get; init; }

    public long Updated { get; init; }

    public long? StartAt { get; init; }

    public ParentTask? Parent { get; init; }

    public string? Tags { get; init; }

    public string? Input { get; init; }

    public string? CustomStatus { get; set; }

    public string? Output { get; init; }

    public string? Failure { get; init; }

    /// <summary>Events that the last execution left to this one, as JSON, until its first episode.</summary>
    public byte[]? Carried { get; set; }

    public bool HasEnded => IsEnded(Status);

    public static bool IsEnded(OrchestrationRuntimeStatus status) => status
        is OrchestrationRuntimeStatus.Completed
        or OrchestrationRuntimeStatus.Failed
        or OrchestrationRuntimeStatus.Terminated;
}

/// <summary>A message in an instance's inbox, or one that exists in memory only (<paramref name="Key"/> 0).</summary>
/// <param name="Key">Of its row.</param>
/// <param name="Execution">The execution that it is for; -1 for any.</param>
/// <param name="Event">What happened.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Message(long Key, int Execution, HistoryEvent Event)
{
    public const int AnyExecution = -1;
}

/// <summary>A row of the timers table.</summary>
/// <param name="Due">UTC ticks.</param>
/// <param name="Instance">Its instance.</param>
/// <param name="TaskId">The decision that created it, or <see cref="Start"/>.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TimerRow(long Due, long Instance, int TaskId)
{
    public const int Start = -1;
}
