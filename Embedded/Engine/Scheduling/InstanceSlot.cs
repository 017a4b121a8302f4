using AccountClosure.Embedded.Engine.Replay;
using AccountClosure.Embedded.Engine.Storage;

namespace AccountClosure.Embedded.Engine.Scheduling;

/// <summary>
/// An instance that has something to do, or whose history is still in memory. All fields belong to the dispatcher's gate, except
/// <see cref="State"/>, which belongs to the turn while one is being taken.
/// </summary>
internal sealed class InstanceSlot(long key)
{
    public long Key => key;

    /// <summary>Messages for the next turn, in the order of their arrival.</summary>
    public List<Message> Mailbox { get; set; } = [];

    /// <summary>The latest message that was taken or read from the inbox: what comes with a lower key is known already.</summary>
    public long LastMessageKey { get; set; }

    /// <summary>Whether a turn is to be taken even without a message.</summary>
    public bool IsWoken { get; set; }

    public bool IsQueued { get; set; }

    /// <summary>From the beginning of a turn until it is durable.</summary>
    public bool IsInTurn { get; set; }

    /// <summary>Activities that were handed out and whose results no turn has taken yet: they must not be handed out again.</summary>
    public HashSet<int> ActivitiesInFlight { get; } = [];

    /// <summary>Null when it has to be read.</summary>
    public InstanceState? State { get; set; }

    /// <summary>Its place among the idle ones, least recently used first.</summary>
    public LinkedListNode<InstanceSlot>? Idle { get; set; }

    public bool HasNothingToDo => !IsQueued && !IsInTurn && !IsWoken && Mailbox.Count == 0 && ActivitiesInFlight.Count == 0;
}

/// <summary>An instance as its next turn needs it.</summary>
internal sealed class InstanceState(InstanceRow row, List<List<HistoryEvent>> turns)
{
    public InstanceRow Row => row;

    /// <summary>The history of this generation, turn by turn.</summary>
    public List<List<HistoryEvent>> Turns => turns;

    public IEnumerable<HistoryEvent> Events => turns.SelectMany(turn => turn);

    public void Add(TurnOutcome outcome)
    {
        turns.Add(outcome.Events);
        row.Status = outcome.Status;
        row.Carried = null;
    }

    /// <summary>The instance as its next generation.</summary>
    public InstanceState Continue(NextGeneration next, TurnOutcome outcome) => new(
        new InstanceRow
        {
            Key = row.Key,
            Id = row.Id,
            Name = row.Name,
            Version = next.Version,
            Status = outcome.Status,
            Generation = row.Generation + 1,
            Created = row.Created,
            StartAt = row.StartAt,
            Parent = row.Parent,
            Tags = row.Tags,
            Input = next.Input,
            Carried = outcome.Carried.Count == 0 ? null : HistoryJson.WriteBytes(outcome.Carried),
        },
        []);

    /// <summary>Activities that the history has begun and not ended.</summary>
    public List<TaskScheduled> OpenActivities()
    {
        Dictionary<int, TaskScheduled> open = [];
        foreach (HistoryEvent happened in Events)
        {
            if (happened is TaskScheduled scheduled)
                open.Add(scheduled.Id, scheduled);
            else if (happened is TaskCompleted completed)
                open.Remove(completed.TaskId);
            else if (happened is TaskFailed failed)
                open.Remove(failed.TaskId);
        }

        return [.. open.Values.OrderBy(scheduled => scheduled.Id)];
    }

    /// <summary>Timers that may have a row: created and not fired, the cancelled ones among them.</summary>
    public List<TimerRow> UnfiredTimers()
    {
        HashSet<int> fired = [.. Events.OfType<TimerFired>().Select(timer => timer.TimerId)];
        return [.. Events.OfType<TimerCreated>().Where(timer => !fired.Contains(timer.Id))
            .Select(timer => new TimerRow(timer.FireAt.Ticks, row.Key, timer.Id))];
    }

    /// <summary>Sub-orchestrations that have not come back.</summary>
    public List<SubOrchestrationCreated> OpenSubOrchestrations()
    {
        HashSet<int> ended = [.. Events.OfType<SubOrchestrationCompleted>().Select(ended => ended.TaskId)];
        ended.UnionWith(Events.OfType<SubOrchestrationFailed>().Select(ended => ended.TaskId));
        return [.. Events.OfType<SubOrchestrationCreated>().Where(created => !ended.Contains(created.Id))];
    }
}
