namespace AccountClosure.Closure;

/// <summary>
/// Applies external events to the state of a closure. The orchestrator calls these pure functions at the closure's safe points.
/// </summary>
public static class Decisions
{
    /// <summary>Takes a request to cancel. The first one counts. It is too late once the broker was asked to close the account.</summary>
    public static ClosureState CancelRequested(this ClosureState state, Cancel cancel)
    {
        if (state.IsOfAnother(cancel.ConfirmationNumber))
            return state with { LastError = $"A request to cancel was ignored: closure {cancel.ConfirmationNumber} has ended." };
        if (!state.CanStillBeCancelled())
            return state with { LastError = "It is too late to cancel: the broker was asked to close the account." };
        if (state.Cancellation is not null)
            return state;
        var review = state.Review;
        return (state.WithoutDecision() with { Cancellation = cancel }).GoOn(review?.From ?? state.Phase, state.PhaseSince);
    }

    /// <summary>Takes a person's decision if it answers the current review. Any other decision only appears in the status.</summary>
    public static ClosureState Decided(this ClosureState state, Resolve decision) => state.Review switch
    {
        _ when state.IsOfAnother(decision.ConfirmationNumber) =>
            state with { LastError = $"A decision was ignored: closure {decision.ConfirmationNumber} has ended." },
        null => state with { LastError = "A decision was ignored: the closure is not in manual review." },
        { Number: var number } when number != decision.Review =>
            state with { LastError = $"A decision about review {decision.Review} was ignored: the current review is {number}." },
        _ when state.Decision == decision => state,
        var review => state.WithoutDecision() with
        {
            Decision = decision,
            Review = review with { Decisions = review.Decisions + 1 },
            Wait = null,
        },
    };

    /// <summary>Carries out the decision. A decision that is not among the choices changes nothing.</summary>
    public static ClosureState Apply(this ClosureState state, Resolve decision, DateTimeOffset now)
    {
        var review = state.Review ?? throw new InvalidOperationException("There is no review to resolve.");
        state = state with { Decision = null };
        if (!review.Choices().Contains(decision.Choice))
        {
            var choices = string.Join(", ", review.Choices());
            return state with { LastError = $"This review does not offer {decision.Choice}. Its choices are {choices}." };
        }
        return decision.Choice switch
        {
            ReviewChoice.Retry => state.WithCountersReset().GoOn(review.From, now),
            ReviewChoice.Abort => state.Abort(review, decision).GoOn(review.From, now),
            ReviewChoice.Skip when review.Code == ReviewCode.SettlementTimedOut => state.Skip(review).GoOn(review.From.Next(), now),
            ReviewChoice.Skip => state.Skip(review).GoOn(review.From, now),
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

    // Another search would find the same transfers, so they stay at the broker as they are.
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
