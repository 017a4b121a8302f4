using AccountClosure.Activities;
using AccountClosure.Closure;

namespace AccountClosure.Orchestrations;

/// <summary>Follows all transfers that are on their way to their ends.</summary>
internal static class OpenTransfers
{
    /// <summary>Polls every transfer that exists, and removes those that have ended.</summary>
    public static async Task<ClosureState> Poll(ClosureStep step)
    {
        var state = step.State;
        var open = state.Payout.Existing().ToList();
        if (open.Count == 0)
            return state;
        var polledTransfers = await step.Activities.PollTransfers(
            new PollTransfersInput(state.Request.AccountId, [.. open.Select(transfer => transfer.IntentId)]));
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
}
