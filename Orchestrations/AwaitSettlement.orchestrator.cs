using AccountClosure.Activities;
using AccountClosure.Closure;

namespace AccountClosure.Orchestrations;

/// <summary>Waits until all cash is withdrawable: a sale settles one business day after the trade (T+1).</summary>
internal static class AwaitSettlement
{
    public static async Task<ClosureState> Step(ClosureStep step)
    {
        var state = step.Keep(await WithDeadline(step));
        var balances = await step.Activities.ReadBalances(state.Request.AccountId);
        if (balances.Closed)
            return state.FoundClosed(step.Now);
        state = state with { Payout = state.Payout.WithCash(balances.Cash) };

        if (balances.Blocked)
            return state.NeedsReview(ReviewCode.AccountBlocked, step.Now);
        if (state.Policy.IsDebt(balances.Cash))
            return state.NeedsReview(ReviewCode.NegativeBalance, step.Now);
        if (balances.Withdrawable.TruncatedToCents() >= balances.Cash.TruncatedToCents())
            return state.Enter(ClosurePhase.Withdrawing, step.Now, "Pay out what the limit allows");
        if (state.IsOverdue(step.Now))
            return state.NeedsReview(ReviewCode.SettlementTimedOut, step.Now);

        return state.WaitUntil(
            step.Now + state.Policy.SettlementPollInterval,
            "Cash to become withdrawable (a sale settles in one business day)",
            "Check that all cash is withdrawable");
    }

    private static async Task<ClosureState> WithDeadline(ClosureStep step) =>
        step.State.Deadline is not null
            ? step.State
            : step.State with
            {
                Deadline = await step.Activities.FindBusinessDay(new FindBusinessDayInput(step.Now, step.State.Policy.SettlementTimeoutBusinessDays)),
            };
}
