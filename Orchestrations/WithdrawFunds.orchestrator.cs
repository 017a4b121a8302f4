using AccountClosure.Activities;
using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>Pays out, one transfer after the other: as much as the rolling 24 hours leave, each followed to its end.</summary>
internal static class WithdrawFunds
{
    public static async Task<ClosureState> Step(TaskOrchestrationContext context, ClosureState state) => state.Payout.Open switch
    {
        null => await PayOutNext(context, state),
        { CreatedAt: null } => await PayOut.Create(context, state),
        _ => await FollowToItsEnd(context, state),
    };

    private static async Task<ClosureState> PayOutNext(TaskOrchestrationContext context, ClosureState state)
    {
        if (state.Payout.Failed > state.Policy.MaxFailedTransfers)
            return state.NeedsReview(ReviewCode.TooManyFailedTransfers, context.Now());

        var account = await context.CallActivityAsync<WithdrawalAssessment>(
            nameof(AssessWithdrawal), AssessWithdrawal.Query.Of(state), Retries.Activity);
        state = state with { Payout = state.Payout with { Remaining = account.Cash } };
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
            case WithdrawalDecision.AwaitSettlement:
                return state.SetBackTo(ClosurePhase.Settling, context.Now(), "Cash is in the account that is not withdrawable.");
            case WithdrawalDecision.AwaitOtherTransfers:
                return AwaitOtherTransfers(context, state, account);
            case WithdrawalDecision.NegativeBalance:
                return state.NeedsReview(ReviewCode.NegativeBalance, context.Now());
            case WithdrawalDecision.AccountBlocked:
                return state.NeedsReview(ReviewCode.AccountBlocked, context.Now());
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

    private static async Task<ClosureState> FollowToItsEnd(TaskOrchestrationContext context, ClosureState state)
    {
        OpenTransfer open = state.Payout.Open!;
        var status = await context.CallActivityAsync<TransferStatus>(nameof(FollowTransfer), FollowTransfer.Query.Of(state), Retries.Activity);
        if (status.IsFinal)
        {
            return state with
            {
                Payout = state.Payout.Ended(status, context.Now()),
                Deadline = null,
                NextActionAt = null,
                WaitingFor = null,
                NextAction = "Pay out what the limit allows",
            };
        }

        state = state with
        {
            Payout = state.Payout.Progressed(status),
            Deadline = state.Deadline ?? context.Now() + state.Policy.TransferTimeout,
        };
        return state.IsOverdue(context.Now())
            ? state.NeedsReview(ReviewCode.TransferOverdue, context.Now(), $"Transfer {open.Sequence} is {status.Raw}.")
            : state.WaitUntil(context.Now() + state.Policy.TransferPollInterval, "The transfer to reach its end", "Look at the transfer");
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
