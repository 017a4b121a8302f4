using AccountClosure.Activities;
using AccountClosure.Closure;

namespace AccountClosure.Orchestrations;

/// <summary>Pays out as much as the rolling 24 hours leave, and follows each transfer to its end.</summary>
internal static class WithdrawFunds
{
    public static async Task<ClosureState> Step(ClosureStep step)
    {
        int open = step.State.Payout.Open.Count;
        var state = await OpenTransfers.Poll(step);
        if (state.Payout.Open.Count < open)
            return (state with { Deadline = null }).GoOnAtOnce();
        if (state.ReviewOverdueTransfer(step.Now) is { } review)
            return review;
        if (state.Payout.InDoubt() is not null)
            return await PayOut.Create(step);
        return state.IsTimeForAnother(step.Now) ? await PayOutNext(step) : state.AwaitTransfers(step.Now);
    }

    private static async Task<ClosureState> PayOutNext(ClosureStep step)
    {
        var now = step.Now;
        if (step.State.Payout.Failed > step.State.Policy.MaxFailedTransfers)
            return step.State.NeedsReview(ReviewCode.TooManyFailedTransfers, now);

        var account = await step.Activities.AssessWithdrawal(AssessWithdrawalInput.From(step.State));
        now = step.Now;
        if (account.EndedAs is { } endedAs)
            return step.State.Stopped(now, endedAs);
        var state = step.State with { Payout = step.State.Payout.WithCash(account.Cash) };
        if (account.Forgotten is { Count: > 0 } forgotten)
            return (state with { Payout = state.Payout.Remembered(forgotten, now) }).GoOnAtOnce();
        if (account.Returned.Count > 0)
            return state.CountReturns(account.Returned, now);

        var plan = WithdrawalPlan.For(account, state.Policy);
        switch (plan.Decision)
        {
            case WithdrawalDecision.Transfer:
                step.Keep(state.Withdrawing(now));
                return await PayOut.Intend(step, plan.Amount, account.BrokerTime)
                    ? await PayOut.Create(step)
                    : step.State.Stopped(step.Now);
            case WithdrawalDecision.WaitForLimit:
                var freeAt = account.LimitFreeAt ?? account.BrokerTime + RollingLimit.Window;
                return (state with { Deadline = null }).AwaitLimit(BrokerTime.ToOurs(freeAt, account.BrokerTime, now), now);
            case WithdrawalDecision.NegativeBalance:
                return state.NeedsReview(ReviewCode.NegativeBalance, now);
            case WithdrawalDecision.AccountBlocked:
                return state.NeedsReview(ReviewCode.AccountBlocked, now);
            case WithdrawalDecision.AccountClosed:
                return step.State.FoundClosed(now);
            case var _ when state.Payout.Open.Count > 0:
                return (state with { Deadline = null, Payout = state.Payout with { NextTransferAt = null } }).AwaitTransfers(now);
            case WithdrawalDecision.AwaitBalances:
                return state.AwaitBalances(account, now);
            case WithdrawalDecision.AwaitSettlement:
                return state.RestartFrom(ClosurePhase.Settling, now, "Some cash in the account is not withdrawable.");
            case WithdrawalDecision.AwaitOtherTransfers:
                return state.AwaitOtherMoney(account, now);
            default:
                return await AwaitReturns(step, state.Withdrawing(now), account.LastCompletedAt);
        }
    }

    // The bank can still send back a complete transfer. Its money is easier to pay out again from an open account.
    private static async Task<ClosureState> AwaitReturns(ClosureStep step, ClosureState state, DateTimeOffset? othersCompletedAt)
    {
        var window = ReturnWindow.After(state.Payout, othersCompletedAt);
        if (window.Until is null && state.Policy.ReturnWindowBusinessDays > 0 && window.From is { } last)
        {
            window = window with
            {
                Until = await step.Activities.FindBusinessDay(new FindBusinessDayInput(last, state.Policy.ReturnWindowBusinessDays)),
            };
        }
        return window.IsOver(step.Now)
            ? state.Done(step.Now)
            : (state with { Payout = state.Payout with { ReturnsUntil = window.Until, ReturnsFrom = window.From }, Deadline = null })
                .WaitFor(WaitKind.Returns, window.NextPoll(step.Now, state.Policy));
    }
}
