namespace AccountClosure.Embedded.Engine.Time;

/// <summary>
/// A clock that moves only on request. Timers fire on the thread that moves it, so a run that waits only for this clock uses one thread
/// and is the same every time.
/// </summary>
public sealed class VirtualTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly SortedSet<VirtualTimer> _armed = new(VirtualTimer.ByDueTime);
    private DateTimeOffset _now = start.ToUniversalTime();
    private long _armings;

    /// <summary>Due time of the earliest timer; null when no timer is armed.</summary>
    public DateTimeOffset? NextTimer
    {
        get
        {
            lock (_gate)
                return _armed.Min?.Due;
        }
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <summary>
    /// Moves the clock to the earliest timer and fires only this timer. Timers with equal due times fire in the order in which they were
    /// armed.
    /// </summary>
    /// <returns>False when no timer is armed, or none is due by <paramref name="notAfter"/>.</returns>
    public bool JumpToNextTimer(DateTimeOffset? notAfter = null)
    {
        VirtualTimer? earliest;
        lock (_gate)
        {
            earliest = _armed.Min;
            if (earliest is null || earliest.Due > notAfter)
                return false;
            if (earliest.Due > _now)
                _now = earliest.Due;
            _armed.Remove(earliest);
            if (earliest.Period is { } period)
                Arm(earliest, period);
        }

        using (NoSynchronizationContext.Enter())
            earliest.Fire();
        return true;
    }

    /// <summary>Moves the clock to that time and fires every timer on the way at its due time.</summary>
    public void AdvanceTo(DateTimeOffset time)
    {
        while (JumpToNextTimer(time))
        {
        }

        lock (_gate)
        {
            if (time > _now)
                _now = time.ToUniversalTime();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void Arm(VirtualTimer timer, TimeSpan dueTime)
    {
        timer.Due = dueTime < DateTimeOffset.MaxValue - _now ? _now + dueTime : DateTimeOffset.MaxValue;
        timer.Order = ++_armings;
        _armed.Add(timer);
    }

    private sealed class VirtualTimer(VirtualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        public static IComparer<VirtualTimer> ByDueTime { get; } = Comparer<VirtualTimer>.Create(
            (one, other) => one.Due != other.Due ? one.Due.CompareTo(other.Due) : one.Order.CompareTo(other.Order));

        public DateTimeOffset Due { get; set; }

        public long Order { get; set; }

        public TimeSpan? Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                if (_disposed)
                    return false;
                clock._armed.Remove(this);
                Period = period > TimeSpan.Zero ? period : null;
                if (dueTime != Timeout.InfiniteTimeSpan)
                    clock.Arm(this, dueTime);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                _disposed = true;
                clock._armed.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
