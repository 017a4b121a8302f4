using AccountClosure.Activities;
using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>
/// Ends the transfers of a closure that ends: cancels those that it can, follows the others to their ends, and finds those in doubt.
/// </summary>
internal static class OwnTransfers
{
    /// <param name="isClosed">Whether the broker has closed the account, so that nothing can be cancelled.</param>
    /// <returns>The state that waits for the transfers, or asks a person about them; null when they have ended.</returns>
    public static async Task<ClosureState?> End(ClosureStep step, bool isClosed)
    {
        var state = step.State;
        var request = state.Request;
        var input = new ClosureTransfersInput(request.AccountId, request.ConfirmationNumber);
        var open = await ListOpen(step, input);
        if (open.Count == 0)
            return null;
        try
        {
            if (await PollOrFind(step, open, isClosed) is { } ambiguous)
                return ambiguous;
        }
        catch (TaskFailedException failure) when (failure.Kind() == StepFailure.Permanent)
        {
            // A transfer that the broker refuses to show may still end. If it has not ended in time, a person decides.
            step.Keep(state with { LastError = failure.ForStatus() });
        }

        var left = await ListOpen(step, input);
        return left.Count == 0 ? null : step.State.AwaitOpenTransfers(left, step.Now);
    }

    /// <returns>The state that asks a person about an ambiguous transfer; otherwise null.</returns>
    private static async Task<ClosureState?> PollOrFind(ClosureStep step, IReadOnlyList<OpenTransfer> open, bool isClosed)
    {
        var state = step.State;
        var account = state.Request.AccountId;
        foreach (var existing in open.Where(entry => entry.Exists() && !isClosed))
            await step.Activities.CancelTransfer(new CancelTransferInput(account, existing.IntentId));
        if (open.Where(entry => entry.Exists()).Select(entry => entry.IntentId).ToList() is { Count: > 0 } bound)
            await step.Activities.PollTransfers(new PollTransfersInput(account, bound));
        foreach (var intended in open.Where(entry => !entry.Exists()))
        {
            var found = await step.Activities.CreateTransfer(CreateTransferInput.ToFind(state, step.InstanceId, intended.IntentId));
            if (found.Outcome == CreateTransferOutcome.Ambiguous)
                return state.NeedsReview(ReviewCode.AmbiguousTransfer, step.Now, found.Ambiguity, [intended.IntentId]);
        }
        return null;
    }

    private static Task<IReadOnlyList<OpenTransfer>> ListOpen(ClosureStep step, ClosureTransfersInput input) =>
        step.Activities.ListOpenTransfers(input);
}
