using AccountClosure.Activities;
using AccountClosure.Closure;

namespace AccountClosure.Orchestrations;

/// <summary>Makes the safety checks twice, closes the account at the broker, waits for the confirmation, and tells the customer.</summary>
internal static class FinalizeClosure
{
    public static Task<ClosureState> Step(ClosureStep step) =>
        step.State is { CloseRequested: true, Deadline: not null } ? AwaitConfirmation(step) : Close(step);

    private static async Task<ClosureState> Close(ClosureStep step)
    {
        // The broker's lists and balances may lag: an account that seems empty once may still hold money.
        bool wasEmptyLongEnough = step.State.EmptySince is { } since && step.Now >= since + ClosurePolicy.BalanceLag;
        bool wasTooLateForLong = step.State.Deadline is { } deadline && step.Now >= deadline - (step.State.Policy.ClosingTimeout / 2);
        var closing = await step.Activities.CloseBrokerAccount(new CloseBrokerAccountInput(
            step.State.Request,
            step.InstanceId,
            step.State.Policy,
            MayClose: wasEmptyLongEnough,
            step.State.EmptySince,
            MayBeSlow: wasTooLateForLong));
        var now = step.Now;
        var state = step.State with { Payout = step.State.Payout with { Remaining = closing.Cash ?? step.State.Payout.Remaining } };
        if (closing.Finding != SafetyFinding.AlreadyClosed)
            state = state.SeenOpen();
        switch (closing.Finding)
        {
            case SafetyFinding.AlreadyClosed:
                return await Complete(step);
            case SafetyFinding.HoldingsRemain:
                return state.RestartFrom(ClosurePhase.Liquidating, now, "Orders or positions turned up before the close.");
            case SafetyFinding.CashRemains:
                return state.RestartFrom(ClosurePhase.Settling, now, "Cash turned up before the close.");
            case SafetyFinding.TransferPending:
                return state.RestartFrom(ClosurePhase.Withdrawing, now, "A transfer was not final before the close.");
            case SafetyFinding.TransferReturned:
                return (state with { Payout = state.Payout.Returned(closing.Returned) })
                    .RestartFrom(ClosurePhase.Settling, now, "A complete transfer was returned.");
            case SafetyFinding.NegativeBalance:
                return state.NeedsReview(ReviewCode.NegativeBalance, now);
            case SafetyFinding.AccountBlocked:
                return state.NeedsReview(ReviewCode.AccountBlocked, now);
        }
        switch (closing.Outcome)
        {
            case CloseBrokerAccountOutcome.NotAsked:
                var emptySince = state.EmptySince ?? now;
                return (state with { EmptySince = emptySince }).WaitFor(WaitKind.EmptyAccount, emptySince + ClosurePolicy.BalanceLag);
            case CloseBrokerAccountOutcome.ClosureNotRunning:
                return await StoppedOrUnknown(step, state);
            case CloseBrokerAccountOutcome.TooLate:
                state = state with { Deadline = state.Deadline ?? now + state.Policy.ClosingTimeout };
                return state.IsOverdue(now)
                    ? state.NeedsReview(
                        ReviewCode.CloseRefused,
                        now,
                        "The request to close could not follow the checks in time: the broker's rate limit leaves too few requests.")
                    : state.WaitFor(WaitKind.RateLimit, now + state.Policy.LiquidationPollInterval);
            case CloseBrokerAccountOutcome.Refused:
                return state.NeedsReview(ReviewCode.CloseRefused, now);
            default:
                return (state with { CloseRequested = true, Deadline = now + state.Policy.ClosingTimeout })
                    .WaitFor(WaitKind.CloseConfirmation, now + state.Policy.ClosingPollInterval);
        }
    }

    // The records withhold the permit from a stopped closure and from one that they do not know. The step writes an unknown one to them
    // again, and a person decides whether it continues.
    private static async Task<ClosureState> StoppedOrUnknown(ClosureStep step, ClosureState state)
    {
        if (await Recording.RecordPhase(step, state) is { } endedAs)
            return state.Stopped(step.Now, endedAs);
        await step.Activities.MarkCustomerPending(CustomerRecordInput.From(state.Request, step.Now));
        return state.NeedsReview(
            ReviewCode.StepFailed, step.Now, "The records did not know this closure: they may have been restored from an older backup.");
    }

    private static async Task<ClosureState> AwaitConfirmation(ClosureStep step)
    {
        var state = step.State;
        var status = await step.Activities.ReadAccountStatus(state.Request.AccountId);
        if (status == SafetyChecks.Closed)
            return await Complete(step);
        return state.IsOverdue(step.Now)
            ? state.NeedsReview(ReviewCode.CloseNotConfirmed, step.Now, $"The account is {status}.")
            : state.WaitFor(WaitKind.CloseConfirmation, step.Now + state.Policy.ClosingPollInterval);
    }

    // Something may be left in the closed account: the closure follows it to its end before it tells the customer.
    private static async Task<ClosureState> Complete(ClosureStep step)
    {
        step.Keep(step.State.SeenClosed(step.Now));
        if (step.State.AwaitClosedBalances(step.Now) is { } wait)
            return wait;
        var state = step.State;
        var rest = await step.Activities.ReadClosedAccount(state.Request.AccountId);
        // The money of a return since the last checks is in the closed account, or will be.
        if (await EndClosure.CountReturns(step) is not 0 and var returns)
            return (state with { Ending = new Ending { Returns = returns ?? 0 } }).GoOnAtOnce();
        bool mayHoldAssets = !rest.IsComplete || rest.IsAnythingLeft(state.Policy, state.Payout, state.WasSeenWithoutPositions());
        if (state.Payout.Open.Count > 0 || mayHoldAssets)
            return (state with { Ending = new Ending() }).GoOnAtOnce();
        return await EndClosure.Complete(step, rest);
    }
}
