namespace AccountClosure.Broker;

/// <summary>
/// A wait on the clock whose end, by time or by cancellation, goes on at once on the same thread. Task.Delay goes on through the
/// thread pool when it is cancelled, and in virtual time nobody waits for the thread pool.
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
