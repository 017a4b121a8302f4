using AccountClosure.Activities;
using AccountClosure.Closure;

namespace AccountClosure.Orchestrations;

/// <summary>The transfers that are on their way, followed together to their ends.</summary>
internal static class OpenTransfers
{
    /// <summary>Polls every one that exists; those that have ended are open no more.</summary>
    public static async Task<ClosureState> Poll(ClosureStep step)
    {
        var state = step.State;
        var open = state.Payout.Existing().ToList();
        if (open.Count == 0)
            return state;
        var polledTransfers = await step.Activities.PollTransfers(new PollTransfersInput(state.Request.AccountId, [.. open.Select(transfer => transfer.IntentId)]));
        var payout = state.Payout;
        foreach (var (transfer, polled) in open.Zip(polledTransfers))
        {
            var status = polled.Status!.Value;
            payout = polled.Stage == TransferStage.InProgress
                ? payout.Progressed(transfer, status, deadline: step.Now + state.Policy.TransferTimeout)
                : payout.Ended(transfer, status, polled.Stage!.Value, step.Now);
        }
        return step.Keep(state with { Payout = payout });
    }

    /// <returns>The state in manual review when one has not ended in its time; else null.</returns>
    public static ClosureState? Overdue(ClosureStep step)
    {
        if (step.State.Payout.Existing().FirstOrDefault(transfer => transfer.IsOverdue(step.Now)) is not { } late)
            return null;
        bool isKnown = late.Status is not { IsKnown: false };
        return step.State.NeedsReview(
            ReviewCode.TransferOverdue, step.Now, $"Transfer {late.Sequence} is {late.Status}.", [late.IntentId], canDeclare: !isKnown);
    }

    /// <summary>Waits for the next poll, or for the limit to leave something for another transfer, whichever is earlier.</summary>
    public static ClosureState Await(ClosureStep step, ClosureState state)
    {
        var poll = step.Now + state.Policy.TransferPollInterval;
        if (state.HasRoomForAnother() && state.Payout.NextTransferAt is { } free && free > step.Now && free < poll)
            return state.WaitUntil(free, "The daily transfer limit to free up", "Pay out what the limit allows");
        return state.Payout.Open.Count == 1
            ? state.WaitUntil(poll, "The transfer to reach its end", "Look at the transfer")
            : state.WaitUntil(poll, "The transfers to reach their ends", "Look at the transfers");
    }
}
