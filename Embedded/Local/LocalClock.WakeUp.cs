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
        while (TakeDueTimer() is { } timer)
            ThreadPool.UnsafeQueueUserWorkItem(Fire, timer, preferLocal: false);
        HurryIfNothingWorks();
        lock (_gate)
        {
            _awake = 0;
            if (!_disposed)
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

    private void Fire(LocalTimer timer)
    {
        try
        {
            timer.Fire();
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
            horizon = _now + Reach;
            if (_disposed || Horizon - _now > Reach / 2)
                return;
        }

        Keep(horizon, () => _disposed);
        lock (_gate)
            Horizon = horizon;
    }

    private LocalTimer? TakeDueTimer()
    {
        lock (_gate)
        {
            Advance();
            if (_disposed || _timers.Min is not { } timer || timer.Due > _now)
                return null;
            _timers.Remove(timer);
            if (timer.Period > TimeSpan.Zero)
            {
                timer.Due += timer.Period;
                _timers.Add(timer);
            }

            BeginWork();
            return timer;
        }
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
