using AccountClosure.Closure;
using static AccountClosure.Tests.Closure.States;

namespace AccountClosure.Tests.Closure;

/// <summary>What a cancel and a decision do to a closure's state.</summary>
public sealed class DecisionsTests
{
    private static readonly Cancel Cancel = new("user-1", "changed my mind");

    [Fact]
    public void The_first_cancel_counts()
    {
        var cancelled = In(ClosurePhase.Settling).WaitFor(WaitKind.Settlement, Now.AddHours(2)).CancelRequested(Cancel);

        (cancelled.Cancellation, cancelled.Wait).ShouldBe((Cancel, null));
        cancelled.CancelRequested(Cancel with { Actor = "another" }).Cancellation.ShouldBe(Cancel);
    }

    [Fact]
    public void A_cancel_in_review_goes_back_to_the_phase_that_stopped()
    {
        var cancelled = InReview(ReviewCode.SettlementTimedOut, ClosurePhase.Settling).CancelRequested(Cancel);

        (cancelled.Phase, cancelled.Review).ShouldBe((ClosurePhase.Settling, null));
    }

    [Fact]
    public void A_cancel_comes_too_late_once_the_broker_was_asked_to_close_or_has_closed()
    {
        (In(ClosurePhase.Closing) with { CloseRequested = true }).CancelRequested(Cancel).Cancellation.ShouldBeNull();
        In(ClosurePhase.Closing).SeenClosed(Now).CancelRequested(Cancel).Cancellation.ShouldBeNull();
    }

    [Fact]
    public void An_event_for_another_closure_of_the_account_changes_nothing_but_the_status()
    {
        var state = InReview(ReviewCode.NegativeBalance);

        var cancelled = state.CancelRequested(Cancel with { ConfirmationNumber = "CLA-OTHER-OTHER" });
        var decided = state.Decided(new Resolve(1, ReviewChoice.Retry, "operator", "paid in", "CLA-OTHER-OTHER"));

        (cancelled with { LastError = null }).ShouldBe(state);
        (decided with { LastError = null }).ShouldBe(state);
        cancelled.LastError.ShouldNotBeNull();
        decided.LastError.ShouldNotBeNull();
    }

    [Fact]
    public void A_decision_must_name_the_present_review()
    {
        var state = InReview(ReviewCode.NegativeBalance);

        state.Decided(new Resolve(2, ReviewChoice.Retry, "operator", "paid in")).Decision.ShouldBeNull();
        In(ClosurePhase.Settling).Decided(new Resolve(1, ReviewChoice.Retry, "operator", "paid in")).Decision.ShouldBeNull();
        state.Decided(new Resolve(1, ReviewChoice.Retry, "operator", "paid in")).Decision.ShouldNotBeNull();
    }

    [Fact]
    public void A_repeated_decision_counts_once_and_another_one_replaces_it()
    {
        var decision = new Resolve(1, ReviewChoice.Retry, "operator", "paid in");
        var state = InReview(ReviewCode.NegativeBalance).Decided(decision);

        state.Decided(decision).Review!.Decisions.ShouldBe(1);
        var other = state.Decided(decision with { Choice = ReviewChoice.Abort });
        (other.Review!.Decisions, other.Decision!.Choice).ShouldBe((2, ReviewChoice.Abort));
        other.FailedDecision!.Decision.ShouldBe(decision);
    }

    [Theory]
    [InlineData(ReviewCode.LiquidationTimedOut, ClosurePhase.Liquidating, ReviewChoice.Retry, ClosurePhase.Liquidating, false)]
    [InlineData(ReviewCode.SettlementTimedOut, ClosurePhase.Settling, ReviewChoice.Skip, ClosurePhase.Withdrawing, false)]
    [InlineData(ReviewCode.AmbiguousTransfer, ClosurePhase.Withdrawing, ReviewChoice.Skip, ClosurePhase.Withdrawing, false)]
    [InlineData(ReviewCode.NegativeBalance, ClosurePhase.Settling, ReviewChoice.Abort, ClosurePhase.Settling, true)]
    public void A_decision_leads_to_a_phase(ReviewCode code, ClosurePhase from, ReviewChoice choice, ClosurePhase to, bool isCancelled)
    {
        var next = InReview(code, from).Apply(new Resolve(1, choice, "operator", "decided"), Now);

        (next.Phase, next.Review, next.Cancellation is not null).ShouldBe((to, null, isCancelled));
    }

    [Fact]
    public void A_choice_that_the_review_does_not_offer_changes_nothing()
    {
        var state = InReview(ReviewCode.NegativeBalance);

        var next = state.Apply(new Resolve(1, ReviewChoice.TreatAsComplete, "operator", "decided"), Now);

        (next with { LastError = null }).ShouldBe(state);
        next.LastError!.ShouldContain("Retry, Abort");
    }

    [Fact]
    public void A_retry_starts_all_counters_again()
    {
        var asked = InReview(ReviewCode.TooManyFailedTransfers);
        var state = asked with
        {
            PhaseRestarts = 5,
            Liquidation = new Liquidation(OrdersCancelled: true),
            Payout = asked.Payout with { Failed = 3 },
        };

        var next = state.Apply(new Resolve(1, ReviewChoice.Retry, "operator", "decided"), Now);

        (next.PhaseRestarts, next.Payout.Failed, next.Liquidation).ShouldBe((0, 0, new Liquidation()));
    }

    [Theory]
    [InlineData(ReviewChoice.Skip)]
    [InlineData(ReviewChoice.Abort)]
    public void An_ambiguous_transfer_that_a_person_gives_up_is_no_longer_in_doubt(ReviewChoice choice)
    {
        var state = In(ClosurePhase.Withdrawing).With(Transfer(1, 10m, createdAt: null)).NeedsReview(ReviewCode.AmbiguousTransfer, Now);

        state.Apply(new Resolve(1, choice, "operator", "decided"), Now).Payout.InDoubt().ShouldBeNull();
    }
}
