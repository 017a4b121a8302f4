namespace AccountClosure.Simulation.World;

/// <summary>The world's clock as one process sees it. After the process dies, none of its timers fires.</summary>
internal sealed class MortalClock(TimeProvider world) : TimeProvider
{
    // Code on another host sees that host's clock, and so does everything that it awaits.
    private static readonly AsyncLocal<TimeSpan> HostAhead = new();

    private readonly HashSet<MortalTimer> _timers = [];

    public bool IsDead { get; private set; }

    private TimeProvider World => world;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => world.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => world.GetUtcNow() + HostAhead.Value;

    public override long GetTimestamp() => world.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        MortalTimer timer = new(this, callback, state);
        if (!IsDead)
            _timers.Add(timer);
        timer.Arm(IsDead ? Timeout.InfiniteTimeSpan : dueTime, period);
        return timer;
    }

    /// <summary>Moves the caller, and what it awaits, to a host whose clock is that much ahead.</summary>
    public static void MoveToHost(TimeSpan ahead) => HostAhead.Value = ahead;

    public void Die()
    {
        IsDead = true;
        foreach (MortalTimer timer in _timers.ToArray())
            timer.Dispose();
    }

    private sealed class MortalTimer(MortalClock clock, TimerCallback callback, object? state) : ITimer
    {
        private ITimer? _timer;

        public void Arm(TimeSpan dueTime, TimeSpan period) => _timer = clock.World.CreateTimer(callback, state, dueTime, period);

        public bool Change(TimeSpan dueTime, TimeSpan period) => !clock.IsDead && _timer!.Change(dueTime, period);

        public void Dispose()
        {
            clock._timers.Remove(this);
            _timer!.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
