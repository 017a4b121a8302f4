using AccountClosure.Activities;
using AccountClosure.Closure;

namespace AccountClosure.Orchestrations;

/// <summary>Waits until all cash is withdrawable: a sale settles one business day after the trade (T+1).</summary>
internal static class AwaitSettlement
{
    public static async Task<ClosureState> Step(ClosureStep step)
    {
        var policy = step.State.Policy;
        var deadline = step.State.Deadline
            ?? await step.Activities.FindBusinessDay(new FindBusinessDayInput(step.Now, policy.SettlementTimeoutBusinessDays));
        // Kept so that the deadline stays even if the rest of the step fails.
        step.Keep(step.State with { Deadline = deadline });
        var balances = await step.Activities.ReadBalances(step.State.Request.AccountId);
        var state = balances.Closed ? step.State : step.State with { Payout = step.State.Payout.WithCash(balances.Cash) };

        return Settlement.Decide(balances, policy, deadline, step.Now) switch
        {
            SettlementDecision.AccountClosed => state.FoundClosed(step.Now),
            SettlementDecision.AccountBlocked => state.NeedsReview(ReviewCode.AccountBlocked, step.Now),
            SettlementDecision.NegativeBalance => state.NeedsReview(ReviewCode.NegativeBalance, step.Now),
            SettlementDecision.Complete => state.Done(step.Now),
            SettlementDecision.Overdue => state.NeedsReview(ReviewCode.SettlementTimedOut, step.Now),
            _ => state.WaitFor(WaitKind.Settlement, step.Now + policy.SettlementPollInterval),
        };
    }
}
