using DurableTask.Core;
using DurableTask.Core.History;
using Microsoft.DurableTask;

namespace AccountClosure.Embedded.Engine.Episodes;

/// <summary>
/// One execution of an orchestrator in memory. The SDK's own executor replays its history once and then goes on from episode to
/// episode.
/// </summary>
internal sealed class OrchestrationSession(OrchestratorCode code, IReadOnlyList<HistoryEvent> past)
{
    private readonly OrchestrationRuntimeState _state = new([.. past]);
    private TaskOrchestrationExecutor? _executor;
    private GuardedOrchestrator? _orchestrator;

    /// <summary>The whole history of this execution.</summary>
    public IEnumerable<HistoryEvent> History => _state.Events;

    /// <summary>Events that the executor replays with the next episode.</summary>
    public int ToReplay => _executor is null ? _state.PastEvents.Count : 0;

    /// <summary>Whether the orchestrator waits for something that its history can bring.</summary>
    public bool IsWaiting => _orchestrator is { IsWaiting: true };

    /// <summary>
    /// Whether the next episode may go on in memory. After <c>ContinueAsNew</c> with tasks still open it may not: an executor that is kept
    /// loses the pending <c>ContinueAsNew</c> and would complete the instance.
    /// </summary>
    public bool CanContinueInMemory => _orchestrator is not { HasContinuedAsNew: true };

    /// <summary>Goes on with what has arrived.</summary>
    /// <returns>What the orchestrator decided, and its custom status.</returns>
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

    /// <summary>Adds to the history what came of the episode.</summary>
    public void Record(IEnumerable<HistoryEvent> events)
    {
        foreach (var happened in events)
            _state.AddEvent(happened);
    }
}
