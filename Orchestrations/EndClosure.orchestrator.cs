using AccountClosure.Activities;
using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>
/// Ends a closure that begins nothing more. First it stops the closure in the records, so that no late request gets a permit. Then it calls
/// back the closure's orders and transfers where that is possible, and follows the others to their ends. At last it restores the customer's
/// record and tells the customer. When the broker has closed the account, the closure ends as completed.
/// </summary>
internal static class EndClosure
{
    private const string TransferToEnd = "A transfer that cannot be called back to reach its end, before the closure ends";

    public static async Task<ClosureState> Step(ClosureStep step)
    {
        if (await Stop(step) is { } ended)
            return ended;
        bool isClosed = await IsClosed(step, step.State.Request.AccountId);
        // Kept: a person may decide about what is left long after the close.
        step.Learn(step.State with { ClosedSeenAt = isClosed ? step.State.ClosedSeenAt ?? step.Now : null });

        return (isClosed ? null : await EndOrders(step))
            ?? await EndTransfers(step, isClosed)
            ?? (isClosed ? AwaitBalances(step) : AwaitRequestedClose(step))
            ?? await End(step, isClosed);
    }

    private static async Task<bool> IsClosed(ClosureStep step, string account)
    {
        try
        {
            return await step.CallAsync<string>(nameof(ReadAccountStatus), account) == SafetyChecks.Closed;
        }
        catch (TaskFailedException) when (LeavesOpen(step))
        {
            return step.State.ClosedSeenAt is not null;
        }
    }

    // A person has decided that the closure ends although something at the broker can neither be read nor finished.
    private static bool LeavesOpen(ClosureStep step) => step.State.Ending is { LeftOpenBy: not null };

    /// <returns>
    /// The final state when the closure has ended before, because a repeated activity started the cleanup late; otherwise null.
    /// </returns>
    private static async Task<ClosureState?> Stop(ClosureStep step)
    {
        var state = step.State;
        bool isFirst = state.Ending?.Asked is null;
        if (isFirst && state.Cancellation is { } cancellation)
            await Bookkeeping.AuditCancel(step, cancellation);
        var stopped = await StopInRecords(step);
        if (Ended(step, stopped) is { } ended)
            return ended;
        if (!isFirst)
            return null;
        if (stopped.RowSince is null)
            await RecordStart(step);
        var since = stopped.RowSince is { } row && row > state.PhaseSince ? row : state.PhaseSince;
        step.Learn(state with { PhaseSince = since, Deadline = null, Ending = (state.Ending ?? new Ending()) with { Asked = stopped.Asked } });
        return null;
    }

    /// <summary>The final state of a cleanup whose closure has ended otherwise while it waited; null when the closure has not ended.</summary>
    public static async Task<ClosureState?> FindEnd(ClosureStep step) => Ended(step, await StopInRecords(step));

    private static ClosureState? Ended(ClosureStep step, StopClosure.Result stopped) =>
        stopped.EndedAs is { } phase ? step.State.Enter(phase, step.Now, "Nothing; the closure had ended") : null;

    private static Task<StopClosure.Result> StopInRecords(ClosureStep step)
    {
        var state = step.State;
        return step.CallAsync<StopClosure.Result>(
            nameof(StopClosure),
            new StopClosure.Input(
                state.Request.ConfirmationNumber,
                step.Now,
                state.Cancellation?.Actor ?? "system",
                state.Cancellation?.Reason ?? "The account was closed while something was open.",
                ByCleanup: state.Ending is { IsCleanup: true }));
    }

    // It was stopped before it had written anything: that it was asked for is in the records all the same.
    private static Task RecordStart(ClosureStep step) => Bookkeeping.RecordPhase(
        step, step.State with { Phase = ClosurePhase.Initiated, PhaseSince = step.State.Request.RequestedAt, Review = null });

    // A sale of the closure may still be on its way to the broker: its orders are cancelled now, and once more when none can come any more.
    private static async Task<ClosureState?> EndOrders(ClosureStep step)
    {
        var state = step.State;
        var ending = state.Ending!;
        if (ending.OrdersEnded || ending.Asked is not { LiquidationAt: { } askedAt } asked)
            return null;
        var arrivesBy = askedAt + state.Policy.TransferDoubtWindow;
        int open = asked.SaleAt is { } soldFrom
            ? await step.CallAsync<int>(nameof(CancelOwnOrders), new CancelOwnOrders.Input(state.Request.AccountId, state.Request.ConfirmationNumber, soldFrom, arrivesBy))
            : 0;
        if (open == 0 && step.Now >= arrivesBy)
        {
            step.Learn(state with { Deadline = null, Ending = ending with { OrdersEnded = true } });
            return null;
        }
        state = state with { Deadline = state.Deadline ?? Later(arrivesBy, step.Now) + state.Policy.LiquidationTimeout };
        if (state.IsOverdue(step.Now))
            return state.NeedsReview(ReviewCode.OrdersRemain, step.Now, $"{open} orders of the closure are still open.");
        var poll = step.Now + state.Policy.LiquidationPollInterval;
        return state.WaitUntil(open == 0 ? Later(arrivesBy, poll) : poll, "The closure's own orders to end", "Cancel the closure's own orders");
    }

