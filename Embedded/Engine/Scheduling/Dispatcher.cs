using AccountClosure.Embedded.Engine.Episodes;
using AccountClosure.Embedded.Engine.Storage;
using DurableTask.Core.History;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Engine.Scheduling;

/// <summary>
/// Schedules the episodes and activities of all instances. An instance runs one episode at a time and gets its messages in order; an
/// activity starts only after the episode that scheduled it is durable.
/// </summary>
internal sealed class Dispatcher : ICommitObserver, IDisposable
{
    private readonly Lock _gate = new();
    private readonly InstanceSlots _slots;
    private readonly Database _database;
    private readonly EpisodeRunner _episodes;
    private readonly ActivityRunner _activities;
    private readonly StatusWaiters _waiters;
    private readonly TimerPump _timers;
    private readonly Action<Func<Task>> _addEpisode;
    private readonly Action<Func<Task>> _addActivity;
    private readonly Action<Exception> _refused;
    private readonly ILogger _logger;
    private CommitQueue? _commits;

    public Dispatcher(
        EngineOptions options,
        Database database,
        EpisodeRunner episodes,
        ActivityRunner activities,
        StatusWaiters waiters,
        TimeProvider clock,
        (Action<Func<Task>> Episode, Action<Func<Task>> Activity) add,
        Action<Exception> refused,
        ILogger logger)
    {
        _slots = new InstanceSlots(options.MaxIdleSessions, options.SessionIdleTimeout);
        _database = database;
        _episodes = episodes;
        _activities = activities;
        _waiters = waiters;
        _timers = new TimerPump(database, clock, Fire);
        (_addEpisode, _addActivity) = add;
        _refused = refused;
        _logger = logger;
    }

    /// <summary>Continues all work that was unfinished when the database was last used.</summary>
    public void Start(CommitQueue commits)
    {
        _commits = commits;
        var toWake = _database.Read(reader => reader.InstancesToWake());
        lock (_gate)
        {
            foreach (var key in toWake)
                Wake(_slots.Get(key));
        }

        _timers.Start();
    }

    /// <summary>Stops firing timers.</summary>
    public void Dispose() => _timers.Dispose();

    public void Committed(Effects effects)
    {
        if (_commits is null)
            return;
        lock (_gate)
        {
            foreach (var key in effects.Deleted)
                _slots.Remove(key);
            foreach ((var instance, var message) in effects.Delivered)
                Post(_slots.Get(instance), message);
            foreach (var key in effects.Woken)
                Wake(_slots.Get(key));
        }

        _timers.Changed(effects.Timers, effects.TimersRemoved);
    }

    public void Settled(Effects effects) => _waiters.Notify(effects.Statuses);

    public void Refused(Exception exception) => _refused(exception);

    /// <summary>Starts the work that a durable episode has scheduled.</summary>
    public void EpisodeEnded(InstanceSlot slot, EpisodeOutcome outcome)
    {
        lock (_gate)
        {
            slot.IsInEpisode = false;
            foreach (var taken in outcome.Taken.Where(message => message.Event is TaskCompletedEvent or TaskFailedEvent))
                slot.ActivitiesInFlight.Remove(OpenTasks.CompletedId(taken.Event)!.Value);

            if (outcome.EndsInstance)
            {
                _slots.Remove(slot.Key);
                // The instance was rewound in the transaction in which it ended, so it has work again.
                if (slot.Mailbox.Exists(message => message.Event is ExecutionRewoundEvent))
                    Wake(_slots.Get(slot.Key));
                return;
            }

            var state = slot.State!;
            state.Commit(outcome);
            if (outcome.Next is not null)
                slot.State = state = state.Continue(outcome);
            BeginActivities(slot, state.Row, outcome.OpenActivities);
            if (outcome.Next is null && !_episodes.CanContinueInMemory(state))
                slot.State = null;
            Schedule(slot);
        }
    }

    /// <summary>Delivers an activity's completion; null when the engine stopped first. The activity then runs again.</summary>
    public void ActivityEnded(InstanceSlot slot, TaskScheduledEvent activity, int execution, HistoryEvent? completion)
    {
        lock (_gate)
        {
            if (completion is null || !_slots.Has(slot))
                return;
            slot.Mailbox.Add(new Message(0, execution, completion));
            Schedule(slot);
        }
    }

    private void Fire(TimerRow timer)
    {
        lock (_gate)
        {
            var slot = _slots.Get(timer.Instance);
            if (timer.TaskId == TimerRow.Start)
            {
                Wake(slot);
                return;
            }

            var due = new DateTime(timer.Due, DateTimeKind.Utc);
            Post(slot, new Message(0, Message.AnyExecution, new TimerFiredEvent(-1, due) { TimerId = timer.TaskId }));
        }
    }

