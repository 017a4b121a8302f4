using System.Runtime.InteropServices;
using DurableTask.Core.History;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Engine.Storage;

/// <summary>The call of a parent that waits for a sub-orchestration.</summary>
/// <param name="Key">Key of the parent instance.</param>
/// <param name="Execution">The parent's execution that waits. A later execution does not.</param>
/// <param name="TaskId">Id of the call in the parent's history.</param>
/// <param name="Id">The parent's instance id.</param>
/// <param name="Name">The parent's orchestrator.</param>
internal sealed record ParentTask(long Key, int Execution, int TaskId, string Id, string Name);

/// <summary>Values of an instance to create.</summary>
/// <param name="Id">Its instance id.</param>
/// <param name="Name">Name of the orchestrator.</param>
/// <param name="Version">Version of the instance; null for none.</param>
/// <param name="Input">Serialized input.</param>
/// <param name="StartAt">Scheduled start, UTC ticks; null starts it at once.</param>
/// <param name="Tags">Tags as JSON.</param>
/// <param name="Parent">Call of the parent; null when a client starts the instance.</param>
internal sealed record NewInstance(
    string Id, string Name, string? Version, string? Input, long? StartAt, string? Tags, ParentTask? Parent);

/// <summary>An instance and its payloads, as stored.</summary>
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

    /// <summary>Events that the last execution did not process, as JSON; null after the first episode.</summary>
    public byte[]? Carried { get; set; }

    public bool HasEnded => IsEnded(Status);

    public static bool IsEnded(OrchestrationRuntimeStatus status) => status
        is OrchestrationRuntimeStatus.Completed
        or OrchestrationRuntimeStatus.Failed
        or OrchestrationRuntimeStatus.Terminated;
}

/// <summary>A message in an instance's inbox, or one that exists in memory only (<paramref name="Key"/> 0).</summary>
/// <param name="Key">Key of the row.</param>
/// <param name="Execution">The execution that the message is for; -1 for any.</param>
/// <param name="Event">The event.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Message(long Key, int Execution, HistoryEvent Event)
{
    public const int AnyExecution = -1;
}

/// <summary>A row of the timers table.</summary>
/// <param name="Due">Due time, UTC ticks.</param>
/// <param name="Instance">Key of the instance.</param>
/// <param name="TaskId">Id of the timer in the history, or <see cref="Start"/>.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TimerRow(long Due, long Instance, int TaskId)
{
    public const int Start = -1;
}
