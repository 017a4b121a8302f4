using AccountClosure.Closure;

namespace AccountClosure.Embedded.Local.Example;

/// <summary>Polls the status of a closure until it has ended, and reports what is new.</summary>
public sealed class ClosureFollower(ExampleClosures closures, ProgressReport report)
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMilliseconds(40);

    /// <summary>Polls every 5 ms of real time while the closure makes progress, and up to every 40 ms while it waits.</summary>
    /// <param name="statusUrl">Status URL of the closure.</param>
    /// <param name="untilReview">Whether to return when the closure enters manual review.</param>
    /// <param name="cancellationToken">Ends the polling, not the closure.</param>
    public async Task<ClosureStatus> FollowAsync(Uri statusUrl, bool untilReview, CancellationToken cancellationToken)
    {
        (ClosurePhase?, string?, DateTimeOffset?, int?) last = default;
        var interval = ShortestInterval;
        while (true)
        {
            var status = await closures.GetStatusAsync(statusUrl, cancellationToken)
                ?? throw new LocalException("the status of the example's closure no longer exists: its history was purged.");
            var progress = status.CustomStatus;
            if (progress is not null)
                report.Show(progress);
            if (status.HasEnded || (untilReview && progress?.Phase == ClosurePhase.ManualReview))
                return status;

            // Changes with every step of the closure.
            var step = (progress?.Phase, progress?.NextAction, progress?.NextActionAt, progress?.Attempts);
            interval = step != last ? ShortestInterval : interval < LongestInterval ? interval * 2 : LongestInterval;
            last = step;
            await Task.Delay(interval, TimeProvider.System, cancellationToken);
        }
    }
}
