using System.Diagnostics;

namespace AccountClosure.FunctionsHost;

/// <summary>Waits in real time, because the Functions host runs on the real clock.</summary>
internal static class Wait
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    public static Task For(TimeSpan time, CancellationToken cancellationToken) => Task.Delay(time, TimeProvider.System, cancellationToken);

    /// <returns>Whether the condition held within the time.</returns>
    public static async Task<bool> Until(Func<Task<bool>> condition, TimeSpan limit, CancellationToken cancellationToken)
    {
        long began = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(began) > limit)
                return false;
            await For(Interval, cancellationToken);
        }
        return true;
    }

    public static Task<bool> Until(Func<bool> condition, TimeSpan limit, CancellationToken cancellationToken) =>
        Until(() => Task.FromResult(condition()), limit, cancellationToken);
}
