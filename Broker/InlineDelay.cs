namespace AccountClosure.Broker;

/// <summary>
/// Waits on the clock. When the time or a cancellation ends the wait, its continuation runs at once on the same thread. A cancelled
/// Task.Delay continues on the thread pool, and virtual time does not wait for the thread pool.
/// </summary>
internal static class InlineDelay
{
    public static async Task WaitAsync(TimeProvider clock, TimeSpan delay, CancellationToken cancellationToken)
    {
        var end = new TaskCompletionSource();
        using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), end);
        using var timer = clock.CreateTimer(
            static state => ((TaskCompletionSource)state!).TrySetResult(), end, delay, Timeout.InfiniteTimeSpan);
        await end.Task;
    }
}
