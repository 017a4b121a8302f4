using DurableTask.Core;
using DurableTask.Core.History;
using Microsoft.DurableTask;

namespace AccountClosure.Embedded.Engine.Episodes;

/// <summary>
/// One execution of an orchestrator in memory. The SDK's executor replays the history once and then continues from episode to episode.
/// </summary>
internal sealed class OrchestrationSession(OrchestratorCode code, IReadOnlyList<HistoryEvent> past)
{
    private readonly OrchestrationRuntimeState _state = new([.. past]);
    private TaskOrchestrationExecutor? _executor;
    private GuardedOrchestrator? _orchestrator;

    /// <summary>The whole history of this execution.</summary>
    public IEnumerable<HistoryEvent> History => _state.Events;

    /// <summary>Number of events that the executor replays with the next episode.</summary>
    public int ToReplay => _executor is null ? _state.PastEvents.Count : 0;

    /// <summary>Whether the orchestrator waits for a task of its context.</summary>
    public bool IsWaiting => _orchestrator is { IsWaiting: true };

    /// <summary>
    /// Whether the next episode can continue in memory. It cannot after <c>ContinueAsNew</c> with open tasks: the executor would lose the
    /// pending <c>ContinueAsNew</c> and complete the instance.
    /// </summary>
    public bool CanContinueInMemory => _orchestrator is not { HasContinuedAsNew: true };

    /// <summary>Continues the orchestrator with the events that have arrived.</summary>
    /// <returns>Decisions of the orchestrator, and its custom status.</returns>
    public OrchestratorExecutionResult Advance(IEnumerable<HistoryEvent> arrived)
    {
        _state.NewEvents.Clear();
        Record(arrived);
        if (_executor is not null)
            return _executor.ExecuteNewEvents();
        var parent = _state.ParentInstance is { } its
            ? new ParentOrchestrationInstance(its.Name, its.OrchestrationInstance.InstanceId)
            : null;
        _orchestrator = code.Create(_state.Name);
        _executor = new TaskOrchestrationExecutor(
            _state,
            code.Shims.CreateOrchestration(_state.Name, _orchestrator, parent),
            BehaviorOnContinueAsNew.Carryover,
            entityParameters: null,
            ErrorPropagationMode.UseFailureDetails);
        return _executor.Execute();
    }

    /// <summary>Adds events to the history.</summary>
    public void Record(IEnumerable<HistoryEvent> events)
    {
        foreach (var happened in events)
            _state.AddEvent(happened);
    }
}
