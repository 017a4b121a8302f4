using System.Diagnostics.CodeAnalysis;

namespace AccountClosure.Embedded.Engine.Replay;

/// <summary>What an orchestrator has begun and what has not come back yet: activities, sub-orchestrations, timers.</summary>
internal sealed class OpenTasks
{
    private readonly SortedList<int, OpenTask> _tasks = [];

    public int Count => _tasks.Count;

    /// <summary>What is still under way; a completion that a suspended instance holds back has come already.</summary>
    public IEnumerable<DecisionEvent> UnderWay => _tasks.Values.Where(task => !task.IsHeldBack).Select(task => task.Decision);

    public OpenTask Add(DecisionEvent decision)
    {
        OpenTask task = new(decision);
        _tasks.Add(decision.Id, task);
        return task;
    }

    public bool Remove(int id) => _tasks.Remove(id);

    /// <summary>From now on that task is what the history has, its input and its time included.</summary>
    public void Confirmed(DecisionEvent recorded)
    {
        if (_tasks.TryGetValue(recorded.Id, out OpenTask? task))
            task.Decision = recorded;
    }

    /// <summary>Whether that completion is for something that is open; a second one, or one of a cancelled timer, is not.</summary>
    public bool Awaits(HistoryEvent completion) => TryFind(completion, out OpenTask? task) && !task.IsHeldBack;

    /// <summary>The completion has come, but the instance is suspended.</summary>
    public void HoldBack(HistoryEvent completion)
    {
        if (TryFind(completion, out OpenTask? task))
            task.IsHeldBack = true;
    }

    /// <summary>Lets whoever awaits it go on. Does nothing for what is not open.</summary>
    public void Complete(HistoryEvent completion)
    {
        if (!TryFind(completion, out OpenTask? task))
            return;
        _tasks.Remove(task.Decision.Id);
        switch (completion)
        {
            case TaskCompleted completed:
                task.Completion.TrySetResult(completed.Result);
                break;
            case SubOrchestrationCompleted completed:
                task.Completion.TrySetResult(completed.Result);
                break;
            case TimerFired:
                task.Completion.TrySetResult(null);
                break;
            case TaskFailed failed:
                task.Fail(failed.Failure);
                break;
            case SubOrchestrationFailed failed:
                task.Fail(failed.Failure);
                break;
        }
    }

    private bool TryFind(HistoryEvent completion, [NotNullWhen(true)] out OpenTask? task)
    {
        (int id, Type kind) = completion switch
        {
            TaskCompleted completed => (completed.TaskId, typeof(TaskScheduled)),
            TaskFailed failed => (failed.TaskId, typeof(TaskScheduled)),
            TimerFired fired => (fired.TimerId, typeof(TimerCreated)),
            SubOrchestrationCompleted completed => (completed.TaskId, typeof(SubOrchestrationCreated)),
            SubOrchestrationFailed failed => (failed.TaskId, typeof(SubOrchestrationCreated)),
            _ => throw new ArgumentOutOfRangeException(nameof(completion), completion, "Not the completion of a task."),
        };
        return _tasks.TryGetValue(id, out task)
            && task.Decision.GetType() == kind
            && (completion is not TimerFired timer || timer.FireAt == ((TimerCreated)task.Decision).FireAt);
    }
}

/// <summary>One of them.</summary>
internal sealed class OpenTask(DecisionEvent decision)
{
    public DecisionEvent Decision { get; set; } = decision;

    public bool IsHeldBack { get; set; }

    /// <summary>Completed on the turn's thread, so its continuations run at once.</summary>
    public TaskCompletionSource<string?> Completion { get; } = new();

    public void Fail(Failure failure)
    {
        string name = Decision switch
        {
            TaskScheduled activity => activity.Name,
            SubOrchestrationCreated created => created.Name,
            _ => string.Empty,
        };
        Completion.TrySetException(new Microsoft.DurableTask.TaskFailedException(name, Decision.Id, failure.ToDetails()));
    }
}
