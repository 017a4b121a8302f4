using AccountClosure.Closure;

namespace AccountClosure.Embedded.Local.Example;

/// <summary>Asks for the status of a closure until it has ended, and has everything new reported.</summary>
public sealed class ClosureFollower(ClosureClient closures, ProgressReport report)
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMilliseconds(40);

    /// <summary>Follows in real time, in which a simulated day may be a second: closely while things happen, else at leisure.</summary>
    /// <param name="statusUrl">Where to ask.</param>
    /// <param name="untilReview">Come back too when it waits for a person, which can be forever.</param>
    /// <param name="cancellationToken">Stops the following, not the closure.</param>
    public async Task<ClosureStatus> FollowAsync(Uri statusUrl, bool untilReview, CancellationToken cancellationToken)
    {
        (ClosurePhase?, string?, DateTimeOffset?, int?) last = default;
        var interval = ShortestInterval;
        while (true)
        {
            var status = await closures.GetStatusAsync(statusUrl, cancellationToken)
                ?? throw new LocalException("the example's closure is gone: somebody has purged its history.");
            var progress = status.CustomStatus;
            if (progress is not null)
                report.Show(progress);
            if (status.HasEnded || (untilReview && progress?.Phase == ClosurePhase.ManualReview))
                return status;

            // What differs whenever the closure has moved.
            var step = (progress?.Phase, progress?.NextAction, progress?.NextActionAt, progress?.Attempts);
            interval = step != last ? ShortestInterval : interval < LongestInterval ? interval * 2 : LongestInterval;
            last = step;
            await Task.Delay(interval, TimeProvider.System, cancellationToken);
        }
    }
}
