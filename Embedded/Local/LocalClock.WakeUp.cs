namespace AccountClosure.Embedded.Local;

/// <summary>What happens on the clock's one real timer: the horizon moves, timers fire, and it is seen whether anything works.</summary>
public sealed partial class LocalClock
{
    private void WakeUp()
    {
        // One at a time: whoever is at it arms the next.
        if (Interlocked.Exchange(ref _awake, 1) == 1)
            return;
        MoveHorizon();
        HurryIfNothingWorks();
        lock (_gate)
        {
            _awake = 0;
            Advance();
            Arm();
        }
    }

    /// <summary>Only once it has been seen that nothing works, and only from that moment on.</summary>
    private void HurryIfNothingWorks()
    {
        long begun;
        lock (_gate)
        {
            begun = _workBegun;
            if (!_slow || _working > 0)
                return;
        }

        if (_othersWork())
            return;
        lock (_gate)
        {
            Advance();
            _slow = _workBegun != begun;
        }
    }

    private void Fire(TimerCallback callback, object? state)
    {
        try
        {
            callback(state);
        }
        finally
        {
            EndWork();
        }
    }

    private void MoveHorizon()
    {
        DateTimeOffset horizon;
        lock (_gate)
        {
            Advance();
            horizon = Now + Reach;
            if (_disposed || Horizon - Now > Reach / 2)
                return;
        }

        Keep(horizon, () => _disposed);
        lock (_gate)
            Horizon = horizon;
    }

    // One at a time, and none after the last: a horizon that is still on its way when the clock stops is out of date.
    private void Keep(DateTimeOffset horizon, Func<bool> isOutOfDate)
    {
        lock (_keeping)
        {
            if (!isOutOfDate())
                _keepHorizon(horizon);
        }
    }
}
