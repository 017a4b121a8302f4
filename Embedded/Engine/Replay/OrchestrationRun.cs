using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Engine.Replay;

/// <summary>
/// One run of an orchestrator's code. The code is brought to where its history ends by replaying it, and then taken one turn
/// further with what has arrived since. A run is made for a turn and thrown away after it.
/// </summary>
internal sealed class OrchestrationRun
{
    private readonly Func<TaskOrchestrationContext, Task<object?>> _code;
    private readonly RunSynchronizationContext _thread = new();
    private readonly Queue<HistoryEvent> _held = new();
    private readonly RunContext _context;
    private Task<object?>? _task;
    private Exception? _defect;
    private bool _hasRecordedEnd;

    public OrchestrationRun(
        Func<TaskOrchestrationContext, Task<object?>> code, ExecutionStarted started, ExecutionEnvironment environment)
    {
        _code = code;
        Started = started;
        Decisions = new Decisions(started.Name);
        _context = new RunContext(this, environment);
    }

    public ExecutionStarted Started { get; }

    public ExternalEvents Events { get; } = new();

    public OpenTasks Tasks { get; } = new();

    public Decisions Decisions { get; }

    public DateTime Now { get; private set; }

    public bool IsReplaying { get; private set; }

    public bool IsSuspended { get; private set; }

    /// <summary>Set when the orchestrator asked for a next generation.</summary>
    public NextGeneration? Next { get; set; }

    /// <summary>Set when the turn, not only a replay, has set a custom status.</summary>
    public (bool IsSet, string? Value) CustomStatus { get; set; }

    /// <summary>Events that went into the run from a history, of this run only.</summary>
    public int Replayed { get; private set; }

    /// <summary>What a next generation takes over: being suspended, and the events that nobody has awaited.</summary>
    public List<HistoryEvent> Carried =>
    [
        .. IsSuspended ? (HistoryEvent[])[new ExecutionSuspended(null)] : [],
        .. Next is { PreserveEvents: true } ? Events.Kept : [],
        .. Next is { PreserveEvents: true } ? _held.Where(held => held is EventRaised) : [],
    ];

    // Timers that are left over are dropped by a next generation; whatever else is open must come back first.
    private bool HasEnded => _defect is not null || (_task is { IsCompleted: true }
        && (Tasks.Count == 0 || (Next is not null && Tasks.UnderWay.All(open => open is TimerCreated))));

    /// <exception cref="NonDeterminismException">The code does not repeat the history.</exception>
    public void Replay(IReadOnlyList<List<HistoryEvent>> turns) => _thread.RunTurn(
        history =>
        {
            IsReplaying = true;
            foreach (List<HistoryEvent> turn in history)
            {
                foreach (HistoryEvent happened in turn)
                    Repeat(happened);
                Replayed += turn.Count;
            }

            ConfirmEndOfTurn();
        },
        turns);

    /// <summary>Takes a turn with what has arrived.</summary>
    /// <returns>The turn's events. The last one is the end of this generation, if it came to that.</returns>
    public List<HistoryEvent> Advance(DateTime now, IEnumerable<HistoryEvent> arrived)
    {
        List<HistoryEvent> turn = [new OrchestratorStarted(now)];
        _thread.RunTurn(
            events =>
            {
                IsReplaying = false;
                Now = now;
                foreach (HistoryEvent happened in events)
                {
                    if (IsCompletion(happened) && !Tasks.Awaits(happened))
                        continue;
                    turn.Add(happened);
                    TakeIn(happened);
                }

                CheckThatItCanGoOn();
                turn.AddRange(Decisions.TakeAll());
                if (End() is { } end)
                    turn.Add(end);
            },
            arrived);
        return turn;
    }

    /// <summary>Every use of the context goes through here first.</summary>
    /// <exception cref="InvalidOperationException">The code has left its turn.</exception>
    public void EnsureInTurn()
    {
        if (!_thread.IsInTurn)
        {
            throw new InvalidOperationException(
                "An orchestrator may use its context only in its own turn. Task.Run, ConfigureAwait(false), CancelAsync and awaiting "
                + "what is not durable take it elsewhere.");
        }
    }

    /// <summary>Ends the instance, whatever its code does about the exception: a replay could not repeat what comes after.</summary>
    public Exception Defective(Exception exception) => _defect ??= exception;

    private static bool IsCompletion(HistoryEvent happened) =>
        happened is not (ExecutionStarted or EventRaised or ExecutionSuspended or ExecutionResumed);

