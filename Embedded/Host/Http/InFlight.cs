namespace AccountClosure.Embedded.Host.Http;

/// <summary>Counts running requests and timer functions, so that a stop can refuse new ones and wait for the others.</summary>
internal sealed class InFlight : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _empty = new();
    private int _count;
    private bool _isClosed;

    /// <summary>Cancelled when a stop no longer waits.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Counts a piece of work until the result is disposed.</summary>
    /// <returns>Null when the host is stopping; the work must not start.</returns>
    public IDisposable? TryEnter()
    {
        lock (_lock)
        {
            if (_isClosed)
                return null;
            _count++;
            return new RunningRequest(this);
        }
    }

    /// <summary>Refuses new work, waits for the running work, then cancels it.</summary>
    /// <param name="grace">Maximum wait, in real time.</param>
    /// <param name="cancellation">Ends the wait early.</param>
    public async Task CloseAsync(TimeSpan grace, CancellationToken cancellation)
    {
        lock (_lock)
        {
            _isClosed = true;
            if (_count == 0)
                _empty.TrySetResult();
        }

        if (grace > TimeSpan.Zero && !_empty.Task.IsCompleted)
        {
            // The process that stops the host does not run in simulated time, so this wait uses the real clock.
            await _empty.Task.WaitAsync(grace, TimeProvider.System, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // CancelAsync would run the callbacks on another thread, but virtual time uses one thread only.
        _stopping.Cancel();
    }

    public void Dispose() => _stopping.Dispose();

    private sealed class RunningRequest(InFlight all) : IDisposable
    {
        public void Dispose()
        {
            lock (all._lock)
            {
                all._count--;
                if (all._count > 0 || !all._isClosed)
                    return;
            }
            all._empty.TrySetResult();
        }
    }
}
