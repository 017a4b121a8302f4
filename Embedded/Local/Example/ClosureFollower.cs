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
        Step? last = null;
        var interval = ShortestInterval;
        while (true)
        {
            var status = await closures.GetStatusAsync(statusUrl, cancellationToken)
                ?? throw new LocalException("the example's closure is gone: somebody has purged its history.");
            if (status.CustomStatus is { } progress)
                report.Show(progress);
            if (status.HasEnded || (untilReview && status.CustomStatus?.Phase == ClosurePhase.ManualReview))
                return status;

            var step = Step.Of(status.CustomStatus);
            interval = step != last ? ShortestInterval : interval < LongestInterval ? interval * 2 : LongestInterval;
            last = step;
            await Task.Delay(interval, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>What differs whenever the closure has moved.</summary>
    private sealed record Step(ClosurePhase Phase, string NextAction, DateTimeOffset? NextActionAt, int Attempts)
    {
        public static Step? Of(ClosureProgress? progress) =>
            progress is null ? null : new Step(progress.Phase, progress.NextAction, progress.NextActionAt, progress.Attempts);
    }
}
