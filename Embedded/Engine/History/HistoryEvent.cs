using System.Text.Json.Serialization;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Engine;

/// <summary>
/// One thing that happened to an instance. A history is the list of them, oldest first, one turn after another: a turn opens with
/// <see cref="OrchestratorStarted"/>, goes on with what came in, and ends with what the orchestrator decided.
/// Inputs, results and outputs are texts made by the data converter.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(OrchestratorStarted), nameof(OrchestratorStarted))]
[JsonDerivedType(typeof(ExecutionStarted), nameof(ExecutionStarted))]
[JsonDerivedType(typeof(TaskScheduled), nameof(TaskScheduled))]
[JsonDerivedType(typeof(TaskCompleted), nameof(TaskCompleted))]
[JsonDerivedType(typeof(TaskFailed), nameof(TaskFailed))]
[JsonDerivedType(typeof(TimerCreated), nameof(TimerCreated))]
[JsonDerivedType(typeof(TimerFired), nameof(TimerFired))]
[JsonDerivedType(typeof(SubOrchestrationCreated), nameof(SubOrchestrationCreated))]
[JsonDerivedType(typeof(SubOrchestrationCompleted), nameof(SubOrchestrationCompleted))]
[JsonDerivedType(typeof(SubOrchestrationFailed), nameof(SubOrchestrationFailed))]
[JsonDerivedType(typeof(EventRaised), nameof(EventRaised))]
[JsonDerivedType(typeof(EventSent), nameof(EventSent))]
[JsonDerivedType(typeof(ExecutionSuspended), nameof(ExecutionSuspended))]
[JsonDerivedType(typeof(ExecutionResumed), nameof(ExecutionResumed))]
[JsonDerivedType(typeof(ExecutionTerminated), nameof(ExecutionTerminated))]
[JsonDerivedType(typeof(ExecutionCompleted), nameof(ExecutionCompleted))]
public abstract record HistoryEvent;

/// <summary>A turn begins. Until the next one it is this time (UTC) for the orchestrator.</summary>
public sealed record OrchestratorStarted(DateTime Timestamp) : HistoryEvent;

/// <summary>What the instance was started with, the first event after the first turn's opening.</summary>
/// <param name="Name">Of the orchestrator.</param>
/// <param name="InstanceId">Of the instance.</param>
/// <param name="ExecutionId">Another one for each generation and for each restart under the same instance id.</param>
/// <param name="Input">Of this generation.</param>
/// <param name="Version">Null when there is none.</param>
/// <param name="ParentInstanceId">Set for a sub-orchestration, with <paramref name="ParentName"/>.</param>
/// <param name="ParentName">Of the calling orchestrator.</param>
public sealed record ExecutionStarted(
    string Name,
    string InstanceId,
    string ExecutionId,
    string? Input,
    string? Version = null,
    string? ParentInstanceId = null,
    string? ParentName = null) : HistoryEvent;

/// <summary>Something that the orchestrator decided. The ids count its decisions, whatever their kind, from zero.</summary>
public abstract record DecisionEvent(int Id) : HistoryEvent;

/// <summary>An activity was called.</summary>
public sealed record TaskScheduled(int Id, string Name, string? Input, string? Version = null) : DecisionEvent(Id);

public sealed record TaskCompleted(int TaskId, string? Result) : HistoryEvent;

public sealed record TaskFailed(int TaskId, Failure Failure) : HistoryEvent;

public sealed record TimerCreated(int Id, DateTime FireAt) : DecisionEvent(Id);

public sealed record TimerFired(int TimerId, DateTime FireAt) : HistoryEvent;

public sealed record SubOrchestrationCreated(
    int Id,
    string Name,
    string InstanceId,
    string? Input,
    string? Version = null,
    IReadOnlyDictionary<string, string>? Tags = null) : DecisionEvent(Id);

public sealed record SubOrchestrationCompleted(int TaskId, string? Result) : HistoryEvent;

public sealed record SubOrchestrationFailed(int TaskId, Failure Failure) : HistoryEvent;

/// <summary>An external event came in, whether or not anybody awaits it.</summary>
public sealed record EventRaised(string Name, string? Input) : HistoryEvent;

/// <summary>An event was sent to another instance.</summary>
public sealed record EventSent(int Id, string InstanceId, string Name, string? Input) : DecisionEvent(Id);

public sealed record ExecutionSuspended(string? Reason) : HistoryEvent;

public sealed record ExecutionResumed(string? Reason) : HistoryEvent;

public sealed record ExecutionTerminated(string? Output, bool Recursive = false) : HistoryEvent;

/// <summary>The end of this generation.</summary>
/// <param name="Status">Completed, Failed, Terminated or ContinuedAsNew.</param>
/// <param name="Result">The output, or the next generation's input.</param>
/// <param name="Failure">Set when the status is Failed.</param>
public sealed record ExecutionCompleted(
    OrchestrationRuntimeStatus Status, string? Result, Failure? Failure = null) : HistoryEvent
{
    // CS0618: to those who ask for a status it never shows, and is marked so; in histories it is how a generation ends.
#pragma warning disable CS0618
    public const OrchestrationRuntimeStatus ContinuedAsNew = OrchestrationRuntimeStatus.ContinuedAsNew;
#pragma warning restore CS0618
}
