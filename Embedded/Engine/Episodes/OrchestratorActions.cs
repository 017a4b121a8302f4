using DurableTask.Core;
using DurableTask.Core.Command;
using DurableTask.Core.History;

namespace AccountClosure.Embedded.Engine.Episodes;

/// <summary>Converts the executor's actions to history events.</summary>
internal static class OrchestratorActions
{
    /// <exception cref="NotSupportedException">The engine does not support the action.</exception>
    public static HistoryEvent ToEvent(OrchestratorAction action, DateTime now)
    {
        HistoryEvent decided = action switch
        {
            ScheduleTaskOrchestratorAction task =>
                new TaskScheduledEvent(task.Id, task.Name!, task.Version, task.Input) { Tags = task.Tags },
            CreateTimerOrchestratorAction timer => new TimerCreatedEvent(timer.Id, timer.FireAt),
            CreateSubOrchestrationAction child => new SubOrchestrationInstanceCreatedEvent(child.Id)
            {
                Name = child.Name,
                Version = child.Version,
                InstanceId = child.InstanceId,
                Input = child.Input,
                Tags = child.Tags,
            },
            SendEventOrchestratorAction sent => new EventSentEvent(sent.Id)
            {
                InstanceId = sent.Instance!.InstanceId,
                Name = sent.EventName,
                Input = sent.EventData,
            },
            OrchestrationCompleteOrchestratorAction { OrchestrationStatus: OrchestrationStatus.ContinuedAsNew } next =>
                new ContinueAsNewEvent(next.Id, next.Result),
            OrchestrationCompleteOrchestratorAction end =>
                new ExecutionCompletedEvent(end.Id, end.Result, end.OrchestrationStatus, end.FailureDetails),
            _ => throw new NotSupportedException($"The engine does not support the action {action.OrchestratorActionType}."),
        };
        decided.Timestamp = now;
        return decided;
    }

    /// <summary>Whether the event is a decision of the orchestrator. Other events come from outside or mark an episode.</summary>
    public static bool IsAction(HistoryEvent happened) => happened
        is TaskScheduledEvent or TimerCreatedEvent or SubOrchestrationInstanceCreatedEvent or EventSentEvent or ExecutionCompletedEvent;

    public static string Describe(HistoryEvent decision) => decision switch
    {
        TaskScheduledEvent task => $"decision {task.EventId}, the activity '{task.Name}'",
        TimerCreatedEvent timer => $"decision {timer.EventId}, a timer",
        SubOrchestrationInstanceCreatedEvent child =>
            $"decision {child.EventId}, the sub-orchestration '{child.Name}' with instance id '{child.InstanceId}'",
        EventSentEvent sent => $"decision {sent.EventId}, the event '{sent.Name}' to instance '{sent.InstanceId}'",
        ExecutionCompletedEvent { FailureDetails: { } failure } => $"the end 'Failed' ({failure.ErrorMessage})",
        ExecutionCompletedEvent end => $"the end '{end.OrchestrationStatus}'",
        _ => decision.EventType.ToString(),
    };
}
