namespace AccountClosure.Embedded.Engine.Replay;

/// <summary>
/// Keeps an orchestrator's continuations on the turn's thread, in the order in which they became ready. A continuation from
/// another thread means that the orchestrator awaited something that no history can repeat; it is noted and not run.
/// </summary>
internal sealed class RunSynchronizationContext : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = new();
    private int _turnThread;
    private volatile bool _resumedFromOutside;

    /// <summary>Whether something other than a durable task made the orchestrator go on.</summary>
    public bool ResumedFromOutside => _resumedFromOutside;

    public bool IsInTurn => Environment.CurrentManagedThreadId == _turnThread;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsInTurn)
            _ready.Enqueue((d, state));
        else
            _resumedFromOutside = true;
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (IsInTurn)
            d(state);
        else
            _resumedFromOutside = true;
    }

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs this on the calling thread as a turn, with all continuations that become ready by it.</summary>
    public void RunTurn<T>(Action<T> turn, T argument)
    {
        SynchronizationContext? outer = Current;
        SetSynchronizationContext(this);
        _turnThread = Environment.CurrentManagedThreadId;
        try
        {
            turn(argument);
        }
        finally
        {
            _turnThread = 0;
            SetSynchronizationContext(outer);
        }
    }

    /// <summary>Runs the continuations that are ready, and those that become ready by them.</summary>
    public void Drain()
    {
        while (_ready.TryDequeue(out (SendOrPostCallback Callback, object? State) next))
            next.Callback(next.State);
    }
}
