using AccountClosure.Closure;
using static AccountClosure.Tests.Closure.States;

namespace AccountClosure.Tests.Closure;

public sealed class ClosureStateTests
{
    [Theory]
    [InlineData(ClosurePhase.Initiated, ClosurePhase.Liquidating)]
    [InlineData(ClosurePhase.Liquidating, ClosurePhase.Settling)]
    [InlineData(ClosurePhase.Settling, ClosurePhase.Withdrawing)]
    [InlineData(ClosurePhase.Withdrawing, ClosurePhase.Closing)]
    [InlineData(ClosurePhase.WaitingForNextTransfer, ClosurePhase.Closing)]
    [InlineData(ClosurePhase.Closing, ClosurePhase.Completed)]
    public void A_phase_that_is_done_is_followed_by_the_next_one(ClosurePhase phase, ClosurePhase next) =>
        In(phase).Done(Now).Phase.ShouldBe(next);

    [Theory]
    [InlineData(ClosurePhase.Completed)]
    [InlineData(ClosurePhase.ManualReview)]
    [InlineData(ClosurePhase.Cancelled)]
    public void Nothing_follows_an_end_or_a_review(ClosurePhase phase) => Should.Throw<InvalidOperationException>(() => phase.Next());

    [Fact]
    public void A_new_phase_starts_without_the_waits_deadlines_and_failures_of_the_one_before()
    {
        var state = In(ClosurePhase.Settling).WaitFor(WaitKind.Settlement, Now.AddHours(2)) with { Deadline = Now, Recorded = true };
        state = state.StepFailed(Now, "ReadBalances", "error", StepFailure.Other);

        var next = state.Done(Now);

        (next.Wait, next.Deadline, next.Attempts, next.Failing, next.Recorded).ShouldBe((null, null, 0, null, false));
        next.PhaseSince.ShouldBe(Now);
    }

    [Fact]
    public void A_phase_never_starts_before_the_one_before_it_whatever_the_clock() =>
        In(ClosurePhase.Settling).Done(Now.AddHours(-2)).PhaseSince.ShouldBe(Now.AddHours(-1));

    [Fact]
    public void A_date_of_the_broker_is_awaited_for_the_longest_wait_and_then_asked_for_again()
    {
        var state = In(ClosurePhase.Liquidating);

        state.WaitForDate(WaitKind.MarketOpen, Now.AddHours(24), Now).Wait!.Until.ShouldBe(Now.AddHours(24));
        state.WaitForDate(WaitKind.MarketOpen, Now.AddDays(9), Now).Wait!.Until.ShouldBe(Now + ClosurePolicy.LongestWait);
    }

    [Fact]
    public void Late_money_restarts_an_earlier_phase_until_the_policy_asks_a_person()
    {
        var state = In(ClosurePhase.Closing);
        for (var restart = 1; restart <= Policy.MaxPhaseRestarts; restart++)
        {
            state = state.RestartFrom(ClosurePhase.Settling, Now, "Cash turned up.");
            (state.Phase, state.PhaseRestarts).ShouldBe((ClosurePhase.Settling, restart));
        }

        var asked = state.RestartFrom(ClosurePhase.Settling, Now, "Cash turned up.");

        (asked.Review!.Code, asked.Review.From).ShouldBe((ReviewCode.TooManyPhaseRestarts, ClosurePhase.Settling));
    }

    [Fact]
    public void A_refusal_of_the_broker_is_for_a_person_at_once() =>
        In(ClosurePhase.Settling).StepFailed(Now, "ReadBalances", "refused", StepFailure.Permanent)
            .Review!.Code.ShouldBe(ReviewCode.StepFailed);

    [Fact]
    public void An_outage_is_for_a_person_after_the_outage_timeout()
    {
        var failed = In(ClosurePhase.Settling).StepFailed(Now, "ReadBalances", "no answer", StepFailure.Outage);

        failed.Wait.ShouldBe(new Wait(WaitKind.StepRetry, Now + Policy.StepRetryInterval));
        FailedAgain(Policy.OutageTimeout - TimeSpan.FromSeconds(1)).Review.ShouldBeNull();
        FailedAgain(Policy.OutageTimeout).Review.ShouldNotBeNull();

        ClosureState FailedAgain(TimeSpan later) => failed.StepFailed(Now + later, "ReadBalances", "no answer", StepFailure.Outage);
    }

    [Fact]
    public void Another_failure_is_for_a_person_after_the_maximum_number_of_failures_of_one_activity()
    {
        var state = In(ClosurePhase.Settling);
        for (var failure = 1; failure < Policy.MaxStepFailures; failure++)
        {
            state = state
                .StepFailed(Now, "ReadBalances", "error", StepFailure.Other)
                .StepFailed(Now, "AppendAudit", "error", StepFailure.Outage);
        }

        state.Review.ShouldBeNull();
        state.StepFailed(Now, "AppendAudit", "error", StepFailure.Other).Review.ShouldBeNull();
        state.StepFailed(Now, "ReadBalances", "error", StepFailure.Other).Review.ShouldNotBeNull();
    }

    [Fact]
    public void A_decision_whose_step_fails_for_good_is_dropped_and_the_review_goes_on()
    {
        var decision = new Resolve(1, ReviewChoice.Abort, "operator", "decided");

        var failed = InReview(ReviewCode.NegativeBalance).Decided(decision)
            .StepFailed(Now, "AppendAudit", "refused", StepFailure.Permanent);

        (failed.Decision, failed.Wait, failed.Review!.Number).ShouldBe((null, null, 1));
        failed.FailedDecision.ShouldBe(new FailedDecision(decision, 1, "refused"));
    }

    [Fact]
    public void A_review_can_be_aborted_until_the_broker_was_asked_to_close()
    {
        InReview(ReviewCode.CloseRefused, ClosurePhase.Closing).Review!.CanAbort.ShouldBeTrue();
        (In(ClosurePhase.Closing) with { CloseRequested = true }).NeedsReview(ReviewCode.CloseNotConfirmed, Now)
            .Review!.CanAbort.ShouldBeFalse();
    }

    [Theory]
    [InlineData(ReviewCode.TransferOverdue, true)]
    [InlineData(ReviewCode.AmbiguousTransfer, true)]
    [InlineData(ReviewCode.OrdersRemain, true)]
    [InlineData(ReviewCode.StepFailed, false)]
    public void While_a_closure_ends_an_abort_can_leave_only_orders_and_transfers(ReviewCode code, bool canAbort) =>
        (In(ClosurePhase.Withdrawing) with { Ending = new Ending() }).NeedsReview(code, Now).Review!.CanAbort.ShouldBe(canAbort);
}
