using AccountClosure.Activities;
using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>
/// Ends the closure without closing: what can still be called back is, what cannot is followed to its end, then the customer's
/// record is restored and the customer told. When the broker closes the account all the same, the closure ends as closed.
/// </summary>
internal static class CancelClosure
{
    public static async Task<ClosureState> Step(TaskOrchestrationContext context, ClosureState state)
    {
        await Bookkeeping.AuditCancel(context, state, state.Cancellation!);

        if (state.Payout.Open.Count > 0)
            return await EndTransfers(context, state);
        if (state.Phase == ClosurePhase.Closing && await AwaitOpenAccount(context, state) is { } other)
            return other;

        await context.CallActivityAsync(nameof(RestoreCustomer), CustomerChange.Of(state.Request, context.Now()), Retries.Activity);
        if (await Bookkeeping.Tell(context, state, NotificationKind.ClosureCancelled) is { } review)
            return review;
        return await Bookkeeping.RecordPhase(context, state.Enter(ClosurePhase.Cancelled, context.Now(), "Nothing; the account stays open"));
    }

    // The broker may have been asked to close by an execution of which nobody knows the result, and it takes its time.
    private static async Task<ClosureState?> AwaitOpenAccount(TaskOrchestrationContext context, ClosureState state)
    {
        var status = await context.CallActivityAsync<string>(nameof(ReadAccountStatus), state.Request.AccountId, Retries.Activity);
        if (status == SafetyChecks.Closed)
            return await FinalizeClosure.Complete(context, state with { Cancellation = null });
        var now = context.Now();
        var until = state.Deadline ?? now + state.Policy.ClosingTimeout;
        return now >= until
            ? null
            : (state with { Deadline = until })
                .WaitUntil(now + state.Policy.ClosingPollInterval, "Certainty that the broker does not close the account", "Look at the account's status");
    }

    private static async Task<ClosureState> EndTransfers(TaskOrchestrationContext context, ClosureState state)
    {
        int open = state.Payout.Open.Count;
        foreach (var transfer in state.Payout.Existing())
            await context.CallActivityAsync(nameof(CancelTransfer), new CancelTransfer.Query(state.Request.AccountId, transfer.IntentId), Retries.Activity);
        state = await OpenTransfers.Look(context, state);
        if (state.Payout.Open.Count < open)
            return state with { Deadline = null, NextActionAt = null };
        if (OpenTransfers.Overdue(context, state) is { } review)
            return review;
        return state.Payout.Doubt() is not null
            ? await EndDoubt(context, state)
            : state.WaitUntil(
                context.Now() + state.Policy.TransferPollInterval,
                "A transfer that cannot be called back to reach its end, before the closure ends",
                "Look at the transfer");
    }

    // A transfer that may or may not exist: nothing more is sent, it is only looked for.
    private static async Task<ClosureState> EndDoubt(TaskOrchestrationContext context, ClosureState state)
    {
        var found = await context.CallActivityAsync<CreateTransfer.Result>(
            nameof(CreateTransfer), CreateTransfer.Order.Of(state, context.InstanceId) with { LookOnly = true }, Retries.Activity);
        return found.Outcome switch
        {
            CreateTransfer.Outcome.Exists => state with
            {
                Payout = state.Payout.Exists(
                    found.CreatedAt ?? found.BrokerTime, found.Status ?? default, context.Now() + state.Policy.TransferTimeout),
                NextActionAt = null,
            },
            CreateTransfer.Outcome.InDoubt =>
                state.WaitUntil(context.Now() + state.Policy.TransferDoubtWindow, "Certainty about a transfer before the closure ends", "Look for the transfer"),
            CreateTransfer.Outcome.Ambiguous => state.NeedsReview(ReviewCode.AmbiguousTransfer, context.Now()),
            _ => state with { Payout = state.Payout.WithoutDoubt(), NextActionAt = null },
        };
    }
}
