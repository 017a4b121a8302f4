namespace AccountClosure.Embedded.Local;

/// <summary>The callback of the clock's real timer: it moves the horizon, fires timers, and polls for work.</summary>
public sealed partial class LocalClock
{
    private void WakeUp()
    {
        // One at a time: the wake-up that runs arms the next one.
        if (Interlocked.Exchange(ref _awake, 1) == 1)
            return;
        MoveHorizon();
        SpeedUpIfNothingWorks();
        lock (_gate)
        {
            _awake = 0;
            Advance();
            Arm();
        }
    }

    /// <summary>Lets the clock run fast from the time at which nothing works. The time before that passes slowly.</summary>
    private void SpeedUpIfNothingWorks()
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

    // One thread at a time. A horizon that waits here while the clock stops is out of date and must not replace the time of the stop.
    private void Keep(DateTimeOffset horizon, Func<bool> isOutOfDate)
    {
        lock (_keeping)
        {
            if (!isOutOfDate())
                _keepHorizon(horizon);
        }
    }
}
