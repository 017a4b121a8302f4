using AccountClosure.Embedded.Engine.Replay;
using AccountClosure.Embedded.Engine.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Engine.Scheduling;

/// <summary>Takes turns: from an instance and its messages to what changes by them. Pure computation, on the calling thread.</summary>
internal sealed class TurnTaker(
    FunctionCatalog catalog, ExecutionEnvironment environment, TimeProvider clock, Action<string, IReadOnlyList<HistoryEvent>>? generationEnded)
{
    private long _turns;
    private long _eventsReplayed;

    public long Turns => Interlocked.Read(ref _turns);

    public long EventsReplayed => Interlocked.Read(ref _eventsReplayed);

    /// <summary>Whether an instance that was scheduled for later has to wait still.</summary>
    public bool IsTooEarly(InstanceState state, List<Message> messages) => state.Turns.Count == 0
        && state.Row.Generation == 0
        && state.Row.StartAt > clock.GetUtcNow().UtcTicks
        && !messages.Exists(message => message.Event is ExecutionTerminated);

    public TurnOutcome Take(InstanceState state, List<Message> messages)
    {
        Interlocked.Increment(ref _turns);
        DateTime now = Now(state);
        int generation = state.Row.Generation;
        List<HistoryEvent> arrived = [.. messages
            .Where(message => message.Generation == Message.AnyGeneration || message.Generation == generation)
            .Select(message => message.Event)];
        ExecutionStarted? started = null;
        try
        {
            List<HistoryEvent> beginning = [];
            if (state.Turns.Count == 0)
            {
                beginning.Add(started = Start(state.Row));
                if (state.Row.Carried is { } carried)
                    beginning.AddRange(HistoryJson.ReadBytes(carried));
            }
            else
            {
                started = state.Events.OfType<ExecutionStarted>().FirstOrDefault()
                    ?? throw new InvalidDataException("The history does not say what was started.");
            }

            if (beginning.Concat(arrived).OfType<ExecutionTerminated>().FirstOrDefault() is { } terminated)
                return Terminate(state, now, messages, beginning.FirstOrDefault(), terminated);
            if (!catalog.TryGetOrchestrator(started.Name, out Func<TaskOrchestrationContext, Task<object?>>? code))
                throw new InvalidOperationException($"There is no orchestrator named '{started.Name}'.");
            return Advance(state, now, messages, new OrchestrationRun(code, started, environment), beginning.Concat(arrived));
        }
        catch (Exception defect) when (defect is NonDeterminismException or InvalidDataException or InvalidOperationException)
        {
            return Fail(state, now, messages, state.Turns.Count == 0 ? started : null, defect);
        }
    }

    /// <summary>The end of an instance whose history cannot be read. What there is of it stays as it is.</summary>
    public TurnOutcome FailUnreadable(InvalidDataException defect) => new()
    {
        Now = clock.GetUtcNow().UtcDateTime,
        Taken = [],
        Status = OrchestrationRuntimeStatus.Failed,
        End = new ExecutionCompleted(OrchestrationRuntimeStatus.Failed, null, Failure.From(defect)),
        RemovesAllTimers = true,
    };

    private TurnOutcome Advance(
        InstanceState state, DateTime now, List<Message> messages, OrchestrationRun run, IEnumerable<HistoryEvent> arrived)
    {
        if (state.Turns.Count > 0)
            run.Replay(state.Turns);
        Interlocked.Add(ref _eventsReplayed, run.Replayed);
        List<TimerRow> timersBefore = [.. OpenTimers(run, state.Row.Key), .. StartTimer(state)];
        List<HistoryEvent> events = run.Advance(now, arrived);
        if (events.Count == 1)
            return new TurnOutcome { Now = now, Taken = messages, Status = state.Row.Status, OpenActivities = OpenActivities(run) };

        ExecutionCompleted? end = events[^1] as ExecutionCompleted;
        if (end is not null)
            generationEnded?.Invoke(state.Row.Id, [.. state.Events, .. events]);
        bool continues = end?.Status == ExecutionCompleted.ContinuedAsNew;
        List<TimerRow> timersAfter = end is null ? OpenTimers(run, state.Row.Key) : [];
        return new TurnOutcome
        {
            Now = now,
            Taken = messages,
            Events = events,
            Status = end is not null && !continues ? end.Status
                : run.IsSuspended ? OrchestrationRuntimeStatus.Suspended
                : OrchestrationRuntimeStatus.Running,
            End = end,
            Next = continues ? run.Next : null,
            Carried = continues ? run.Carried : [],
            CustomStatus = run.CustomStatus,
            TimersRemoved = [.. timersBefore.Except(timersAfter)],
            TimersAdded = [.. timersAfter.Except(timersBefore)],
            OpenActivities = end is null ? OpenActivities(run) : [],
        };
    }

    private static TurnOutcome Terminate(
        InstanceState state, DateTime now, List<Message> messages, HistoryEvent? started, ExecutionTerminated terminated)
    {
        ExecutionCompleted end = new(OrchestrationRuntimeStatus.Terminated, terminated.Output);
        return new TurnOutcome
        {
            Now = now,
            Taken = messages,
            Events = [new OrchestratorStarted(now), .. started is null ? (HistoryEvent[])[] : [started], terminated, end],
            Status = OrchestrationRuntimeStatus.Terminated,
            End = end,
            TimersRemoved = [.. state.UnfiredTimers(), .. StartTimer(state)],
            TerminatedToo = terminated.Recursive ? state.OpenSubOrchestrations() : [],
        };
    }

    private static TurnOutcome Fail(
        InstanceState state, DateTime now, List<Message> messages, ExecutionStarted? started, Exception defect)
    {
        ExecutionCompleted end = new(OrchestrationRuntimeStatus.Failed, null, Failure.From(defect));
        return new TurnOutcome
        {
            Now = now,
            Taken = messages,
            Events = [new OrchestratorStarted(now), .. started is null ? (HistoryEvent[])[] : [started], end],
            Status = OrchestrationRuntimeStatus.Failed,
            End = end,
            TimersRemoved = [.. state.UnfiredTimers(), .. StartTimer(state)],
        };
    }

    private static ExecutionStarted Start(InstanceRow row) => new(
        row.Name,
        row.Id,
        $"{row.Created:x}-{row.Key:x}-{row.Generation}",
        row.Input,
        row.Version,
        row.Parent?.Id,
        row.Parent?.Name);

    private static IEnumerable<TimerRow> StartTimer(InstanceState state) =>
        state is { Turns.Count: 0, Row: { Generation: 0, StartAt: { } due } } ? [new TimerRow(due, state.Row.Key, TimerRow.Start)] : [];

    private static List<TimerRow> OpenTimers(OrchestrationRun run, long key) =>
        [.. run.Tasks.UnderWay.OfType<TimerCreated>().Select(timer => new TimerRow(timer.FireAt.Ticks, key, timer.Id))];

    private static List<TaskScheduled> OpenActivities(OrchestrationRun run) => [.. run.Tasks.UnderWay.OfType<TaskScheduled>()];

    /// <summary>An orchestrator's time never goes backwards, whatever the machine's does.</summary>
    private DateTime Now(InstanceState state)
    {
        DateTime now = clock.GetUtcNow().UtcDateTime;
        DateTime last = state.Turns.Count > 0 && state.Turns[^1] is [OrchestratorStarted turn, ..] ? turn.Timestamp : DateTime.MinValue;
        return now > last ? now : last;
    }
}
