using AccountClosure.Closure;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>
/// Finishes what a terminated or failed closure left open, in an instance of its own: cancels what it can, follows the rest to its end, and
/// ends the closure in the records. It takes the steps of a closure that ends (<see cref="EndClosure"/>), with their deadlines and reviews.
/// </summary>
public static class TerminationCleanup
{
    [Function(nameof(TerminationCleanup))]
    public static Task<ClosureResult?> Run([OrchestrationTrigger] TaskOrchestrationContext context, ClosureState state) =>
        CloseAccount.Advance(context, state, ClosureInstance.CleanupIdFor(state.Request.ConfirmationNumber));
}
