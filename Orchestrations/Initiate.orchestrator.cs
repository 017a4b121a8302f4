using AccountClosure.Activities;
using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>Checks the preconditions; marks the customer's record and tells the customer. A refusal touches nothing.</summary>
internal static class Initiate
{
    public static async Task<ClosureState> Step(TaskOrchestrationContext context, ClosureState state)
    {
        var findings = await context.CallActivityAsync<AccountFindings>(
            nameof(VerifyAccount), new VerifyAccount.Query(state.Request.AccountId, state.Request.AchRelationshipId), Retries.Activity);
        if (Preconditions.Check(findings) is { } refusal)
            return await Reject(context, state, refusal);

        state = state with { Payout = state.Payout with { Remaining = findings.Worth } };
        await context.CallActivityAsync(nameof(MarkCustomerPending), CustomerChange.Of(state.Request, context.Now()), Retries.Activity);
        if (await Bookkeeping.Tell(context, state, NotificationKind.ClosureInitiated) is { } review)
            return review;

        return (state with { SkipNotification = false })
            .Enter(ClosurePhase.Liquidating, context.Now(), "Cancel orders and sell positions");
    }

    private static Task<ClosureState> Reject(TaskOrchestrationContext context, ClosureState state, Refusal refusal) =>
        Bookkeeping.RecordPhase(
            context, (state with { Refusal = refusal }).Enter(ClosurePhase.Rejected, context.Now(), "Nothing; the closure was refused"));
}
