using AccountClosure.Activities;
using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>
/// Ends a closure that begins nothing new. First it stops the closure in the records, so that no late request gets a permit. Then it
/// cancels the closure's orders and transfers where possible, and follows the others to their ends. Finally it restores the customer's
/// record and tells the customer. When the broker has closed the account, the closure ends as completed.
/// </summary>
internal static class EndClosure
{
    public static async Task<ClosureState> Step(ClosureStep step)
    {
        if (await Stop(step) is { } ended)
            return ended;
        var account = step.State.Request.AccountId;
        bool isClosed;
        try
        {
            isClosed = await step.Activities.ReadAccountStatus(account) == SafetyChecks.Closed;
        }
        catch (TaskFailedException failure) when (failure.Kind() == StepFailure.Permanent && step.State.Ending is { Asked.HasBegun: false })
        {
            return await Reject(step, new Refusal(RefusalCode.AccountNotFound, "The broker does not show the account."));
        }
        // Kept because a person may decide about the rest long after the close.
        step.Keep(step.State with { ClosedSeenAt = isClosed ? step.State.ClosedSeenAt ?? step.Now : null });

        return (isClosed ? null : await OwnOrders.End(step))
            ?? await OwnTransfers.End(step, isClosed)
            ?? (isClosed ? step.State.AwaitClosedBalances(step.Now) : step.State.AwaitRequestedClose(step.Now))
            ?? await End(step, isClosed);
    }

    /// <returns>
    /// The final state when the closure had already ended, because a repeated activity started the cleanup late; otherwise null.
    /// </returns>
    private static async Task<ClosureState?> Stop(ClosureStep step)
    {
        var state = step.State;
        bool isFirst = state.Ending?.Asked is null;
        if (isFirst && state.Cancellation is { } cancellation)
            await Recording.AuditCancel(step, cancellation);
        var stopped = await StopInRecords(step);
        if (Ended(step, stopped) is { } ended)
            return ended;
        if (!isFirst)
            return null;
        if (stopped.RowSince is null)
            await RecordStart(step);
        var since = stopped.RowSince is { } row && row > state.PhaseSince ? row : state.PhaseSince;
        step.Keep(state with
        {
            PhaseSince = since,
            Deadline = null,
            Ending = (state.Ending ?? new Ending()) with { Asked = stopped.Asked },
        });
        return null;
    }

    /// <summary>
    /// The final state of a cleanup whose closure ended in another way while it waited; null when the closure has not ended.
    /// </summary>
    public static async Task<ClosureState?> FindEnd(ClosureStep step) => Ended(step, await StopInRecords(step));

    private static ClosureState? Ended(ClosureStep step, StopClosureResult stopped) =>
        stopped.EndedAs is { } phase ? step.State.Enter(phase, step.Now) : null;

    private static Task<StopClosureResult> StopInRecords(ClosureStep step)
    {
        var state = step.State;
        return step.Activities.StopClosure(new StopClosureInput(
                state.Request.AccountId,
                state.Request.ConfirmationNumber,
                step.Now,
                state.Cancellation?.Actor ?? "system",
                state.Cancellation?.Reason ?? "The account was closed while something was open.",
                ByCleanup: state.Ending is { IsCleanup: true }));
    }

    // The closure was stopped before it had written anything: the records must still show that somebody requested it.
    private static Task RecordStart(ClosureStep step) => Recording.RecordPhase(
        step, step.State with { Phase = ClosurePhase.Initiated, PhaseSince = step.State.Request.RequestedAt, Review = null });

    /// <summary>
    /// Number of transfers that have come back to the closed account; null when the broker refuses to list them. The closure asks until its
    /// end, because what came back since the last poll is neither paid out nor in the ledger.
    /// </summary>
    public static async Task<int?> CountReturns(ClosureStep step)
    {
        var (request, closedSeenAt) = (step.State.Request, step.State.ClosedSeenAt);
        bool isRefused = step.State.Ending?.RefusedSince <= step.Now - ClosurePolicy.RefusalPatience;
        try
        {
            return await step.Activities.RecordLateReturns(
                new RecordLateReturnsInput(request.AccountId, request.ConfirmationNumber, closedSeenAt, isRefused));
        }
        catch (TaskFailedException failure) when (failure.Kind() == StepFailure.Permanent)
        {
            step.Keep(step.State with { LastError = failure.ForStatus() });
            return null;
        }
    }

