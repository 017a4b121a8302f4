using AccountClosure.Activities;
using AccountClosure.Closure;

namespace AccountClosure.Orchestrations;

/// <summary>
/// Waits until nothing of an earlier closure is open, checks the preconditions, marks the customer's record and tells the customer. A
/// refusal touches nothing.
/// </summary>
internal static class Initiate
{
    public static async Task<ClosureState> Step(ClosureStep step)
    {
        if (!step.State.Accepted)
        {
            if (await AwaitEarlierClosures(step) is { } waiting)
                return waiting;
            var request = step.State.Request;
            var findings = await step.CallAsync<AccountFindings>(
                nameof(VerifyAccount), new VerifyAccount.Query(request.AccountId, request.AchRelationshipId));
            if (Preconditions.Check(findings, step.State.Policy) is { } refusal)
                return await Reject(step, refusal);
            // Learned: a step that fails from here on must not refuse a closure of which the customer has heard.
            step.Learn(step.State with { Accepted = true, Payout = step.State.Payout with { Remaining = findings.Worth } });
        }

        await step.CallAsync(nameof(MarkCustomerPending), CustomerChange.Of(step.State.Request, step.Now));
        await Bookkeeping.Tell(step, NotificationKind.ClosureInitiated);
        return step.State.Enter(ClosurePhase.Liquidating, step.Now, "Cancel orders and sell positions");
    }

    // What an earlier closure sent may still come into being: only its cleanup knows how much of the limit and of the cash is left.
    private static async Task<ClosureState?> AwaitEarlierClosures(ClosureStep step)
    {
        var earlier = await step.CallAsync<IReadOnlyList<FindUnfinishedClosures.Unfinished>>(nameof(FindUnfinishedClosures), step.State.Request);
        foreach (var closure in earlier)
            await Bookkeeping.StartCleanup(step, closure);
        return earlier.Count == 0
            ? null
            : step.State.WaitUntil(
                step.Now + step.State.Policy.TransferDoubtWindow, "The cleanup of an earlier closure", "Check that the account can be closed");
    }

    private static async Task<ClosureState> Reject(ClosureStep step, Refusal refusal)
    {
        // An instance that was restarted may have marked the record in its first life; then the customer has heard of the closure.
        if (await step.CallAsync<bool>(nameof(RestoreCustomer), CustomerChange.Of(step.State.Request, step.Now)))
            await Bookkeeping.Tell(step, NotificationKind.ClosureCancelled);
        var rejected = (step.State with { Refusal = refusal }).Enter(ClosurePhase.Rejected, step.Now, "Nothing; the closure was refused");
        await Bookkeeping.RecordPhase(step, rejected);
        return rejected;
    }
}
