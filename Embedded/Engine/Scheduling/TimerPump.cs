using AccountClosure.Embedded.Engine.Storage;

namespace AccountClosure.Embedded.Engine.Scheduling;

/// <summary>
/// Fires durable timers. However many there are, one timer of the clock is armed, for the earliest. A fired timer's row stays
/// until the turn that takes it is durable, so that a crash between fires it again.
/// </summary>
internal sealed class TimerPump : IDisposable
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(30);

    private readonly Lock _gate = new();
    private readonly Database _database;
    private readonly TimeProvider _clock;
    private readonly Action<TimerRow> _fire;
    private readonly ITimer _timer;
    private long _firedThrough = long.MinValue;
    private long _armedFor = long.MaxValue;
    private bool _started;
    private bool _disposed;

    public TimerPump(Database database, TimeProvider clock, Action<TimerRow> fire)
    {
        _database = database;
        _clock = clock;
        _fire = fire;
        _timer = clock.CreateTimer(
            static pump => ((TimerPump)pump!).FireDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Arms the clock for what there is, and fires what became due while nobody looked.</summary>
    public void Start()
    {
        lock (_gate)
            _started = true;
        FireDue();
    }

    /// <summary>To be told of each new row after it is durable.</summary>
    public void Created(List<TimerRow> timers)
    {
        if (timers.Count == 0)
            return;
        lock (_gate)
        {
            if (!_started || _disposed)
                return;
            foreach (TimerRow timer in timers)
            {
                if (timer.Due <= _firedThrough)
                    _fire(timer);
                else
                    Arm(timer.Due);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _timer.Dispose();
        }
    }

    private void FireDue()
    {
        lock (_gate)
        {
            if (_disposed || !_started)
                return;
            long from = _firedThrough;
            long now = _clock.GetUtcNow().UtcTicks;
            _firedThrough = Math.Max(from, now);
            _armedFor = long.MaxValue;
            (List<TimerRow> due, long? next) = _database.Read(reader => (reader.TimersDue(from, _firedThrough), reader.NextDue(_firedThrough)));
            foreach (TimerRow timer in due)
                _fire(timer);
            if (next is { } later)
                Arm(later);
        }
    }

    private void Arm(long due)
    {
        if (due >= _armedFor)
            return;
        _armedFor = due;
        TimeSpan wait = new(Math.Max(due - _clock.GetUtcNow().UtcTicks, 0));

        // The system's own timers take 49 days at most; firing early only looks and arms again.
        _timer.Change(wait < s_longestWait ? wait : s_longestWait, Timeout.InfiniteTimeSpan);
    }
}
