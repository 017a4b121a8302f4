using AccountClosure.Activities;
using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>One transfer comes into being: meant in the ledger first, then looked for, adopted or created at the broker.</summary>
internal static class PayOut
{
    public static async Task<ClosureState> Intend(TaskOrchestrationContext context, ClosureState state, Money amount, DateTimeOffset brokerTime)
    {
        int sequence = state.Payout.Sequence + 1;
        var open = new OpenTransfer($"{state.Request.ConfirmationNumber}/{sequence}", sequence, amount, NotBefore: brokerTime);
        await context.CallActivityAsync(
            nameof(RecordTransferIntent), new RecordTransferIntent.Intent(state.Request, open, context.Now()), Retries.Activity);
        return state with { Payout = state.Payout with { Sequence = sequence, Open = open, ReturnsUntil = null }, Deadline = null };
    }

    public static async Task<ClosureState> Create(TaskOrchestrationContext context, ClosureState state)
    {
        OpenTransfer open = state.Payout.Open!;
        var created = await context.CallActivityAsync<CreateTransfer.Result>(
            nameof(CreateTransfer), CreateTransfer.Order.Of(state, context.InstanceId), Retries.Activity);
        switch (created.Outcome)
        {
            case CreateTransfer.Outcome.Exists:
                return Exists(context, state, open, created);
            case CreateTransfer.Outcome.InDoubt:
                return InDoubt(context, state, open);
            case CreateTransfer.Outcome.OverLimit:
                var retryAt = created.RetryAt is { } at ? context.When(at, created.BrokerTime) : context.Now() + TimeSpan.FromHours(1);
                return AwaitLimit(context, Without(state), retryAt);
            case CreateTransfer.Outcome.Ambiguous:
                return state.NeedsReview(ReviewCode.AmbiguousTransfer, context.Now(), $"Two transfers of {open.Amount.ForPeople()} could be transfer {open.Sequence}.");
            case CreateTransfer.Outcome.NotMade:
                return Without(state).NeedsReview(ReviewCode.StepFailed, context.Now(), "The closure was not running when a transfer was to be created.");
            default:
                state = Without(state) with { LastError = $"The broker refused transfer {open.Sequence}." };
                return (state with { Payout = state.Payout with { Failed = state.Payout.Failed + 1 } })
                    .WaitUntil(context.Now() + state.Policy.TransferPollInterval, "Another try after a refused transfer", "Pay out what the limit allows");
        }
    }

    public static ClosureState AwaitLimit(TaskOrchestrationContext context, ClosureState state, DateTimeOffset freeAt) =>
        (state.Phase == ClosurePhase.WaitingForNextTransfer
            ? state
            : state.Enter(ClosurePhase.WaitingForNextTransfer, context.Now(), "Pay out what the limit allows"))
        .WaitUntil(freeAt, "24 hours since the last transfer", "Pay out what the limit allows");

    private static ClosureState Exists(TaskOrchestrationContext context, ClosureState state, OpenTransfer open, CreateTransfer.Result created)
    {
        var createdAt = created.CreatedAt ?? created.BrokerTime;
        var transfer = open with { CreatedAt = createdAt, Status = created.Status };
        var payout = (state.Payout with { Open = transfer, Created = state.Payout.Created + 1 }).Progressed(created.Status ?? default);
        return (state with
        {
            Payout = payout,
            Deadline = context.When(createdAt, created.BrokerTime) + state.Policy.TransferTimeout,
        }).WaitUntil(context.Now() + state.Policy.TransferPollInterval, "The transfer to reach its end", "Look at the transfer");
    }

    private static ClosureState InDoubt(TaskOrchestrationContext context, ClosureState state, OpenTransfer open)
    {
        var now = context.Now();
        state = state with { Deadline = state.Deadline ?? now + state.Policy.TransferTimeout };
        return state.IsOverdue(now)
            ? state.NeedsReview(ReviewCode.TransferOverdue, now, $"It is not certain whether transfer {open.Sequence} exists.")
            : (state with { LastError = "The broker's answer to a transfer was lost; looking for it before anything else is sent." })
                .WaitUntil(now + state.Policy.TransferDoubtWindow, "Certainty about a transfer", "Look for the transfer");
    }

    private static ClosureState Without(ClosureState state) => state with { Payout = state.Payout with { Open = null } };
}
