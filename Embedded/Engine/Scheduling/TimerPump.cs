using AccountClosure.Embedded.Engine.Storage;

namespace AccountClosure.Embedded.Engine.Scheduling;

/// <summary>
/// Fires durable timers. It arms one timer of the clock, for the earliest durable timer. The row of a fired timer stays until the episode
/// that takes it is durable, so that the timer fires again after a crash.
/// </summary>
internal sealed class TimerPump : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);

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

    /// <summary>Fires the timers that are already due, and arms the clock for the next one.</summary>
    public void Start()
    {
        lock (_gate)
            _started = true;
        FireDue();
    }

    /// <summary>Updates the armed timer after a transaction is durable.</summary>
    public void Changed(List<TimerRow> created, List<long> removed)
    {
        if (created.Count == 0 && removed.Count == 0)
            return;
        lock (_gate)
        {
            if (!_started || _disposed)
                return;
            foreach (var timer in created)
            {
                if (timer.Due <= _firedThrough)
                    _fire(timer);
                else
                    Arm(timer.Due);
            }

            // Virtual time would otherwise jump to a moment when nothing is due.
            if (removed.Contains(_armedFor))
                ArmForNext();
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
            var from = _firedThrough;
            var now = _clock.GetUtcNow().UtcTicks;
            _firedThrough = Math.Max(from, now);
            foreach (var timer in _database.Read(reader => reader.TimersDue(from, _firedThrough)))
                _fire(timer);
            ArmForNext();
        }
    }

    private void ArmForNext()
    {
        _armedFor = long.MaxValue;
        if (_database.Read(reader => reader.NextDue(_firedThrough)) is { } next)
            Arm(next);
        else
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void Arm(long due)
    {
        if (due >= _armedFor)
            return;
        _armedFor = due;
        var wait = new TimeSpan(Math.Max(due - _clock.GetUtcNow().UtcTicks, 0));

        // A system timer cannot wait longer than 49 days. If it fires early, nothing is due and it is armed again.
        _timer.Change(wait < LongestWait ? wait : LongestWait, Timeout.InfiniteTimeSpan);
    }
}
