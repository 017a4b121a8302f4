namespace AccountClosure.Embedded.Engine.Replay;

/// <summary>
/// External events and those who wait for them. Names compare without case. An event that nobody awaits is kept, the oldest
/// taken first. Of several who wait for the same name the latest gets it, as in Durable Task: a waiter left behind by a
/// <c>WhenAny</c> does not swallow it.
/// </summary>
internal sealed class ExternalEvents
{
    private readonly List<EventRaised> _kept = [];
    private readonly List<Waiter> _waiters = [];

    /// <summary>Events that nobody has awaited yet, oldest first.</summary>
    public IReadOnlyList<EventRaised> Kept => _kept;

    public bool HasWaiters => _waiters.Count > 0;

    public void Raise(EventRaised raised)
    {
        int latest = _waiters.FindLastIndex(waiter => IsSame(waiter.Name, raised.Name));
        if (latest < 0)
        {
            _kept.Add(raised);
            return;
        }

        Waiter waiter = _waiters[latest];
        _waiters.RemoveAt(latest);
        waiter.Arrived.TrySetResult(raised.Input);
    }

    /// <summary>Keeps the event although somebody may wait for it.</summary>
    public void Keep(EventRaised raised) => _kept.Add(raised);

    /// <returns>The event's serialized payload.</returns>
    public Task<string?> WaitAsync(string name, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return Task.FromCanceled<string?>(cancellation);
        int oldest = _kept.FindIndex(raised => IsSame(raised.Name, name));
        if (oldest >= 0)
        {
            EventRaised raised = _kept[oldest];
            _kept.RemoveAt(oldest);
            return Task.FromResult(raised.Input);
        }

        Waiter waiter = new(name);
        _waiters.Add(waiter);
        cancellation.Register(() =>
        {
            if (_waiters.Remove(waiter))
                waiter.Arrived.TrySetCanceled(cancellation);
        });
        return waiter.Arrived.Task;
    }

    private static bool IsSame(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private sealed class Waiter(string name)
    {
        public string Name => name;

        public TaskCompletionSource<string?> Arrived { get; } = new();
    }
}
