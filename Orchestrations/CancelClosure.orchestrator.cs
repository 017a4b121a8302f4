using AccountClosure.Activities;
using AccountClosure.Closure;
using AccountClosure.Notifications;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>
/// Ends the closure without closing: what can still be called back is, what cannot is followed to its end, then the customer's
/// record is restored and the customer told.
/// </summary>
internal static class CancelClosure
{
    public static async Task<ClosureState> Step(TaskOrchestrationContext context, ClosureState state)
    {
        await Bookkeeping.AuditCancel(context, state, state.Cancellation!);

        if (state.Payout.Open is { } open)
            return open.CreatedAt is null ? await EndDoubt(context, state, open) : await CallBack(context, state, open);

        await context.CallActivityAsync(nameof(RestoreCustomer), CustomerChange.Of(state.Request, context.Now()), Retries.Activity);
        if (await Bookkeeping.Tell(context, state, NotificationKind.ClosureCancelled) is { } review)
            return review;
        return await Bookkeeping.RecordPhase(context, state.Enter(ClosurePhase.Cancelled, context.Now(), "Nothing; the account stays open"));
    }

    // A transfer that may or may not exist: nothing more is sent, it is only looked for.
    private static async Task<ClosureState> EndDoubt(TaskOrchestrationContext context, ClosureState state, OpenTransfer open)
    {
        var found = await context.CallActivityAsync<CreateTransfer.Result>(
            nameof(CreateTransfer), CreateTransfer.Order.Of(state, context.InstanceId) with { LookOnly = true }, Retries.Activity);
        return found.Outcome switch
        {
            CreateTransfer.Outcome.Exists => state with
            {
                Payout = state.Payout with { Open = open with { CreatedAt = found.CreatedAt, Status = found.Status }, Created = state.Payout.Created + 1 },
                NextActionAt = null,
            },
            CreateTransfer.Outcome.InDoubt =>
                state.WaitUntil(context.Now() + state.Policy.TransferDoubtWindow, "Certainty about a transfer before the closure ends", "Look for the transfer"),
            CreateTransfer.Outcome.Ambiguous => state.NeedsReview(ReviewCode.AmbiguousTransfer, context.Now()),
            _ => state with { Payout = state.Payout with { Open = null }, NextActionAt = null },
        };
    }

    private static async Task<ClosureState> CallBack(TaskOrchestrationContext context, ClosureState state, OpenTransfer open)
    {
        var query = FollowTransfer.Query.Of(state);
        await context.CallActivityAsync(nameof(CancelTransfer), query, Retries.Activity);
        var status = await context.CallActivityAsync<TransferStatus>(nameof(FollowTransfer), query, Retries.Activity);
        if (status.IsFinal)
            return state with { Payout = state.Payout.Ended(status, context.Now()), Deadline = null, NextActionAt = null };

        state = state with { Payout = state.Payout.Progressed(status), Deadline = state.Deadline ?? context.Now() + state.Policy.TransferTimeout };
        return state.IsOverdue(context.Now())
            ? state.NeedsReview(ReviewCode.TransferOverdue, context.Now(), $"Transfer {open.Sequence} is {status.Raw}.")
            : state.WaitUntil(
                context.Now() + state.Policy.TransferPollInterval,
                "A transfer that cannot be called back to reach its end, before the closure ends",
                "Look at the transfer");
    }
}
