using AccountClosure.Closure;

namespace AccountClosure.Embedded.Local.Example;

/// <summary>Asks for the status of a closure until it has ended, and has everything new reported.</summary>
public sealed class ClosureFollower(ClosureClient closures, ProgressReport report)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Follows in real time: a simulated day may be a second.</summary>
    /// <param name="statusUrl">Where to ask.</param>
    /// <param name="untilReview">Come back too when it waits for a person, which can be forever.</param>
    /// <param name="cancellationToken">Stops the following, not the closure.</param>
    public async Task<ClosureStatus> FollowAsync(Uri statusUrl, bool untilReview, CancellationToken cancellationToken)
    {
        while (true)
        {
            var status = await closures.GetStatusAsync(statusUrl, cancellationToken)
                ?? throw new LocalException("the example's closure is gone: somebody has purged its history.");
            if (status.CustomStatus is { } progress)
                report.Show(progress);
            if (status.HasEnded || (untilReview && status.CustomStatus?.Phase == ClosurePhase.ManualReview))
                return status;
            await Task.Delay(Interval, TimeProvider.System, cancellationToken);
        }
    }
}
