using AccountClosure.Activities;
using AccountClosure.Closure;

namespace AccountClosure.Orchestrations;

/// <summary>
/// Waits until nothing of an earlier closure is open, checks the preconditions, marks the customer's record, and tells the customer. A
/// refusal changes nothing.
/// </summary>
internal static class Initiate
{
    public static async Task<ClosureState> Step(ClosureStep step)
    {
        if (!step.State.Accepted)
        {
            if (step.State.Refusal is { } refused)
                return await Reject(step, refused);
            if (await AwaitEarlierClosures(step) is { } waiting)
                return waiting;
            var request = step.State.Request;
            var findings = await step.Activities.VerifyAccount(new VerifyAccountInput(request.AccountId, request.AchRelationshipId));
            if (Preconditions.Check(findings, step.State.Policy) is { } refusal)
                return await Reject(step, refusal);
            // Kept so that, if this step fails later, the next one does not refuse a closure that the customer was told of.
            step.Keep(step.State with { Accepted = true, Payout = step.State.Payout with { Remaining = findings.Worth } });
        }

        await step.Activities.MarkCustomerPending(CustomerRecordInput.From(step.State.Request, step.Now));
        await Recording.Tell(step, NotificationKind.ClosureInitiated);
        return step.State.Done(step.Now);
    }

    // The broker may still create a transfer of an earlier closure: until its cleanup has ended, the limit and the cash are uncertain.
    private static async Task<ClosureState?> AwaitEarlierClosures(ClosureStep step)
    {
        var earlier = await step.Activities.FindUnfinishedClosures(step.State.Request);
        foreach (var closure in earlier)
            await Recording.StartCleanup(step, closure);
        return earlier.Count == 0
            ? null
            : step.State.WaitFor(WaitKind.EarlierClosure, step.Now + step.State.Policy.TransferInDoubtWindow);
    }

    private static async Task<ClosureState> Reject(ClosureStep step, Refusal refusal)
    {
        // Kept so that, if this step fails later, the next one does not accept the closure that this one may have stopped.
        step.Keep(step.State with { Refusal = refusal });
        // A restarted instance may have marked the record before its restart; then the customer was told of the closure.
        if (await step.Activities.RestoreCustomer(CustomerRecordInput.From(step.State.Request, step.Now)))
            await Recording.Tell(step, NotificationKind.ClosureCancelled);
        var rejected = step.State.Enter(ClosurePhase.Rejected, step.Now);
        await Recording.RecordPhase(step, rejected);
        return rejected;
    }
}
