using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>
/// Reads from the tracking which earlier closures of the account have not ended. An account has only one instance, so theirs were
/// terminated or purged, or have failed.
/// </summary>
public sealed class FindUnfinishedClosures(IClosureTracking tracking)
{
    /// <param name="Phase">Where it stood.</param>
    /// <param name="Payout">Its totals, as far as the tracking knows them.</param>
    /// <param name="StoppedBy">Who had stopped it; null when that is not known.</param>
    public sealed record Unfinished(ClosureRequest Request, ClosurePhase Phase, Payout Payout, Cancel? StoppedBy);

    [Function(nameof(FindUnfinishedClosures))]
    public async Task<IReadOnlyList<Unfinished>> Run([ActivityTrigger] ClosureRequest request, CancellationToken cancellationToken) =>
    [
        .. (await tracking.ListAsync(request.AccountId, cancellationToken))
            .Where(closure => closure.EndedAt is null
                && closure.ConfirmationNumber != request.ConfirmationNumber
                && closure.StartedAt < request.RequestedAt)
            .Select(closure => new Unfinished(
                closure.ToRequest(),
                closure.ToPhase(),
                closure.ToPayout(),
                closure.StoppedBy())),
    ];
}