    private void Repeat(HistoryEvent happened)
    {
        switch (happened)
        {
            case OrchestratorStarted turn:
                ConfirmEndOfTurn();
                Now = turn.Timestamp;
                break;
            case DecisionEvent decision:
                Decisions.Confirm(decision);
                Tasks.Confirmed(decision);
                break;
            case ExecutionTerminated:
                _hasRecordedEnd = true;
                break;
            case ExecutionCompleted when _hasRecordedEnd:
                break;
            case ExecutionCompleted recorded:
                ConfirmEnd(recorded);
                break;
            default:
                TakeIn(happened);
                break;
        }
    }

    private void TakeIn(HistoryEvent happened)
    {
        switch (happened)
        {
            case ExecutionSuspended:
                IsSuspended = true;
                break;
            case ExecutionResumed:
                IsSuspended = false;
                while (!IsSuspended && _held.TryDequeue(out HistoryEvent? held))
                    Run(held);
                break;
            default:
                if (IsSuspended)
                    HoldBack(happened);
                else
                    Run(happened);
                break;
        }
    }

    private void HoldBack(HistoryEvent happened)
    {
        _held.Enqueue(happened);
        if (IsCompletion(happened))
            Tasks.HoldBack(happened);
    }

    private void Run(HistoryEvent happened)
    {
        try
        {
            switch (happened)
            {
                case ExecutionStarted:
                    _task = _code(_context);
                    break;
                // It goes over to the next generation: a waiter that a WhenAny left behind in this one would swallow it.
                case EventRaised raised when Next is not null:
                    Events.Keep(raised);
                    break;
                case EventRaised raised:
                    Events.Raise(raised);
                    break;
                default:
                    Tasks.Complete(happened);
                    break;
            }

            _thread.Drain();
        }
#pragma warning disable CA1031 // Whatever the orchestrator's code throws is its failure, not the engine's.
        catch (Exception exception) when (exception is not NonDeterminismException)
#pragma warning restore CA1031
        {
            Defective(exception);
        }
    }

    private void CheckThatItCanGoOn()
    {
        if (_defect is not null || _task is not { IsCompleted: false })
            return;
        if (_thread.ResumedFromOutside || (Tasks.Count == 0 && !Events.HasWaiters))
        {
            _defect = new NotDurableException(
                $"The orchestrator '{Started.Name}' awaits something that is not durable: "
                + "only tasks that come from its context may be awaited.");
        }
    }

    private ExecutionCompleted? End()
    {
        if (!HasEnded)
            return null;
        Exception? exception = _defect ?? (_task!.IsCanceled ? new TaskCanceledException(_task) : _task.Exception?.InnerException);
        if (exception is not null)
            return new ExecutionCompleted(OrchestrationRuntimeStatus.Failed, null, Failure.From(exception));
        if (Next is not null)
            return new ExecutionCompleted(ExecutionCompleted.ContinuedAsNew, Next.Input);
        try
        {
            return new ExecutionCompleted(OrchestrationRuntimeStatus.Completed, _context.Serialize(_task!.Result));
        }
#pragma warning disable CA1031 // An output that cannot be serialized fails its instance and no other.
        catch (Exception unserializable)
#pragma warning restore CA1031
        {
            return new ExecutionCompleted(OrchestrationRuntimeStatus.Failed, null, Failure.From(unserializable));
        }
    }

    private void ConfirmEndOfTurn()
    {
        if (_hasRecordedEnd)
            return;
        Decisions.ConfirmNoMore();
        if (HasEnded)
            throw NonDeterminismException.Of(Started.Name, "further turns", "an end");
    }

    private void ConfirmEnd(ExecutionCompleted recorded)
    {
        Decisions.ConfirmNoMore();
        OrchestrationRuntimeStatus? now = End()?.Status;
        if (now != recorded.Status)
            throw NonDeterminismException.Of(Started.Name, $"the end '{recorded.Status}'", now is null ? "no end" : $"the end '{now}'");
        _hasRecordedEnd = true;
    }
}

/// <summary>What an orchestrator asked its next generation to be.</summary>
internal sealed record NextGeneration(string? Input, bool PreserveEvents, string? Version);

/// <summary>What all runs share.</summary>
internal sealed record ExecutionEnvironment(
    DataConverter Converter, Microsoft.Extensions.Logging.ILoggerFactory Loggers, string? DefaultVersion);
