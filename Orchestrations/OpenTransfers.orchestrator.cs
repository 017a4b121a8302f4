using AccountClosure.Activities;
using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>The transfers that are on their way, followed together to their ends.</summary>
internal static class OpenTransfers
{
    /// <summary>Looks at every one that exists; those that have ended are open no more.</summary>
    public static async Task<ClosureState> Look(TaskOrchestrationContext context, ClosureState state)
    {
        var open = state.Payout.Existing().ToList();
        if (open.Count == 0)
            return state;
        var statuses = await context.CallActivityAsync<IReadOnlyList<TransferStatus>>(
            nameof(FollowTransfers),
            new FollowTransfers.Query(state.Request.AccountId, [.. open.Select(transfer => transfer.IntentId)]),
            Retries.Activity);
        var payout = state.Payout;
        foreach (var (transfer, status) in open.Zip(statuses))
        {
            payout = status.IsFinal
                ? payout.Ended(transfer, status, context.Now())
                : payout.Progressed(transfer, status, deadline: context.Now() + state.Policy.TransferTimeout);
        }
        return state with { Payout = payout };
    }

    /// <returns>The state in manual review when one has not ended in its time; else null.</returns>
    public static ClosureState? Overdue(TaskOrchestrationContext context, ClosureState state) =>
        state.Payout.Existing().FirstOrDefault(transfer => transfer.IsOverdue(context.Now())) is { } late
            ? state.NeedsReview(ReviewCode.TransferOverdue, context.Now(), $"Transfer {late.Sequence} is {late.Status}.")
            : null;

    /// <summary>Waits for the next look, or for the limit to leave something for another transfer, whichever is earlier.</summary>
    public static ClosureState Await(TaskOrchestrationContext context, ClosureState state)
    {
        var look = context.Now() + state.Policy.TransferPollInterval;
        if (state.HasRoomForAnother() && state.Payout.NextTransferAt is { } free && free < look)
            return state.WaitUntil(free, "24 hours since the last transfer", "Pay out what the limit allows");
        return state.Payout.Open.Count == 1
            ? state.WaitUntil(look, "The transfer to reach its end", "Look at the transfer")
            : state.WaitUntil(look, "The transfers to reach their ends", "Look at the transfers");
    }
}