    private static async Task<ClosureState> End(ClosureStep step, bool isClosed)
    {
        var request = step.State.Request;
        if (await CountReturns(step) is not { } returns)
        {
            return (step.State with { Ending = step.State.Ending! with { RefusedSince = step.State.Ending.RefusedSince ?? step.Now } })
                .WaitFor(WaitKind.TransferList, step.Now + step.State.Policy.StepRetryInterval);
        }
        step.Keep(step.State with { Ending = step.State.Ending! with { Returns = returns, RefusedSince = null } });
        if (isClosed)
            return await ReadAssets(step, await step.Activities.ReadClosedAccount(request.AccountId));

        await TakeTotals(step);
        if (await ReadCash(step, request.AccountId))
            return step.State.WaitFor(WaitKind.ClosedAccount, step.Now + step.State.Policy.ClosingPollInterval);
        // Nobody cancelled the closure: it ended because others had closed the account, which is open again.
        if (step.State.Cancellation is null)
            step.Keep(step.State with { Cancellation = new Cancel("system", "Others closed the account and opened it again.") });
        await step.Activities.RestoreCustomer(CustomerRecordInput.From(request, step.Now));
        return await End(step, step.State.Ending!.EndsAs);
    }

    // A single refusal to show the closed account does not mean that it is empty.
    private static async Task<ClosureState> ReadAssets(ClosureStep step, ReadClosedAccountResult rest)
    {
        DateTimeOffset? since = rest.IsComplete ? null : step.State.Ending!.AssetsRefusedSince ?? step.Now;
        step.Keep(step.State with { Ending = step.State.Ending! with { AssetsRefusedSince = since } });
        return step.Now < since + ClosurePolicy.RefusalPatience
            ? step.State.WaitFor(WaitKind.ClosedAccount, step.Now + step.State.Policy.StepRetryInterval)
            : await Complete(step, rest);
    }

    /// <returns>
    /// Whether others have closed the account since its status was read. A broker that does not show the cash does not keep the closure
    /// from ending.
    /// </returns>
    private static async Task<bool> ReadCash(ClosureStep step, string account)
    {
        try
        {
            var balances = await step.Activities.ReadBalances(account);
            step.Keep(step.State with { Payout = step.State.Payout.WithCashLeft(balances.Cash) });
            return balances.Closed;
        }
        catch (TaskFailedException failure) when (failure.Kind() == StepFailure.Permanent)
        {
            return false;
        }
    }

    /// <summary>
    /// Ends a closure whose account is closed and has no open transfer. Asks a person first if anything is left in the account.
    /// </summary>
    public static async Task<ClosureState> Complete(ClosureStep step, ReadClosedAccountResult rest)
    {
        await TakeTotals(step);
        var state = step.Keep(step.State.SeenClosed(step.Now) with
        {
            Payout = step.State.Payout.WithCashLeft(rest.Cash),
        });
        if (!await step.Activities.MarkCustomerClosed(CustomerRecordInput.From(state.Request, step.Now)))
            return await Reject(step, new Refusal(RefusalCode.AccountClosed, "The account is already closed."));
        var left = new LeftInAccount(state.Payout.Remaining, rest.Positions ?? 0, state.Ending?.Returns ?? 0);
        bool isAnythingLeft = rest.IsAnythingLeft(state.Policy, state.Payout, state.WasSeenWithoutPositions()) || left.Returns > 0;
        if (isAnythingLeft && !left.IsWithin(state.Ending?.Accepted))
            return state.ReviewLeftInAccount(left, rest.Explain(state.Payout), step.Now);
        step.Keep(state with
        {
            Cancellation = null,
            PositionsLeft = left.Positions,
            ArePositionsUnknown = rest.ArePositionsUnknown(state.WasSeenWithoutPositions()),
        });
        return await End(step, ClosurePhase.Completed);
    }

    // The totals come from the ledger: the state may be older, and a person may have declared how a transfer ended.
    private static async Task TakeTotals(ClosureStep step)
    {
        var request = step.State.Request;
        var totals = await step.Activities.SumTransfers(new ClosureTransfersInput(request.AccountId, request.ConfirmationNumber));
        step.Keep(step.State with
        {
            Payout = step.State.Payout.AtTheEnd(totals.Withdrawn, totals.OnItsWay, totals.Created, totals.Completed, totals.Latest),
        });
    }

    // Others had closed the account before the closure began, or the broker does not know the account: the customer never heard of the
    // closure.
    private static async Task<ClosureState> Reject(ClosureStep step, Refusal refusal)
    {
        var rejected = (step.State with { Refusal = refusal, Cancellation = null })
            .Enter(ClosurePhase.Rejected, step.Now);
        await Recording.RecordPhase(step, rejected);
        return rejected;
    }

    /// <summary>
    /// Tells the customer and records the end. The step keeps "is closed" before that: once the customer is told, the closure ends in no
    /// other way. Others may still close an account that stays open before the end is recorded; another message then tells the customer.
    /// </summary>
    public static async Task<ClosureState> End(ClosureStep step, ClosurePhase outcome)
    {
        bool isClosed = outcome == ClosurePhase.Completed;
        step.Keep(step.State with { Outcome = isClosed ? outcome : null });
        await Recording.Tell(step, isClosed ? NotificationKind.ClosureCompleted : NotificationKind.ClosureCancelled);
        var ended = step.State.Enter(outcome, step.Now);
        await Recording.RecordPhase(step, ended);
        return ended;
    }
}
