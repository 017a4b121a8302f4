using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>
/// Reads from the tracking whether the account has a closure that was asked for after this one and met the preconditions. Before that the
/// customer has not heard of it, and when it is refused never will.
/// </summary>
public sealed class HasLaterClosure(IClosureTracking tracking)
{
    [Function(nameof(HasLaterClosure))]
    public async Task<bool> Run([ActivityTrigger] ClosureRequest request, CancellationToken cancellationToken) =>
        (await tracking.ListAsync(request.AccountId, cancellationToken)).Any(
            closure => closure.ConfirmationNumber != request.ConfirmationNumber
                && closure.StartedAt > request.RequestedAt
                && closure.Phase is not (nameof(ClosurePhase.Initiated) or nameof(ClosurePhase.Rejected)));
}
