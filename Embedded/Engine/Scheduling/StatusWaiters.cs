using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Engine.Scheduling;

/// <summary>Tasks that wait for an instance's status to change.</summary>
internal sealed class StatusWaiters(TaskCreationOptions options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<TaskCompletionSource>> _waiters = [];
    private Exception? _closed;

    /// <summary>
    /// Waits until <paramref name="read"/> returns a value. Calls it at once, and again after each change of the instance's status.
    /// </summary>
    public async Task<T> UntilAsync<T>(string id, Func<T?> read, CancellationToken cancellation)
        where T : class
    {
        while (true)
        {
            // Registered before the read, so that no change in between is missed.
            var change = Add(id);
            try
            {
                if (read() is { } result)
                    return result;
                // Continues on the notifying thread: in the inline mode the caller's synchronization context must not take over.
                await change.Task.WaitAsync(cancellation).ConfigureAwait(false);
            }
            finally
            {
                Remove(id, change);
            }
        }
    }

    public void Notify(List<(string Id, OrchestrationRuntimeStatus? Status)> changes)
    {
        foreach ((var id, _) in changes)
        {
            List<TaskCompletionSource>? waiters;
            lock (_gate)
            {
                if (!_waiters.Remove(id, out waiters))
                    continue;
            }

            using (NoSynchronizationContext.Enter())
                waiters.ForEach(waiter => waiter.TrySetResult());
        }
    }

    /// <summary>Fails all present and future waiters, because no status changes after this.</summary>
    public void Close(Exception reason)
    {
        List<TaskCompletionSource> all;
        lock (_gate)
        {
            _closed ??= reason;
            all = [.. _waiters.Values.SelectMany(waiters => waiters)];
            _waiters.Clear();
        }

        using (NoSynchronizationContext.Enter())
            all.ForEach(waiter => waiter.TrySetException(reason));
    }

    private TaskCompletionSource Add(string id)
    {
        var waiter = new TaskCompletionSource(options);
        lock (_gate)
        {
            if (_closed is not null)
                throw _closed;
            if (!_waiters.TryGetValue(id, out var waiters))
                _waiters.Add(id, waiters = []);
            waiters.Add(waiter);
        }

        return waiter;
    }

    private void Remove(string id, TaskCompletionSource waiter)
    {
        lock (_gate)
        {
            if (_waiters.TryGetValue(id, out var waiters) && waiters.Remove(waiter) && waiters.Count == 0)
                _waiters.Remove(id);
        }
    }
}
