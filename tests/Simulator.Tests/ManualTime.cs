namespace AccountClosure.Simulator.Tests;

/// <summary>A clock that stands still until a test moves it; timers fire in their order on the test's own thread.</summary>
internal sealed class ManualTime(DateTimeOffset start) : TimeProvider, ISimulatorClock
{
    private readonly List<Timer> timers = [];
    private DateTimeOffset now = start;

    public DateTimeOffset Now => now;

    public double Speed { get; private set; } = 1;

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => now.Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void SetSpeed(double speed) => Speed = speed;

    public void Advance(TimeSpan duration) => MoveTo(now + duration);

    public void MoveTo(DateTimeOffset target)
    {
        // The test framework's context would carry what a timer continues to another thread.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        while (timers.Where(timer => timer.Due <= target).MinBy(timer => timer.Due) is { } next)
        {
            timers.Remove(next);
            now = next.Due > now ? next.Due : now;
            next.Fire();
        }
        now = target;
        SynchronizationContext.SetSynchronizationContext(context);
    }

    private sealed class Timer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time.timers.Remove(this);
            if (dueTime == Timeout.InfiniteTimeSpan)
                return true;
            Due = time.now + dueTime;
            time.timers.Add(this);
            return true;
        }

        public void Dispose() => time.timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
