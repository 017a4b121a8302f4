using AccountClosure.Activities;
using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>Makes the last safety checks, closes the account at the broker, waits for the confirmation, tells the customer.</summary>
internal static class FinalizeClosure
{
    public static Task<ClosureState> Step(TaskOrchestrationContext context, ClosureState state) =>
        state is { CloseRequested: true, Deadline: not null } ? AwaitConfirmation(context, state) : Close(context, state);

    private static async Task<ClosureState> Close(TaskOrchestrationContext context, ClosureState state)
    {
        var closing = await context.CallActivityAsync<CloseBrokerAccount.Result>(
            nameof(CloseBrokerAccount), new CloseBrokerAccount.Order(state.Request, context.InstanceId, state.Policy), Retries.Activity);
        state = state with { Payout = state.Payout with { Remaining = closing.Cash ?? state.Payout.Remaining } };
        var now = context.Now();
        switch (closing.Finding)
        {
            case SafetyFinding.AlreadyClosed:
                return await Complete(context, state);
            case SafetyFinding.HoldingsRemain:
                return state.SetBackTo(ClosurePhase.Liquidating, now, "Orders or positions turned up before the close.");
            case SafetyFinding.CashRemains:
                return state.SetBackTo(ClosurePhase.Settling, now, "Cash turned up before the close.");
            case SafetyFinding.TransferPending:
                return state.SetBackTo(ClosurePhase.Withdrawing, now, "A transfer was not final before the close.");
            case SafetyFinding.TransferReturned:
                return (state with { Payout = state.Payout.Returned(closing.Returned) })
                    .SetBackTo(ClosurePhase.Settling, now, "A complete transfer was returned.");
            case SafetyFinding.NegativeBalance:
                return state.NeedsReview(ReviewCode.NegativeBalance, now);
            case SafetyFinding.AccountBlocked:
                return state.NeedsReview(ReviewCode.AccountBlocked, now);
        }
        if (closing.Outcome is CloseBrokerAccount.Outcome.ClosureNotRunning or CloseBrokerAccount.Outcome.Refused)
            return state.NeedsReview(ReviewCode.CloseRefused, now);

        return (state with { CloseRequested = true, Deadline = now + state.Policy.ClosingTimeout })
            .WaitUntil(now + state.Policy.ClosingPollInterval, "The broker to confirm the close", "Look at the account's status");
    }

    private static async Task<ClosureState> AwaitConfirmation(TaskOrchestrationContext context, ClosureState state)
    {
        var status = await context.CallActivityAsync<string>(nameof(ReadAccountStatus), state.Request.AccountId, Retries.Activity);
        if (status == SafetyChecks.Closed)
            return await Complete(context, state);
        return state.IsOverdue(context.Now())
            ? state.NeedsReview(ReviewCode.CloseNotConfirmed, context.Now(), $"The account is {status}.")
            : state.WaitUntil(context.Now() + state.Policy.ClosingPollInterval, "The broker to confirm the close", "Look at the account's status");
    }

    /// <summary>The broker has closed the account.</summary>
    public static async Task<ClosureState> Complete(TaskOrchestrationContext context, ClosureState state)
    {
        state = state with { CloseRequested = true };
        await context.CallActivityAsync(nameof(MarkCustomerClosed), CustomerChange.Of(state.Request, context.Now()), Retries.Activity);
        if (await Bookkeeping.Tell(context, state, NotificationKind.ClosureCompleted) is { } review)
            return review;
        return await Bookkeeping.RecordPhase(context, state.Enter(ClosurePhase.Completed, context.Now(), "Nothing; the account is closed"));
    }
}
