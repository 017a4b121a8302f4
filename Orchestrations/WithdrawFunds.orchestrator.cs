using AccountClosure.Activities;
using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>Pays out: as much as the rolling 24 hours leave, in transfers that are each followed to their end.</summary>
internal static class WithdrawFunds
{
    public static async Task<ClosureState> Step(TaskOrchestrationContext context, ClosureState state)
    {
        int open = state.Payout.Open.Count;
        state = await OpenTransfers.Look(context, state);
        if (state.Payout.Open.Count < open)
            return state with { Deadline = null, NextActionAt = null, WaitingFor = null, NextAction = "Pay out what the limit allows" };
        if (OpenTransfers.Overdue(context, state) is { } review)
            return review;
        if (state.Payout.Doubt() is not null)
            return await PayOut.Create(context, state);
        return IsTimeForAnother(state, context.Now()) ? await PayOutNext(context, state) : OpenTransfers.Await(context, state);
    }

    private static bool IsTimeForAnother(ClosureState state, DateTimeOffset now) =>
        state.Payout.Open.Count == 0 || (state.HasRoomForAnother() && !(now < state.Payout.NextTransferAt));

    private static async Task<ClosureState> PayOutNext(TaskOrchestrationContext context, ClosureState state)
    {
        if (state.Payout.Failed > state.Policy.MaxFailedTransfers)
            return state.NeedsReview(ReviewCode.TooManyFailedTransfers, context.Now());

        var account = await context.CallActivityAsync<WithdrawalAssessment>(
            nameof(AssessWithdrawal), AssessWithdrawal.Query.Of(state), Retries.Activity);
        state = state with { Payout = state.Payout.WithCash(account.Cash) };
        if (account.Returned.Count > 0)
            return CountReturns(context, state, account.Returned);

        var plan = WithdrawalPlan.For(account, state.Policy);
        switch (plan.Decision)
        {
            case WithdrawalDecision.Transfer:
                return await PayOut.Create(context, await PayOut.Intend(context, Withdrawing(context, state), plan.Amount, account.BrokerTime));
            case WithdrawalDecision.WaitForLimit:
                var freeAt = context.When(account.LimitFreeAt ?? account.BrokerTime + RollingLimit.Window, account.BrokerTime);
                return PayOut.AwaitLimit(context, state, freeAt);
            case WithdrawalDecision.NegativeBalance:
                return state.NeedsReview(ReviewCode.NegativeBalance, context.Now());
            case WithdrawalDecision.AccountBlocked:
                return state.NeedsReview(ReviewCode.AccountBlocked, context.Now());
            case var _ when state.Payout.Open.Count > 0:
                return OpenTransfers.Await(context, state with { Payout = state.Payout with { NextTransferAt = null } });
            case WithdrawalDecision.AwaitSettlement:
                return state.SetBackTo(ClosurePhase.Settling, context.Now(), "Cash is in the account that is not withdrawable.");
            case WithdrawalDecision.AwaitOtherTransfers:
                return AwaitOtherTransfers(context, state, account);
            default:
                return await AwaitReturns(context, Withdrawing(context, state));
        }
    }

    private static ClosureState CountReturns(TaskOrchestrationContext context, ClosureState state, IReadOnlyList<ReturnedTransfer> returned) =>
        Withdrawing(context, state) with
        {
            Payout = state.Payout.Returned(returned),
            NextActionAt = null,
            WaitingFor = null,
            NextAction = "Pay out what was returned",
            LastError = $"Returned after it was complete: transfer {string.Join(", ", returned.Select(transfer => transfer.Sequence))}.",
        };

    // The bank can still send back what has arrived; that is easier to pay out again from an open account.
    private static async Task<ClosureState> AwaitReturns(TaskOrchestrationContext context, ClosureState state)
    {
        var until = state.Payout.ReturnsUntil;
        if (until is null && state is { Policy.ReturnWindowBusinessDays: > 0, Payout: { Completed: > 0, LastCompletedAt: { } last } })
        {
            until = await context.CallActivityAsync<DateTimeOffset>(
                nameof(FindBusinessDay), new FindBusinessDay.Query(last, state.Policy.ReturnWindowBusinessDays), Retries.Activity);
        }
        if (until is null || context.Now() >= until)
            return state.Enter(ClosurePhase.Closing, context.Now(), "Make the last checks and close the account at the broker");
        return (state with { Payout = state.Payout with { ReturnsUntil = until }, Deadline = null }).WaitUntil(
            Earlier(context.Now() + state.Policy.ReturnPollInterval, until.Value), "Returns that may still come", "Look for returned transfers");
    }

    // Money that somebody else sent can still come back: the account is not empty before it has arrived.
    private static ClosureState AwaitOtherTransfers(TaskOrchestrationContext context, ClosureState state, WithdrawalAssessment account)
    {
        var since = context.When(account.OtherTransfersPendingSince ?? account.BrokerTime, account.BrokerTime);
        state = state with { Deadline = state.Deadline ?? Later(since, context.Now()) + state.Policy.TransferTimeout };
        return state.IsOverdue(context.Now())
            ? state.NeedsReview(ReviewCode.OtherTransferOverdue, context.Now())
            : state.WaitUntil(context.Now() + state.Policy.TransferPollInterval, "A transfer made by other means to end", "Look at the account");
    }

    private static ClosureState Withdrawing(TaskOrchestrationContext context, ClosureState state) =>
        state.Phase == ClosurePhase.Withdrawing
            ? state
            : state.Enter(ClosurePhase.Withdrawing, context.Now(), "Pay out what the limit allows");

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
