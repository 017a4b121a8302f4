using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <param name="Phase">Where it stood.</param>
/// <param name="Payout">Its totals, as far as the tracking knows them.</param>
/// <param name="StoppedBy">Who had stopped it; null when that is not known.</param>
public sealed record UnfinishedClosure(ClosureRequest Request, ClosurePhase Phase, Payout Payout, Cancel? StoppedBy);

/// <summary>
/// Reads from the tracking which earlier closures of the account have not ended. An account has only one instance, so theirs were
/// terminated or purged, or have failed.
/// </summary>
public sealed class FindUnfinishedClosures(IClosureTracking tracking)
{
    [Function(nameof(FindUnfinishedClosures))]
    public async Task<IReadOnlyList<UnfinishedClosure>> Run([ActivityTrigger] ClosureRequest request, CancellationToken cancellationToken) =>
    [
        .. (await tracking.ListAsync(request.AccountId, cancellationToken))
            .Where(closure => closure.EndedAt is null
                && closure.ConfirmationNumber != request.ConfirmationNumber
                && closure.StartedAt < request.RequestedAt)
            .Select(closure => new UnfinishedClosure(
                closure.ToRequest(),
                closure.ToPhase(),
                closure.ToPayout(),
                closure.StoppedBy())),
    ];
}
