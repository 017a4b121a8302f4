using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <param name="Phase">Last recorded phase.</param>
/// <param name="Payout">Totals, as far as the tracking has them.</param>
/// <param name="StoppedBy">Who stopped the closure; null when unknown.</param>
public sealed record UnfinishedClosure(ClosureRequest Request, ClosurePhase Phase, Payout Payout, Cancel? StoppedBy);

/// <summary>
/// Reads from the tracking which earlier closures of the account have not ended. An account has only one instance, so theirs were
/// terminated, were purged, or failed.
/// </summary>
public sealed class FindUnfinishedClosures(IClosureTracking tracking)
{
    [Function(nameof(FindUnfinishedClosures))]
    public async Task<IReadOnlyList<UnfinishedClosure>> Run(
        [ActivityTrigger] ClosureRequest request, CancellationToken cancellationToken) =>
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