    // The caller holds the gate, here and in the next three methods.
    private void Post(InstanceSlot slot, Message message)
    {
        if (message.Key == 0 || message.Key > slot.LastMessageKey)
            slot.Mailbox.Add(message);
        Schedule(slot);
    }

    private void Wake(InstanceSlot slot)
    {
        slot.IsWoken = true;
        Schedule(slot);
    }

    private void Schedule(InstanceSlot slot)
    {
        if (slot.IsQueued || slot.IsInEpisode)
            return;
        if (slot.IsWoken || slot.Mailbox.Count > 0)
        {
            slot.IsQueued = true;
            _addEpisode(() => RunEpisode(slot));
        }
        else if (slot.HasNothingToDo)
        {
            _slots.MarkIdle(slot);
        }
    }

    private void BeginActivities(InstanceSlot slot, InstanceRow row, IReadOnlyList<TaskScheduledEvent> open)
    {
        foreach (var activity in open)
        {
            if (slot.ActivitiesInFlight.Add(activity.EventId))
                _addActivity(() => _activities.RunAsync(this, slot, row, activity));
        }
    }

    private Task RunEpisode(InstanceSlot slot)
    {
        try
        {
            List<Message> messages;
            lock (_gate)
            {
                slot.IsQueued = false;
                slot.IsWoken = false;
                slot.IsInEpisode = true;
                messages = slot.Mailbox;
                slot.Mailbox = [];
            }

            RunEpisode(slot, messages);
        }
#pragma warning disable CA1031 // A defect must stop the engine with a reason. Otherwise the episode is lost silently.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _refused(exception);
        }

        return Task.CompletedTask;
    }

    private void RunEpisode(InstanceSlot slot, List<Message> messages)
    {
        EpisodeOutcome outcome;
        try
        {
            messages = Load(slot, messages);
            if (slot.State is not { Row.HasEnded: false } state || _episodes.IsTooEarly(state, messages))
            {
                Release(slot);
                return;
            }

            if (messages.Count == 0 && state.Episodes > 0)
            {
                EpisodeEnded(slot, new EpisodeOutcome { Now = default, Taken = [], OpenActivities = [.. state.Open.Activities] });
                return;
            }

            outcome = _episodes.Run(state, messages);
            PutBack(slot, messages, outcome.Taken.Count);
        }
        catch (InvalidDataException defect)
        {
            if (slot.State is null && _database.Read(reader => reader.Instance(slot.Key)) is { HasEnded: false } row)
                slot.State = new InstanceState(row, []);
            if (slot.State is null)
            {
                Release(slot);
                return;
            }

            Log.InstanceUnreadable(_logger, slot.State.Row.Id, defect);
            outcome = _episodes.FailUnreadable(defect);
        }

        _commits!.Enqueue(new EpisodeCommit(this, slot, slot.State!.Row, slot.State.Episodes, outcome));
    }

    /// <summary>Puts the messages that the episode did not take at the front of the mailbox.</summary>
    private void PutBack(InstanceSlot slot, List<Message> messages, int taken)
    {
        lock (_gate)
            slot.Mailbox.InsertRange(0, messages.Skip(taken));
    }

    /// <summary>Reads the instance unless it is in memory, and adds the messages of its inbox.</summary>
    private List<Message> Load(InstanceSlot slot, List<Message> messages)
    {
        if (slot.State is null)
        {
            (var state, var inbox) = _database.Read(reader => reader.Instance(slot.Key) is { HasEnded: false } row
                ? (new InstanceState(row, reader.History(slot.Key)), reader.Inbox(slot.Key))
                : default((InstanceState?, List<Message>)));
            if (state is null)
                return [];
            slot.State = state;
            var last = inbox.Count > 0 ? inbox[^1].Key : 0;
            messages = [.. inbox, .. messages.Where(message => message.Key == 0 || message.Key > last)];
        }

        lock (_gate)
        {
            foreach (var message in messages)
                slot.LastMessageKey = Math.Max(slot.LastMessageKey, message.Key);

            // The inbox is read without the gate, so a message in it may also have been posted to the mailbox.
            slot.Mailbox.RemoveAll(posted => posted.Key != 0 && posted.Key <= slot.LastMessageKey);
        }

        return messages;
    }

    /// <summary>
    /// Drops the slot of an instance that has ended or is not due yet; its messages stay in the database. A message that came during the
    /// episode may start or end the instance, so it gets an episode.
    /// </summary>
    private void Release(InstanceSlot slot)
    {
        lock (_gate)
        {
            if (slot is { IsWoken: false, Mailbox.Count: 0 })
            {
                _slots.Remove(slot.Key);
                return;
            }

            slot.IsInEpisode = false;
            slot.State = null;
            Schedule(slot);
        }
    }
}
