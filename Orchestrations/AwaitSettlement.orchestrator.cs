using AccountClosure.Activities;
using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>Waits until all cash is withdrawable: a sale settles one business day after the trade (T+1).</summary>
internal static class AwaitSettlement
{
    public static async Task<ClosureState> Step(TaskOrchestrationContext context, ClosureState state)
    {
        state = await WithDeadline(context, state);
        var balances = await context.CallActivityAsync<Balances>(nameof(ReadBalances), state.Request.AccountId, Retries.Activity);
        state = state with { Payout = state.Payout with { Remaining = balances.Cash } };

        if (balances.Blocked)
            return state.NeedsReview(ReviewCode.AccountBlocked, context.Now());
        if (balances.Cash.IsNegative)
            return state.NeedsReview(ReviewCode.NegativeBalance, context.Now());
        if (balances.Withdrawable.TruncatedToCents() >= balances.Cash.TruncatedToCents())
            return state.Enter(ClosurePhase.Withdrawing, context.Now(), "Pay out what the limit allows");
        if (state.IsOverdue(context.Now()))
            return state.NeedsReview(ReviewCode.SettlementTimedOut, context.Now());

        return state.WaitUntil(
            context.Now() + state.Policy.SettlementPollInterval, "The sales to settle (one business day)", "Check that all cash is withdrawable");
    }

    private static async Task<ClosureState> WithDeadline(TaskOrchestrationContext context, ClosureState state) =>
        state.Deadline is not null
            ? state
            : state with
            {
                Deadline = await context.CallActivityAsync<DateTimeOffset>(
                    nameof(FindBusinessDay),
                    new FindBusinessDay.Query(context.Now(), state.Policy.SettlementTimeoutBusinessDays),
                    Retries.Activity),
            };
}
