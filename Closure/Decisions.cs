namespace AccountClosure.Closure;

/// <summary>What an event from outside does to a closure: the pure part, which the orchestrator applies at its safe points.</summary>
public static class Decisions
{
    /// <summary>Somebody asked to cancel. The first one counts; it comes too late once the broker was asked to close.</summary>
    public static ClosureState CancelRequested(this ClosureState state, Cancel cancel)
    {
        if (state.IsOfAnother(cancel.ConfirmationNumber))
            return state with { LastError = $"A cancel came of closure {cancel.ConfirmationNumber}, which has ended." };
        if (!state.CanStillBeCancelled())
            return state with { LastError = "It is too late to cancel: the broker was asked to close the account." };
        if (state.Cancellation is not null)
            return state;
        var review = state.Review;
        return (state.WithoutDecision() with { Cancellation = cancel }).GoOn(review?.From ?? state.Phase, state.PhaseSince);
    }

    /// <summary>Takes a person's decision, if it answers the present review; otherwise only the status says that it came.</summary>
    public static ClosureState Decided(this ClosureState state, Resolve decision) => state.Review switch
    {
        _ when state.IsOfAnother(decision.ConfirmationNumber) =>
            state with { LastError = $"A decision came about closure {decision.ConfirmationNumber}, which has ended." },
        null => state with { LastError = "A decision came although none was awaited." },
        { Number: var number } when number != decision.Review =>
            state with { LastError = $"A decision came about review {decision.Review}; the present one is {number}." },
        _ when state.Decision == decision => state,
        var review => state.WithoutDecision() with
        {
            Decision = decision,
            Review = review with { Decisions = review.Decisions + 1 },
            Wait = null,
        },
    };

    /// <summary>Acts on the decision; one that is not among the choices changes nothing.</summary>
    public static ClosureState Apply(this ClosureState state, Resolve decision, DateTimeOffset now)
    {
        var review = state.Review ?? throw new InvalidOperationException("There is no review to resolve.");
        state = state with { Decision = null };
        if (!review.Choices().Contains(decision.Choice))
            return state with { LastError = $"{decision.Choice} is not possible here; possible are {string.Join(", ", review.Choices())}." };
        return decision.Choice switch
        {
            ReviewChoice.Retry => state.WithCountersReset().GoOn(review.From, now),
            ReviewChoice.Abort => state.Abort(review, decision).GoOn(review.From, now),
            ReviewChoice.Skip => state.Skip(review).GoOn(review.Code == ReviewCode.SettlementTimedOut ? review.From.Next() : review.From, now),
            _ => state.GoOn(review.From, now),
        };
    }

    // All closures of an account have the same instance id, so an event for an earlier one can reach the next.
    private static bool IsOfAnother(this ClosureState state, string? confirmationNumber) =>
        confirmationNumber is not null && confirmationNumber != state.Request.ConfirmationNumber;

    private static ClosureState Abort(this ClosureState state, Review review, Resolve decision) => state.WithoutAmbiguity(review) with
    {
        Cancellation = state.Cancellation ?? new Cancel(decision.Actor, decision.Reason),
        Ending = state.Ending is { } ending && review.Code == ReviewCode.OrdersRemain ? ending with { OrdersEnded = true } : state.Ending,
    };

    private static ClosureState Skip(this ClosureState state, Review review) => review.Code switch
    {
        ReviewCode.AmbiguousTransfer => state.WithoutAmbiguity(review),
        ReviewCode.ClosedWithAssets => state with { Ending = (state.Ending ?? new Ending()) with { Accepted = review.Left } },
        _ => state,
    };

    // Looking again could only ever find the same transfers: they are left at the broker as they are.
    private static ClosureState WithoutAmbiguity(this ClosureState state, Review review) =>
        review.Code == ReviewCode.AmbiguousTransfer ? state with { Payout = state.Payout.WithoutTransferInDoubt() } : state;

    private static ClosureState WithCountersReset(this ClosureState state) => state with
    {
        Liquidation = new(),
        PhaseRestarts = 0,
        Payout = state.Payout with { Failed = 0 },
    };

    private static ClosureState GoOn(this ClosureState state, ClosurePhase phase, DateTimeOffset now) =>
        phase == state.Phase
            ? state with { Wait = null }
            : state.Enter(phase, now);
}