    private static async Task<ClosureState?> EndTransfers(ClosureStep step, bool isClosed)
    {
        var state = step.State;
        var request = state.Request;
        var query = new ListOpenTransfers.Query(request.AccountId, request.ConfirmationNumber);
        var open = await ListOpen(step, query);
        if (open.Count == 0)
            return null;
        if (state.Ending!.LeftOpenBy is { } by)
        {
            await step.CallAsync(
                nameof(DeclareTransfers),
                new DeclareTransfers.Input([.. open.Select(entry => entry.IntentId)], DeclaredStage.Unresolved, by.Actor, by.Reason, step.Now));
            return null;
        }
        foreach (var existing in open.Where(entry => entry.Exists && !isClosed))
            await step.CallAsync(nameof(CancelTransfer), new CancelTransfer.Query(request.AccountId, existing.IntentId));
        if (open.Where(entry => entry.Exists).Select(entry => entry.IntentId).ToList() is { Count: > 0 } bound)
            await step.CallAsync<IReadOnlyList<FollowTransfers.Followed>>(nameof(FollowTransfers), new FollowTransfers.Query(request.AccountId, bound));
        foreach (var intended in open.Where(entry => !entry.Exists))
        {
            var found = await step.CallAsync<CreateTransfer.Result>(
                nameof(CreateTransfer), CreateTransfer.Order.ToLookFor(state, step.InstanceId, intended.IntentId));
            if (found.Outcome == CreateTransfer.Outcome.Ambiguous)
                return state.NeedsReview(ReviewCode.AmbiguousTransfer, step.Now, transfers: [intended.IntentId]);
        }

        var left = await ListOpen(step, query);
        if (left.Count == 0)
            return null;
        state = state with { Deadline = state.Deadline ?? step.Now + state.Policy.TransferTimeout };
        if (state.IsOverdue(step.Now))
        {
            return state.NeedsReview(
                ReviewCode.TransferOverdue,
                step.Now,
                $"{left.Count} transfers have not ended: {string.Join(", ", left.Select(entry => entry.Status?.Raw ?? "in doubt"))}.",
                [.. left.Select(entry => entry.IntentId)],
                canDeclare: left is [{ Status.IsKnown: false }]);
        }
        return left.Any(entry => !entry.Exists)
            ? state.WaitUntil(step.Now + state.Policy.TransferDoubtWindow, "Certainty about a transfer before the closure ends", "Look for the transfer")
            : state.WaitUntil(step.Now + state.Policy.TransferPollInterval, TransferToEnd, "Look at the transfer");
    }

    // An execution whose result was lost may have asked the broker to close the account, and a close takes time.
    private static ClosureState? AwaitRequestedClose(ClosureStep step)
    {
        var state = step.State;
        if (state.Ending!.Asked!.CloseAt is not { } askedAt || step.Now >= askedAt + state.Policy.ClosingTimeout)
            return null;
        return state.WaitUntil(
            step.Now + state.Policy.ClosingPollInterval, "Certainty that the broker does not close the account", "Look at the account's status");
    }

    /// <summary>
    /// Waits until the balances of the closed account show what came in just before it was closed; null when they do.
    /// </summary>
    public static ClosureState? AwaitBalances(ClosureStep step)
    {
        var showAllFrom = step.State.ClosedSeenAt!.Value + ClosurePolicy.BalanceLag;
        return step.Now >= showAllFrom
            ? null
            : step.State.WaitUntil(showAllFrom, "Certainty about what is left in the closed account", "See what is left in the closed account");
    }

    /// <summary>
    /// How many transfers have come back to the closed account. Asked to the end: what came back since the last poll is neither paid out nor
    /// in the ledger yet.
    /// </summary>
    public static async Task<int> CountReturns(ClosureStep step)
    {
        var (request, closedSeenAt) = (step.State.Request, step.State.ClosedSeenAt);
        try
        {
            return await step.CallAsync<int>(
                nameof(RecordLateReturns), new RecordLateReturns.Input(request.AccountId, request.ConfirmationNumber, closedSeenAt));
        }
        catch (TaskFailedException) when (LeavesOpen(step))
        {
            return step.State.Ending!.Returns;
        }
    }

