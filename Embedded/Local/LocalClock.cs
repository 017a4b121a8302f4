using AccountClosure.Embedded.Engine.Time;
using AccountClosure.Simulator;

namespace AccountClosure.Embedded.Local;

/// <summary>
/// The clock of the functions and the simulator. While everything waits, it runs <c>speed</c> times as fast as a real clock. While
/// anything works, it runs like a real clock: otherwise, at a day a second, a request of ten milliseconds would take a quarter of an hour.
/// It never passes a timer that has not fired. It never passes the <see cref="Horizon"/>, which is stored before the clock reaches it: a
/// restart begins there, so that time never runs backwards. Inside, it is a virtual clock that a real one moves.
/// </summary>
public sealed partial class LocalClock : TimeProvider, ISimulatorClock, IDisposable
{
    public const int MaxSpeed = 10_000_000;

    /// <summary>Interval between two polls for unannounced work, in real time.</summary>
    private static readonly TimeSpan WorkPollInterval = TimeSpan.FromMilliseconds(1);

    /// <summary>Distance of a new horizon from the current time, in real time.</summary>
    private static readonly TimeSpan HorizonReach = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly Lock _keeping = new();
    private readonly TimeProvider _real;
    private readonly ITimer _wakeUp;
    private readonly WorkInProgress _start;
    private readonly Action<DateTimeOffset> _keepHorizon;
    private readonly VirtualTimeProvider _virtual;
    private double _speed;
    private DateTimeOffset _jumpTo;
    private long _seen;
    private bool _slow = true;
    private volatile Func<bool> _othersWork = () => false;
    private int _working = 1;
    private long _workBegun;
    private int _awake;
    private volatile bool _disposed;

    /// <param name="start">Start time; UTC.</param>
    /// <param name="speed">Simulated seconds a second while everything waits.</param>
    /// <param name="keepHorizon">
    /// Stores a time that the clock does not pass before the next call. Called on any thread, but by one thread at a time.
    /// </param>
    /// <param name="real">The real clock. Default: the system clock.</param>
    public LocalClock(DateTimeOffset start, double speed, Action<DateTimeOffset> keepHorizon, TimeProvider? real = null)
    {
        _real = real ?? System;
        _speed = speed;
        _jumpTo = start;
        _keepHorizon = keepHorizon;
        _virtual = new VirtualTimeProvider(start);
        _start = new WorkInProgress(this);
        Horizon = start + Reach;
        keepHorizon(Horizon);
        _seen = _real.GetTimestamp();
        _wakeUp = _real.CreateTimer(_ => WakeUp(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (_gate)
            Arm();
    }

    /// <summary>The latest stored time. The clock does not pass it before a later one is stored.</summary>
    public DateTimeOffset Horizon { get; private set; }

    DateTimeOffset ISimulatorClock.Now => GetUtcNow();

    double ISimulatorClock.Speed => Volatile.Read(ref _speed);

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            Advance();
            return Now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public void SetSpeed(double speed)
    {
        if (speed is not (>= 1 and <= MaxSpeed))
            throw new NotSupportedException($"The speed must be from 1 to {MaxSpeed}.");
        lock (_gate)
        {
            Advance();
            _speed = speed;
            Arm();
        }
    }

    /// <summary>Moves the clock ahead by this time, as fast as the work that falls due allows. Returns at once.</summary>
    public void Advance(TimeSpan duration)
    {
        lock (_gate)
        {
            Advance();
            _jumpTo = Now + duration;
            Arm();
        }
    }

    /// <summary>Lets the clock run fast. Before this call, the start of the program counts as work.</summary>
    public void Begin() => _start.Dispose();

    /// <summary>Makes the clock run like a real one until the result is disposed.</summary>
    public IDisposable Work()
    {
        lock (_gate)
            BeginWork();
        return new WorkInProgress(this);
    }

    /// <summary>Sets a check for unannounced work. The clock calls it before it runs fast again, on any thread.</summary>
    public void AskAlso(Func<bool> othersWork) => _othersWork = othersWork;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        // The virtual timer fires while the clock is moved, under the lock, so the callback runs on another thread.
        var timer = new LocalTimer(this, _virtual.CreateTimer(
            _ =>
            {
                BeginWork();
                ThreadPool.UnsafeQueueUserWorkItem(_ => Fire(callback, state), null);
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Stops the clock and stores its exact time.</summary>
    public void Dispose()
    {
        DateTimeOffset end;
        lock (_gate)
        {
            if (_disposed)
                return;
            Advance();
            _disposed = true;
            end = Now;
        }

        _wakeUp.Dispose();
        Keep(end, static () => false);
    }

    internal bool Change(ITimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            if (_disposed)
                return false;
            Advance();
            var changed = timer.Change(dueTime, period);
            Arm();
            return changed;
        }
    }

    /// <summary>Counts a piece of work, and slows the clock down. The caller holds the lock.</summary>
    private void BeginWork()
    {
        Advance();
        _working++;
        _workBegun++;
        _slow = true;
        Arm();
    }

    private void EndWork()
    {
        lock (_gate)
        {
            Advance();
            _working--;
        }

        SpeedUpIfNothingWorks();
        lock (_gate)
            Arm();
    }

    /// <summary>The time at the last <see cref="Advance()"/>.</summary>
    private DateTimeOffset Now => _virtual.GetUtcNow();

    /// <summary>Simulated seconds a second while everything waits. The caller holds the lock.</summary>
    private double Speed => Now < _jumpTo ? MaxSpeed : _speed;

    /// <summary>Distance of a new horizon from the current time, in simulated time. The caller holds the lock.</summary>
    private TimeSpan Reach => Now < _jumpTo
        ? Least(_jumpTo - Now, HorizonReach * MaxSpeed) + (HorizonReach * _speed)
        : HorizonReach * _speed;

    /// <summary>
    /// Moves the clock by the time since the last call, but not past the next timer or the horizon. The caller holds the lock.
    /// </summary>
    private void Advance()
    {
        if (_disposed)
            return;
        var real = _real.GetTimestamp();
        var passed = _real.GetElapsedTime(_seen, real);
        _seen = real;
        _virtual.AdvanceTo(Earliest(Horizon, Now + (_slow ? passed : passed * Speed)));
    }

    /// <summary>Sets the wake-up for the next timer or the next move of the horizon. The caller holds the lock.</summary>
    private void Arm()
    {
        if (_disposed)
            return;
        var next = Earliest(Horizon - (Reach / 2));
        var wait = next > Now ? next - Now : TimeSpan.Zero;
        var real = _slow ? Least(wait, WorkPollInterval) : wait / Speed;
        // A real timer has whole milliseconds. One that fires early would only be set again.
        _wakeUp.Change(TimeSpan.FromMilliseconds(Math.Ceiling(Math.Min(real.TotalMilliseconds, 60_000))), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Returns the first of these times, the next timer and the end of a jump. The caller holds the lock.</summary>
    private DateTimeOffset Earliest(params IEnumerable<DateTimeOffset?> times) =>
        times.Append(_virtual.NextTimer).Append(Now < _jumpTo ? _jumpTo : null).Min()!.Value;

    private static TimeSpan Least(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private sealed class WorkInProgress(LocalClock clock) : IDisposable
    {
        private LocalClock? _clock = clock;

        public void Dispose() => Interlocked.Exchange(ref _clock, null)?.EndWork();
    }
}
