using DurableTask.Core.History;

namespace AccountClosure.Embedded.Engine.Episodes;

/// <summary>Activities, sub-orchestrations and timers that an execution has started and that have not completed.</summary>
public sealed class OpenTasks
{
    private readonly SortedList<int, HistoryEvent> _open = [];

    public int Count => _open.Count;

    public IEnumerable<TaskScheduledEvent> Activities => _open.Values.OfType<TaskScheduledEvent>();

    public IEnumerable<TimerCreatedEvent> Timers => _open.Values.OfType<TimerCreatedEvent>();

    public IEnumerable<SubOrchestrationInstanceCreatedEvent> SubOrchestrations =>
        _open.Values.OfType<SubOrchestrationInstanceCreatedEvent>();

    /// <summary>Applies the next event of the history.</summary>
    public void Add(HistoryEvent happened)
    {
        if (happened is TaskScheduledEvent or TimerCreatedEvent or SubOrchestrationInstanceCreatedEvent)
            _open[happened.EventId] = happened;
        else if (CompletedId(happened) is { } id)
            _open.Remove(id);
    }

    /// <summary>Whether the completion belongs to an open task. A duplicate does not.</summary>
    public bool Awaits(HistoryEvent completion) =>
        _open.TryGetValue(CompletedId(completion) ?? -1, out var begun) && (completion, begun) switch
        {
            (TaskCompletedEvent or TaskFailedEvent, TaskScheduledEvent) => true,
            (TimerFiredEvent fired, TimerCreatedEvent timer) => fired.FireAt == timer.FireAt,
            (SubOrchestrationInstanceCompletedEvent or SubOrchestrationInstanceFailedEvent, SubOrchestrationInstanceCreatedEvent) => true,
            _ => false,
        };

    /// <summary>Returns the id of the task that the event completes; null for other events.</summary>
    public static int? CompletedId(HistoryEvent happened) => happened switch
    {
        TaskCompletedEvent task => task.TaskScheduledId,
        TaskFailedEvent task => task.TaskScheduledId,
        TimerFiredEvent timer => timer.TimerId,
        SubOrchestrationInstanceCompletedEvent child => child.TaskScheduledId,
        SubOrchestrationInstanceFailedEvent child => child.TaskScheduledId,
        _ => null,
    };
}
