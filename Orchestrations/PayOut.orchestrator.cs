using AccountClosure.Activities;
using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>One transfer comes into being: meant in the ledger first, then looked for, adopted or created at the broker.</summary>
internal static class PayOut
{
    // The broker's clock and its time stamps may be of several machines: what it dates a little before the intent can be the intent's.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    public static async Task<ClosureState> Intend(TaskOrchestrationContext context, ClosureState state, Money amount, DateTimeOffset brokerTime)
    {
        int sequence = state.Payout.Sequence + 1;
        var open = new OpenTransfer($"{state.Request.ConfirmationNumber}/{sequence}", sequence, amount, NotBefore: brokerTime - ClockTolerance);
        open = await context.CallActivityAsync<OpenTransfer>(
            nameof(RecordTransferIntent), new RecordTransferIntent.Intent(state.Request, open, context.Now()), Retries.Activity);
        return state with { Payout = state.Payout.Meant(open), Deadline = null };
    }

    public static async Task<ClosureState> Create(TaskOrchestrationContext context, ClosureState state)
    {
        OpenTransfer open = state.Payout.Doubt()!;
        CreateTransfer.Result created;
        try
        {
            created = await context.CallActivityAsync<CreateTransfer.Result>(
                nameof(CreateTransfer), CreateTransfer.Order.Of(state, context.InstanceId), Retries.Activity);
        }
        catch (TaskFailedException failure)
        {
            // The transfer may exist: a state that forgot that it was meant would mean another one under the same number.
            return state.StepFailed(context.Now(), failure.ForStatus(), failure.Kind());
        }
        switch (created.Outcome)
        {
            case CreateTransfer.Outcome.Exists:
                return Exists(context, state, created);
            case CreateTransfer.Outcome.InDoubt:
                return InDoubt(context, state, open);
            case CreateTransfer.Outcome.OverLimit:
                return OverLimit(context, WithoutDoubt(state), created);
            case CreateTransfer.Outcome.Ambiguous:
                return state.NeedsReview(ReviewCode.AmbiguousTransfer, context.Now(), $"Two transfers of {open.Amount.ForPeople()} could be transfer {open.Sequence}.");
            case CreateTransfer.Outcome.NotMade:
                return WithoutDoubt(state).NeedsReview(ReviewCode.StepFailed, context.Now(), "The closure was not running when a transfer was to be created.");
            default:
                return Refused(context, WithoutDoubt(state), open);
        }
    }

    public static ClosureState AwaitLimit(TaskOrchestrationContext context, ClosureState state, DateTimeOffset freeAt)
    {
        state = state with { Payout = state.Payout with { NextTransferAt = freeAt } };
        if (state.Payout.Open.Count > 0)
            return OpenTransfers.Await(context, state);
        return (state.Phase == ClosurePhase.WaitingForNextTransfer
            ? state
            : state.Enter(ClosurePhase.WaitingForNextTransfer, context.Now(), "Pay out what the limit allows"))
            .WaitUntil(freeAt, "24 hours since the last transfer", "Pay out what the limit allows");
    }

    // What uses the limit and is not in the broker's list is gone from it within a day; a limit that is lower than ours never is.
    private static ClosureState OverLimit(TaskOrchestrationContext context, ClosureState state, CreateTransfer.Result created)
    {
        var now = context.Now();
        var since = state.Payout.LimitRefusedSince ?? now;
        if (now >= since + (2 * RollingLimit.Window))
        {
            return (state with { Payout = state.Payout with { LimitRefusedSince = null } }).NeedsReview(
                ReviewCode.TooManyFailedTransfers, now, "The broker has refused every transfer for two days as over its daily limit.");
        }
        state = state with { Payout = state.Payout with { LimitRefusedSince = since } };
        var retryAt = created.RetryAt is { } at && at > created.BrokerTime ? context.When(at, created.BrokerTime) : now + TimeSpan.FromHours(1);
        return AwaitLimit(context, state, retryAt);
    }

    private static ClosureState Exists(TaskOrchestrationContext context, ClosureState state, CreateTransfer.Result created)
    {
        var createdAt = created.CreatedAt ?? created.BrokerTime;
        var since = context.When(createdAt, created.BrokerTime);
        var payout = state.Payout.Exists(createdAt, created.Status ?? default, since + state.Policy.TransferTimeout);
        return OpenTransfers.Await(context, state with { Payout = payout with { NextTransferAt = RollingLimit.FreeAfter(since) } });
    }

    private static ClosureState InDoubt(TaskOrchestrationContext context, ClosureState state, OpenTransfer open)
    {
        var now = context.Now();
        if (open.IsOverdue(now))
            return state.NeedsReview(ReviewCode.TransferOverdue, now, $"It is not certain whether transfer {open.Sequence} exists.");
        return (state with
        {
            Payout = state.Payout.Doubted(now + state.Policy.TransferTimeout),
            LastError = "The broker's answer to a transfer was lost; looking for it before anything else is sent.",
        }).WaitUntil(now + state.Policy.TransferDoubtWindow, "Certainty about a transfer", "Look for the transfer");
    }

    private static ClosureState Refused(TaskOrchestrationContext context, ClosureState state, OpenTransfer open)
    {
        var again = context.Now() + state.Policy.TransferPollInterval;
        return (state with
        {
            Payout = state.Payout with { Failed = state.Payout.Failed + 1, NextTransferAt = again },
            LastError = $"The broker refused transfer {open.Sequence}.",
        }).WaitUntil(again, "Another try after a refused transfer", "Pay out what the limit allows");
    }

    private static ClosureState WithoutDoubt(ClosureState state) => state with { Payout = state.Payout.WithoutDoubt() };
}