    private static async Task<ClosureState> End(ClosureStep step, bool isClosed)
    {
        var request = step.State.Request;
        if (await CountReturns(step) is > 0 and var returns)
            step.Learn(step.State with { Ending = step.State.Ending! with { Returns = returns } });
        if (isClosed)
            return await Complete(step, await ReadClosedAccount(step, request.AccountId));

        await TakeTotals(step);
        await ReadCash(step, request.AccountId);
        // Nobody cancelled the closure: it ended because others had closed the account, which is open again.
        if (step.State.Cancellation is null)
            step.Learn(step.State with { Cancellation = new Cancel("system", "The account was closed by others and opened again.") });
        await step.CallAsync(nameof(RestoreCustomer), CustomerChange.Of(request, step.Now));
        return await End(step, step.State.Ending!.EndsAs);
    }

    private static async Task<ClosedAccountRest> ReadClosedAccount(ClosureStep step, string account)
    {
        try
        {
            return await step.CallAsync<ClosedAccountRest>(nameof(Activities.ReadClosedAccount), account);
        }
        catch (TaskFailedException) when (LeavesOpen(step))
        {
            return ClosedAccountRest.Unreadable;
        }
    }

    // Only for the status: the account stays open, and a broker that does not show its cash keeps nobody from ending the closure.
    private static async Task ReadCash(ClosureStep step, string account)
    {
        try
        {
            var balances = await step.CallAsync<Balances>(nameof(ReadBalances), account);
            step.Learn(step.State with { Payout = step.State.Payout with { Remaining = balances.Cash } });
        }
        catch (TaskFailedException failure) when (LeavesOpen(step) || failure.Kind() == StepFailure.Permanent)
        {
        }
    }

    /// <summary>Ends a closure whose account is closed and has no open transfer. If money is left in it, a person is asked first.</summary>
    public static async Task<ClosureState> Complete(ClosureStep step, ClosedAccountRest rest)
    {
        await TakeTotals(step);
        var state = step.Learn(step.State.SeenClosed(step.Now) with
        {
            Payout = step.State.Payout with { Remaining = rest.Cash ?? step.State.Payout.Remaining },
        });
        if (!await step.CallAsync<bool>(nameof(MarkCustomerClosed), CustomerChange.Of(state.Request, step.Now)))
            return await RejectAsClosed(step);
        var left = new LeftInAccount(state.Payout.Remaining, rest.Positions, state.Ending?.Returns ?? 0);
        bool isAnythingLeft = rest.IsAnythingLeft(state.Policy, state.Payout.Remaining) || left.Returns > 0;
        if (isAnythingLeft && !left.IsWithin(state.Ending?.Accepted))
        {
            var returns = left.Returns > 0 ? " A transfer has come back since the broker was asked to close it." : "";
            var asked = state.NeedsReview(ReviewCode.ClosedWithRest, step.Now, $"The account is closed with {rest.Explain(state.Payout.Remaining)}.{returns}");
            return asked with { Review = asked.Review! with { Left = left } };
        }
        step.Learn(state with { Cancellation = null, PositionsLeft = rest.Positions });
        return await End(step, ClosurePhase.Completed);
    }

    // The ledger's, which may know better: the state may be older, and a person may have declared what became of a transfer.
    private static async Task TakeTotals(ClosureStep step)
    {
        var request = step.State.Request;
        var totals = await step.CallAsync<SumTransfers.Totals>(
            nameof(SumTransfers), new ListOpenTransfers.Query(request.AccountId, request.ConfirmationNumber));
        step.Learn(step.State with
        {
            Payout = step.State.Payout.AtTheEnd(totals.Paid, totals.OnItsWay, totals.Created, totals.Completed, totals.Latest),
        });
    }

    // Others had closed the account before the closure began: the customer was never told of it.
    private static async Task<ClosureState> RejectAsClosed(ClosureStep step)
    {
        var refusal = new Refusal(RefusalCode.AccountClosed, "The account is closed already.");
        var rejected = (step.State with { Refusal = refusal, Cancellation = null })
            .Enter(ClosurePhase.Rejected, step.Now, "Nothing; the closure was refused");
        await Bookkeeping.RecordPhase(step, rejected);
        return rejected;
    }

    /// <summary>Tells the customer and records the end. It is kept before that: once the customer is told, the closure ends in no other way.</summary>
    public static async Task<ClosureState> End(ClosureStep step, ClosurePhase outcome)
    {
        step.Learn(step.State with { Outcome = outcome });
        bool isClosed = outcome == ClosurePhase.Completed;
        await Bookkeeping.Tell(step, isClosed ? NotificationKind.ClosureCompleted : NotificationKind.ClosureCancelled);
        var ended = step.State.Enter(outcome, step.Now, isClosed ? "Nothing; the account is closed" : "Nothing; the account stays open");
        await Bookkeeping.RecordPhase(step, ended);
        return ended;
    }

    private static Task<IReadOnlyList<ListOpenTransfers.OpenEntry>> ListOpen(ClosureStep step, ListOpenTransfers.Query query) =>
        step.CallAsync<IReadOnlyList<ListOpenTransfers.OpenEntry>>(nameof(ListOpenTransfers), query);

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
