namespace AccountClosure.Embedded.Engine.Time;

/// <summary>
/// Real time, faster: so many simulated seconds in each real second, from an anchor that is kept in a file. The clock goes
/// on across restarts, the time between them included, and never runs backwards.
/// </summary>
public sealed class ScaledTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly HashSet<ScaledTimer> _armed = [];
    private readonly TimeProvider _real;
    private readonly string? _anchorFile;
    private ClockAnchor _anchor;
    private long _anchorTimestamp;

    private ScaledTimeProvider(TimeProvider real, string? anchorFile, ClockAnchor anchor)
    {
        _real = real;
        _anchorFile = anchorFile;
        _anchor = anchor;
        _anchorTimestamp = real.GetTimestamp();
    }

    /// <summary>Simulated seconds in a real second.</summary>
    public double Speed
    {
        get
        {
            lock (_gate)
                return _anchor.Speed;
        }
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Continues the clock of that file at that speed, or starts one there; without a file nothing is kept.</summary>
    /// <param name="anchorFile">Path of the JSON file, in a folder that exists; null keeps nothing.</param>
    /// <param name="speed">Simulated seconds in a real second, above zero.</param>
    /// <param name="start">Where a new clock starts; the real time unless given.</param>
    /// <param name="real">The clock behind it.</param>
    public static ScaledTimeProvider Open(
        string? anchorFile, double speed, DateTimeOffset? start = null, TimeProvider? real = null)
    {
        CheckSpeed(speed);
        real ??= System;
        DateTimeOffset realNow = real.GetUtcNow();
        ClockAnchor? kept = anchorFile is null ? null : ClockAnchor.Read(anchorFile);
        DateTimeOffset simulatedNow = kept?.After(realNow - kept.RealUtc) ?? (start ?? realNow).ToUniversalTime();
        ClockAnchor anchor = new(realNow, simulatedNow, speed);
        if (anchorFile is not null)
            anchor.Write(anchorFile);
        return new ScaledTimeProvider(real, anchorFile, anchor);
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return Now();
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <summary>Changes the speed from now on, for the timers that are waiting too.</summary>
    public void SetSpeed(double speed)
    {
        CheckSpeed(speed);
        lock (_gate)
        {
            _anchor = new ClockAnchor(_real.GetUtcNow(), Now(), speed);
            _anchorTimestamp = _real.GetTimestamp();
            if (_anchorFile is not null)
                _anchor.Write(_anchorFile);
            foreach (ScaledTimer timer in _armed)
                timer.WaitForDueTime();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        ScaledTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private static void CheckSpeed(double speed)
    {
        if (!double.IsFinite(speed) || speed <= 0)
            throw new ArgumentOutOfRangeException(nameof(speed), speed, "The speed must be above zero.");
    }

    private DateTimeOffset Now() => _anchor.After(_real.GetElapsedTime(_anchorTimestamp));

    private sealed class ScaledTimer : ITimer
    {
        // A real timer takes no more than 49 days, and a wait in pieces also follows a machine that slept.
        private static readonly TimeSpan s_longestPiece = TimeSpan.FromHours(1);

        private readonly ScaledTimeProvider _clock;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer _real;
        private DateTimeOffset _due;
        private TimeSpan? _period;
        private bool _disposed;

        public ScaledTimer(ScaledTimeProvider clock, TimerCallback callback, object? state)
        {
            _clock = clock;
            _callback = callback;
            _state = state;
            _real = clock._real.CreateTimer(
                static timer => ((ScaledTimer)timer!).OnRealTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_clock._gate)
            {
                if (_disposed)
                    return false;
                _period = period > TimeSpan.Zero ? period : null;
                if (dueTime == Timeout.InfiniteTimeSpan)
                    Disarm();
                else
                    Arm(dueTime);
                return true;
            }
        }

        public void Dispose()
        {
            lock (_clock._gate)
            {
                _disposed = true;
                _clock._armed.Remove(this);
                _real.Dispose();
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        /// <summary>The clock's gate must be held.</summary>
        public void WaitForDueTime()
        {
            double realTicks = Math.Ceiling(Math.Max((_due - _clock.Now()).Ticks, 0) / _clock._anchor.Speed);
            TimeSpan piece = realTicks < s_longestPiece.Ticks ? TimeSpan.FromTicks((long)realTicks) : s_longestPiece;

            // Real timers drop what is less than a millisecond; one that is early only waits again.
            if (piece > TimeSpan.Zero && piece < TimeSpan.FromMilliseconds(1))
                piece = TimeSpan.FromMilliseconds(1);
            _real.Change(piece, Timeout.InfiniteTimeSpan);
        }

        private void Arm(TimeSpan dueTime)
        {
            DateTimeOffset now = _clock.Now();
            _due = dueTime < DateTimeOffset.MaxValue - now ? now + dueTime : DateTimeOffset.MaxValue;
            _clock._armed.Add(this);
            WaitForDueTime();
        }

        private void Disarm()
        {
            _clock._armed.Remove(this);
            _real.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        private void OnRealTimer()
        {
            lock (_clock._gate)
            {
                if (_disposed || !_clock._armed.Contains(this))
                    return;
                if (_clock.Now() < _due)
                {
                    WaitForDueTime();
                    return;
                }

                if (_period is { } period)
                    Arm(period);
                else
                    _clock._armed.Remove(this);
            }

            _callback(_state);
        }
    }
}
