using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Reads from the tracking whether the account has a closure that was asked for after this one and was not refused.</summary>
public sealed class HasLaterClosure(IClosureTracking tracking)
{
    [Function(nameof(HasLaterClosure))]
    public async Task<bool> Run([ActivityTrigger] ClosureRequest request, CancellationToken cancellationToken) =>
        (await tracking.ListAsync(request.AccountId, cancellationToken)).Any(
            closure => closure.ConfirmationNumber != request.ConfirmationNumber
                && closure.StartedAt > request.RequestedAt
                && closure.Phase != nameof(ClosurePhase.Rejected));
}
