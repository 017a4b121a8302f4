using AccountClosure.Embedded.Engine.Storage;
using DurableTask.Core;
using DurableTask.Core.Command;
using DurableTask.Core.History;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Engine.Episodes;

/// <summary>Runs episodes on the caller's thread, without I/O: takes an instance and its messages, and returns the changes.</summary>
internal sealed class EpisodeRunner(OrchestratorCode code, TimeProvider clock, EngineOptions options)
{
    private long _episodes;
    private long _eventsReplayed;

    public long Episodes => Interlocked.Read(ref _episodes);

    public long EventsReplayed => Interlocked.Read(ref _eventsReplayed);

    /// <summary>Whether the instance must still wait for its scheduled start.</summary>
    public bool IsTooEarly(InstanceState state, List<Message> messages) => state.HasNotStarted
        && state.Row.StartAt > clock.GetUtcNow().UtcTicks
        && !messages.Exists(message => message.Event is ExecutionTerminatedEvent);

    /// <summary>Whether the next episode can continue in memory; otherwise it starts with a replay.</summary>
    public bool CanContinueInMemory(InstanceState state) =>
        state.Session is not { CanContinueInMemory: false } && (options.KeepsSession?.Invoke() ?? true);

    /// <summary>Runs one episode with the messages. It may take only the first ones: see <see cref="EpisodeOutcome.Taken"/>.</summary>
    public EpisodeOutcome Run(InstanceState state, List<Message> messages)
    {
        Interlocked.Increment(ref _episodes);
        var now = Now(state);
        var arrived = state.Begin(code, now);
        var begins = arrived.Count > 0;
        var termination = messages.Find(message => IsFor(message, state) && message.Event is ExecutionTerminatedEvent);
        if (termination.Event is ExecutionTerminatedEvent stop)
            return Terminate(state, now, messages, begins ? arrived[0] : null, stop);

        var taken = Take(state, now, messages, arrived);
        var used = messages[..taken];
        if (arrived.Count == 0)
            return new EpisodeOutcome { Now = now, Taken = used, Status = state.Row.Status, OpenActivities = [.. state.Open.Activities] };
        var opening = new OrchestratorStartedEvent(-1) { Timestamp = now };
        state.Apply(opening);
        arrived.Insert(0, opening);
        List<TimerRow> timersRemoved = [.. Fired(arrived, state.Row.Key), .. StartTimer(state)];
        try
        {
            Interlocked.Add(ref _eventsReplayed, state.Session!.ToReplay);
            var result = state.Session.Advance(arrived);
            List<OrchestratorAction> actions = [.. result.Actions];
            if (actions.Count == 0 && state.Open.Count == 0 && !state.IsSuspended && !state.Session.IsWaiting)
                throw new InvalidOperationException(NotDurable(state.Row.Name));
            return Conclude(state, now, used, arrived, actions, timersRemoved, result.CustomStatus);
        }
#pragma warning disable CA1031 // An exception of the executor, for example for an unreadable event, fails the instance.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            return Fail(state, now, used, arrived, defect);
        }
    }

    /// <summary>Ends an instance whose history cannot be read. The history stays unchanged.</summary>
    public EpisodeOutcome FailUnreadable(InvalidDataException defect) => new()
    {
        Now = clock.GetUtcNow().UtcDateTime,
        Taken = [],
        Status = OrchestrationRuntimeStatus.Failed,
        End = new ExecutionCompletedEvent(-1, defect.Message, OrchestrationStatus.Failed, new FailureDetails(defect)),
        RemovesAllTimers = true,
    };

    /// <summary>
    /// Adds the events of the messages to the arrived events, and drops completions of tasks that are not open. A suspension starts a new
    /// episode, because the executor would lose the decisions that precede it in the same episode.
    /// </summary>
    /// <returns>Number of processed messages.</returns>
    private static int Take(InstanceState state, DateTime now, List<Message> messages, List<HistoryEvent> arrived)
    {
        for (var index = 0; index < messages.Count; index++)
        {
            var happened = messages[index].Event;
            if (!IsFor(messages[index], state) || (OpenTasks.CompletedId(happened) is not null && !state.Open.Awaits(happened)))
                continue;
            if (happened is ExecutionSuspendedEvent && arrived.Count > 0)
                return index;
            // A message without a key was never stored and has no timestamp, so it arrives now.
            if (messages[index].Key == 0)
                happened.Timestamp = now;
            state.Apply(happened);
            arrived.Add(happened);
        }

        return messages.Count;
    }

    private EpisodeOutcome Conclude(
        InstanceState state,
        DateTime now,
        List<Message> used,
        List<HistoryEvent> arrived,
        List<OrchestratorAction> actions,
        List<TimerRow> timersRemoved,
        string? customStatus)
    {
        var key = state.Row.Key;
        List<HistoryEvent> decided = [.. actions.Select(action => OrchestratorActions.ToEvent(action, now))];
        foreach (var decision in decided)
            state.Apply(decision);
        List<HistoryEvent> rest = [.. decided, new OrchestratorCompletedEvent(-1) { Timestamp = now }];
        state.Session!.Record(rest);
        var end = decided.OfType<ExecutionCompletedEvent>().FirstOrDefault();
        if (end is not null)
            options.ExecutionEnded?.Invoke(state.Row.Id, [.. state.Session.History]);
        var next = actions.OfType<OrchestrationCompleteOrchestratorAction>()
            .FirstOrDefault(action => action.OrchestrationStatus == OrchestrationStatus.ContinuedAsNew);
        return new EpisodeOutcome
        {
            Now = now,
            Taken = used,
            Events = [.. arrived, .. rest],
            Status = next is null && end is not null ? (OrchestrationRuntimeStatus)end.OrchestrationStatus
                : state.IsSuspended ? OrchestrationRuntimeStatus.Suspended
                : OrchestrationRuntimeStatus.Running,
            End = end,
            Next = next is null ? null : new NextExecution(next.Result, next.NewVersion ?? state.Row.Version, [.. next.CarryoverEvents]),
            // As in Azure, the first episode of an execution keeps the status of the last execution unless it sets one.
            ChangesCustomStatus = customStatus != state.Row.CustomStatus && (customStatus is not null || state.Episodes > 0),
            CustomStatus = customStatus,
            TimersRemoved = end is null ? timersRemoved : [.. timersRemoved, .. OpenTimers(state)],
            TimersAdded = end is null ? [.. decided.OfType<TimerCreatedEvent>().Select(timer => Row(timer, key))] : [],
            OpenActivities = end is null ? [.. state.Open.Activities] : [],
        };
    }

    private static EpisodeOutcome Terminate(
        InstanceState state, DateTime now, List<Message> messages, HistoryEvent? started, ExecutionTerminatedEvent stop)
    {
        var end = new ExecutionCompletedEvent(-1, stop.Input, OrchestrationStatus.Terminated) { Timestamp = now };
        return new EpisodeOutcome
        {
            Now = now,
            Taken = messages,
            Events = Ending(now, started is null ? [stop] : [started, stop], end),
            Status = OrchestrationRuntimeStatus.Terminated,
            End = end,
            TimersRemoved = [.. OpenTimers(state), .. StartTimer(state)],
            SubOrchestrationsToTerminate = stop is RecursiveTermination
                ? [.. state.Open.SubOrchestrations.Select(child => child.InstanceId)]
                : [],
        };
    }

    private static EpisodeOutcome Fail(InstanceState state, DateTime now, List<Message> used, List<HistoryEvent> arrived, Exception defect)
    {
        var failure = new FailureDetails(defect);
        var end = new ExecutionCompletedEvent(-1, defect.Message, OrchestrationStatus.Failed, failure) { Timestamp = now };
        return new EpisodeOutcome
        {
            Now = now,
            Taken = used,
            Events = Ending(now, arrived.Skip(1), end),
            Status = OrchestrationRuntimeStatus.Failed,
            End = end,
            TimersRemoved = [.. OpenTimers(state), .. Fired(arrived, state.Row.Key), .. StartTimer(state)],
        };
    }

    private static List<HistoryEvent> Ending(DateTime now, IEnumerable<HistoryEvent> arrived, ExecutionCompletedEvent end) =>
    [
        new OrchestratorStartedEvent(-1) { Timestamp = now }, .. arrived, end, new OrchestratorCompletedEvent(-1) { Timestamp = now },
    ];

    private static bool IsFor(Message message, InstanceState state) =>
        message.Execution == Message.AnyExecution || message.Execution == state.Row.Execution;

    private static IEnumerable<TimerRow> StartTimer(InstanceState state) =>
        state is { HasNotStarted: true, Row.StartAt: { } due } ? [new TimerRow(due, state.Row.Key, TimerRow.Start)] : [];

    private static IEnumerable<TimerRow> Fired(IEnumerable<HistoryEvent> arrived, long key) =>
        arrived.OfType<TimerFiredEvent>().Select(timer => new TimerRow(timer.FireAt.Ticks, key, timer.TimerId));

    private static IEnumerable<TimerRow> OpenTimers(InstanceState state) => state.Open.Timers.Select(timer => Row(timer, state.Row.Key));

    private static TimerRow Row(TimerCreatedEvent timer, long key) => new(timer.FireAt.Ticks, key, timer.EventId);

    private static string NotDurable(string orchestrator) =>
        $"The orchestrator '{orchestrator}' waits for a task that its context did not create, and can never continue. "
        + "Await only tasks of TaskOrchestrationContext.";

    /// <summary>Returns the time of the episode. It never goes backwards, even if the machine's clock does.</summary>
    private DateTime Now(InstanceState state)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return now > state.LastEpisode ? now : state.LastEpisode;
    }
}
