using AccountClosure.Activities;
using AccountClosure.Closure;

namespace AccountClosure.Orchestrations;

/// <summary>Pays out: as much as the rolling 24 hours leave, in transfers that are each followed to their end.</summary>
internal static class WithdrawFunds
{
    public static async Task<ClosureState> Step(ClosureStep step)
    {
        int open = step.State.Payout.Open.Count;
        var state = await OpenTransfers.Poll(step);
        if (state.Payout.Open.Count < open)
            return (state with { Deadline = null }).GoOnAtOnce("Pay out what the limit allows");
        if (OpenTransfers.Overdue(step) is { } review)
            return review;
        if (state.Payout.InDoubt() is not null)
            return await PayOut.Create(step);
        return IsTimeForAnother(state, step.Now) ? await PayOutNext(step) : OpenTransfers.Await(step, state);
    }

    private static bool IsTimeForAnother(ClosureState state, DateTimeOffset now) =>
        state.Payout.Open.Count == 0 || (state.HasRoomForAnother() && !(now < state.Payout.NextTransferAt));

    private static async Task<ClosureState> PayOutNext(ClosureStep step)
    {
        if (step.State.Payout.Failed > step.State.Policy.MaxFailedTransfers)
            return step.State.NeedsReview(ReviewCode.TooManyFailedTransfers, step.Now);

        var account = await step.Activities.AssessWithdrawal(AssessWithdrawalInput.From(step.State));
        if (account.EndedAs is { } endedAs)
            return step.State.Stopped(step.Now, endedAs);
        var state = step.State with { Payout = step.State.Payout.WithCash(account.Cash) };
        if (account.Forgotten is { Count: > 0 } forgotten)
            return (state with { Payout = state.Payout.Remembered(forgotten, step.Now) }).GoOnAtOnce("Look at the transfers");
        if (account.Returned.Count > 0)
            return CountReturns(step, state, account.Returned);

        var plan = WithdrawalPlan.For(account, state.Policy);
        switch (plan.Decision)
        {
            case WithdrawalDecision.Transfer:
                step.Keep(Withdrawing(step, state));
                return await PayOut.Intend(step, plan.Amount, account.BrokerTime) ? await PayOut.Create(step) : step.State.Stopped(step.Now);
            case WithdrawalDecision.WaitForLimit:
                return PayOut.AwaitLimit(step, state with { Deadline = null }, step.When(account.LimitFreeAt ?? account.BrokerTime + RollingLimit.Window, account.BrokerTime));
            case WithdrawalDecision.NegativeBalance:
                return state.NeedsReview(ReviewCode.NegativeBalance, step.Now);
            case WithdrawalDecision.AccountBlocked:
                return state.NeedsReview(ReviewCode.AccountBlocked, step.Now);
            case WithdrawalDecision.AccountClosed:
                return step.State.FoundClosed(step.Now);
            case var _ when state.Payout.Open.Count > 0:
                return OpenTransfers.Await(step, state with { Deadline = null, Payout = state.Payout with { NextTransferAt = null } });
            case WithdrawalDecision.AwaitBalances:
                return AwaitBalances(step, state, account);
            case WithdrawalDecision.AwaitSettlement:
                return state.RestartFrom(ClosurePhase.Settling, step.Now, "Cash is in the account that is not withdrawable.");
            case WithdrawalDecision.AwaitOtherTransfers:
                return AwaitOtherTransfers(step, state, account);
            default:
                return await AwaitReturns(step, Withdrawing(step, state), Latest(state.Payout.LastCompletedAt, account.LastCompletedAt));
        }
    }

    private static ClosureState CountReturns(ClosureStep step, ClosureState state, IReadOnlyList<ReturnedTransfer> returned) =>
        Withdrawing(step, state) with
        {
            Payout = state.Payout.Returned(returned),
            NextActionAt = null,
            WaitingFor = null,
            NextAction = "Pay out what was returned",
            LastError = $"Returned after it was complete: transfer {string.Join(", ", returned.Select(transfer => transfer.Sequence))}.",
        };

    // The bank can still send back what has arrived; that is easier to pay out again from an open account.
    private static async Task<ClosureState> AwaitReturns(ClosureStep step, ClosureState state, DateTimeOffset? completedAt)
    {
        // A later completion, of a transfer made by other means, begins the time anew.
        var until = completedAt > state.Payout.ReturnsFrom ? null : state.Payout.ReturnsUntil;
        if (until is null && state.Policy.ReturnWindowBusinessDays > 0 && completedAt is { } last)
        {
            until = await step.Activities.FindBusinessDay(new FindBusinessDayInput(last, state.Policy.ReturnWindowBusinessDays));
        }
        if (until is null || step.Now >= until)
            return state.Enter(ClosurePhase.Closing, step.Now, "Make the last checks and close the account at the broker");
        return (state with { Payout = state.Payout with { ReturnsUntil = until, ReturnsFrom = completedAt }, Deadline = null }).WaitUntil(
            Earlier(step.Now + state.Policy.ReturnPollInterval, until.Value), "Returns that may still come", "Look for returned transfers");
    }

    // The date is the broker's, by which the last transfer can also be one of next year.
    private static ClosureState AwaitBalances(ClosureStep step, ClosureState state, WithdrawalAssessment account)
    {
        state = state with { Deadline = state.Deadline ?? step.Now + state.Policy.TransferTimeout };
        return state.IsOverdue(step.Now)
            ? state.NeedsReview(ReviewCode.OtherTransferOverdue, step.Now, $"By the broker's dates the balances show the last transfer at {account.BalancesHoldFrom:u}.")
            : state.WaitUntilAtMost(
                step.When(account.BalancesHoldFrom!.Value, account.BrokerTime), step.Now, "Balances that show the last transfer", "Pay out what the limit allows");
    }

    // Money that somebody else sent can still come back: the account is not empty before it has arrived.
    private static ClosureState AwaitOtherTransfers(ClosureStep step, ClosureState state, WithdrawalAssessment account)
    {
        var since = step.When(account.OtherTransfersPendingSince ?? account.BrokerTime, account.BrokerTime);
        state = state with { Deadline = state.Deadline ?? Later(since, step.Now) + state.Policy.TransferTimeout };
        return state.IsOverdue(step.Now)
            ? state.NeedsReview(ReviewCode.OtherTransferOverdue, step.Now)
            : state.WaitUntil(step.Now + state.Policy.TransferPollInterval, "Money that is pending at the broker to arrive or come back", "Look at the account");
    }

    private static ClosureState Withdrawing(ClosureStep step, ClosureState state) =>
        state.Phase == ClosurePhase.Withdrawing
            ? state
            : state.Enter(ClosurePhase.Withdrawing, step.Now, "Pay out what the limit allows");

    private static DateTimeOffset? Latest(DateTimeOffset? left, DateTimeOffset? right) => left > right || right is null ? left : right;

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
