using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Engine.Scheduling;

/// <summary>Those who wait for an instance's status to change.</summary>
internal sealed class StatusWaiters(TaskCreationOptions options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<TaskCompletionSource>> _waiters = [];
    private Exception? _closed;

    /// <summary>Waits for the next change after this call.</summary>
    public async Task<T> UntilAsync<T>(string id, Func<T?> look, CancellationToken cancellation)
        where T : class
    {
        while (true)
        {
            TaskCompletionSource change = Add(id);
            try
            {
                if (look() is { } seen)
                    return seen;
                // Whoever waits goes on by the change alone: in the inline mode on its thread, without a detour by the caller's context.
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
        foreach ((string id, _) in changes)
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

    /// <summary>Nothing changes any more: all who wait are told so, and those who come later.</summary>
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
        TaskCompletionSource waiter = new(options);
        lock (_gate)
        {
            if (_closed is not null)
                throw _closed;
            if (!_waiters.TryGetValue(id, out List<TaskCompletionSource>? waiters))
                _waiters.Add(id, waiters = []);
            waiters.Add(waiter);
        }

        return waiter;
    }

    private void Remove(string id, TaskCompletionSource waiter)
    {
        lock (_gate)
        {
            if (_waiters.TryGetValue(id, out List<TaskCompletionSource>? waiters) && waiters.Remove(waiter) && waiters.Count == 0)
                _waiters.Remove(id);
        }
    }
}
