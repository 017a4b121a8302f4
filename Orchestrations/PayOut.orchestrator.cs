using AccountClosure.Activities;
using AccountClosure.Closure;

namespace AccountClosure.Orchestrations;

/// <summary>One transfer comes into being: intended in the ledger first, then looked for, adopted or created at the broker.</summary>
internal static class PayOut
{
    /// <returns>False when the closure was stopped.</returns>
    public static async Task<bool> Intend(ClosureStep step, Money amount, DateTimeOffset brokerTime)
    {
        var state = step.State;
        int sequence = state.Payout.Sequence + 1;
        var open = new OpenTransfer($"{state.Request.ConfirmationNumber}/{sequence}", sequence, amount, NotBefore: brokerTime - RollingLimit.ClockTolerance);
        if (await step.Activities.RecordTransferIntent(new RecordTransferIntentInput(state.Request, open, step.Now)) is not { } known)
            return false;
        // Learned: a state that forgot the intent would intend another transfer under the same number.
        step.Keep(state with { Payout = state.Payout.Intended(known), Deadline = null });
        return true;
    }

    public static async Task<ClosureState> Create(ClosureStep step)
    {
        var state = step.State;
        OpenTransfer open = state.Payout.InDoubt()!;
        var created = await step.Activities.CreateTransfer(CreateTransferInput.From(state, step.InstanceId));
        switch (created.Outcome)
        {
            case CreateTransferOutcome.Exists:
                return Exists(step, created);
            case CreateTransferOutcome.InDoubt:
                return InDoubt(
                    step,
                    open with { InDoubtCount = open.InDoubtCount + 1 },
                    "It is not yet certain whether this transfer, or one of an earlier closure, reached the broker. Nothing is sent until that is known.");
            case CreateTransferOutcome.NotSent:
                return InDoubt(step, open, "A transfer could not be sent yet: the broker, or its rate limit, did not take the request in time.");
            case CreateTransferOutcome.OverLimit:
                return OverLimit(step, WithoutTransferInDoubt(state), created);
            case CreateTransferOutcome.CashChanged:
                return WithoutTransferInDoubt(state).RestartFrom(ClosurePhase.Settling, step.Now, "The account's cash changed before a transfer was sent.");
            case CreateTransferOutcome.Ambiguous:
                return state.NeedsReview(
                    ReviewCode.AmbiguousTransfer,
                    step.Now,
                    created.Ambiguity ?? $"Two transfers of {open.Amount.ForPeople()} could be transfer {open.Sequence}.",
                    [open.IntentId]);
            case CreateTransferOutcome.Stopped:
                return state.Stopped(step.Now);
            case CreateTransferOutcome.Decided:
                return WithoutTransferInDoubt(state).GoOnAtOnce("Pay out what the limit allows");
            default:
                return Refused(step, WithoutTransferInDoubt(state), open);
        }
    }

    public static ClosureState AwaitLimit(ClosureStep step, ClosureState state, DateTimeOffset freeAt)
    {
        state = state with { Payout = state.Payout with { NextTransferAt = freeAt } };
        if (state.Payout.Open.Count > 0)
            return OpenTransfers.Await(step, state);
        return (state.Phase == ClosurePhase.WaitingForNextTransfer
            ? state
            : state.Enter(ClosurePhase.WaitingForNextTransfer, step.Now, "Pay out what the limit allows"))
            .WaitUntilAtMost(freeAt, step.Now, "The daily transfer limit to free up", "Pay out what the limit allows");
    }

    // What uses the limit and is not in the broker's list is gone from it within a day; a limit that is lower than ours never is.
    private static ClosureState OverLimit(ClosureStep step, ClosureState state, CreateTransferResult created)
    {
        var now = step.Now;
        var since = state.Payout.LimitRefusedSince ?? now;
        if (now >= since + (2 * RollingLimit.Window))
        {
            return (state with { Payout = state.Payout with { LimitRefusedSince = null } }).NeedsReview(
                ReviewCode.TooManyFailedTransfers, now, "The broker has refused every transfer for two days as over its daily limit.");
        }
        state = state with { Payout = state.Payout with { LimitRefusedSince = since } };
        var retryAt = created.RetryAt is { } at && at > created.BrokerTime ? step.When(at, created.BrokerTime) : now + TimeSpan.FromHours(1);
        return AwaitLimit(step, state, retryAt);
    }

    private static ClosureState Exists(ClosureStep step, CreateTransferResult created)
    {
        var state = step.State;
        var createdAt = created.CreatedAt ?? created.BrokerTime;
        var since = step.When(createdAt, created.BrokerTime);
        var payout = state.Payout.Exists(createdAt, created.Status ?? default, since + state.Policy.TransferTimeout);
        return OpenTransfers.Await(step, state with { Payout = payout with { NextTransferAt = RollingLimit.FreeAfter(since) } });
    }

    private static ClosureState InDoubt(ClosureStep step, OpenTransfer open, string error)
    {
        var state = step.State;
        if (open.IsOverdue(step.Now))
            return state.NeedsReview(ReviewCode.TransferOverdue, step.Now, $"It is not certain whether transfer {open.Sequence} exists.");
        return (state with
        {
            Payout = state.Payout.StillInDoubt(open, step.Now + state.Policy.TransferTimeout),
            LastError = error,
        }).WaitUntil(step.Now + open.InDoubtWait(state.Policy), "Certainty about a transfer", "Look for the transfer");
    }

    private static ClosureState Refused(ClosureStep step, ClosureState state, OpenTransfer open)
    {
        var again = step.Now + state.Policy.TransferPollInterval;
        return (state with
        {
            Payout = state.Payout with { Failed = state.Payout.Failed + 1, NextTransferAt = again },
            LastError = $"The broker refused transfer {open.Sequence}.",
        }).WaitUntil(again, "Another try after a refused transfer", "Pay out what the limit allows");
    }

    private static ClosureState WithoutTransferInDoubt(ClosureState state) => state with { Payout = state.Payout.WithoutTransferInDoubt() };
}
