namespace AccountClosure.Embedded.Engine.Scheduling;

/// <summary>Runs work on the thread pool in order of arrival, with limited concurrency.</summary>
internal sealed class WorkPool(int limit)
{
    private readonly Lock _gate = new();
    private readonly Queue<Func<Task>> _waiting = new();
    private readonly List<TaskCompletionSource> _awaitingIdle = [];
    private int _running;
    private bool _stopped;

    /// <summary>Whether nothing runs and nothing waits.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
                return _running == 0;
        }
    }

    public void Add(Func<Task> work)
    {
        lock (_gate)
        {
            if (_stopped)
                return;
            _waiting.Enqueue(work);
            if (_running == limit)
                return;
            _running++;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static pool => _ = pool.RunAsync(), this, preferLocal: false);
    }

    /// <summary>Starts no more work, and discards the work that waits.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            _waiting.Clear();
        }
    }

    /// <summary>Completes when nothing runs and nothing waits.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            if (_running == 0)
                return Task.CompletedTask;
            var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaitingIdle.Add(idle);
            return idle.Task;
        }
    }

    private async Task RunAsync()
    {
        while (Next() is { } work)
            await work();
    }

    private Func<Task>? Next()
    {
        lock (_gate)
        {
            if (_waiting.TryDequeue(out var work))
                return work;
            if (--_running == 0)
            {
                foreach (var idle in _awaitingIdle)
                    idle.TrySetResult();
                _awaitingIdle.Clear();
            }

            return null;
        }
    }
}
