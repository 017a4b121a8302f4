using AccountClosure.Closure;
using static AccountClosure.Tests.Closure.States;

namespace AccountClosure.Tests.Closure;

/// <summary>What follows from each outcome of an attempt to create a transfer.</summary>
public sealed class TransferAttemptTests
{
    // The broker's clock is ten minutes ahead of ours.
    private static readonly DateTimeOffset BrokerNow = Now.AddMinutes(10);

    private static readonly ClosureState State = In(ClosurePhase.Withdrawing).With(Transfer(1, 50_000m, createdAt: null));

    [Fact]
    public void A_transfer_that_exists_is_followed_and_the_limit_counts_from_its_creation_by_our_clock()
    {
        var exists = Attempt(CreateTransferOutcome.Exists) with { CreatedAt = BrokerNow, Status = new TransferStatus("QUEUED") };

        var after = State.After(exists, Now);

        after.Payout.Open.ShouldHaveSingleItem().CreatedAt.ShouldBe(BrokerNow);
        after.Payout.Open[0].Deadline.ShouldBe(Now + Policy.TransferTimeout);
        after.Payout.NextTransferAt.ShouldBe(RollingLimit.FreeAfter(Now));
        after.Payout.Created.ShouldBe(1);
        after.Wait.ShouldBe(new Wait(WaitKind.Transfers, Now + Policy.TransferPollInterval));
    }

    [Fact]
    public void A_transfer_in_doubt_waits_for_the_window_which_doubles_with_each_doubt()
    {
        var once = State.After(Attempt(CreateTransferOutcome.InDoubt), Now);
        var twice = once.After(Attempt(CreateTransferOutcome.InDoubt), Now);

        once.Wait.ShouldBe(new Wait(WaitKind.TransferInDoubt, Now + Policy.TransferInDoubtWindow));
        twice.Wait.ShouldBe(new Wait(WaitKind.TransferInDoubt, Now + (2 * Policy.TransferInDoubtWindow)));
        twice.Payout.InDoubt()!.InDoubtCount.ShouldBe(2);
    }

    [Fact]
    public void A_transfer_that_was_not_sent_is_tried_again_without_another_doubt()
    {
        var after = State.After(Attempt(CreateTransferOutcome.NotSent), Now);

        after.Payout.InDoubt()!.InDoubtCount.ShouldBe(0);
        after.Wait!.Kind.ShouldBe(WaitKind.TransferInDoubt);
    }

    [Theory]
    [InlineData(CreateTransferOutcome.InDoubt)]
    [InlineData(CreateTransferOutcome.NotSent)]
    public void A_person_decides_about_a_transfer_in_doubt_from_its_deadline_on(CreateTransferOutcome outcome)
    {
        var overdue = In(ClosurePhase.Withdrawing).With(Transfer(1, 50_000m, createdAt: null, deadline: Now));

        overdue.After(Attempt(outcome), Now).Review!.Code.ShouldBe(ReviewCode.TransferOverdue);
        overdue.After(Attempt(outcome), Now.AddSeconds(-1)).Review.ShouldBeNull();
    }

    [Fact]
    public void A_transfer_over_the_limit_waits_until_the_broker_has_room_by_our_clock()
    {
        var after = State.After(Attempt(CreateTransferOutcome.OverLimit) with { RetryAt = BrokerNow.AddHours(5) }, Now);

        after.Phase.ShouldBe(ClosurePhase.WaitingForNextTransfer);
        after.Wait.ShouldBe(new Wait(WaitKind.DailyLimit, Now.AddHours(5)));
        after.Payout.Open.ShouldBeEmpty();
        after.Payout.LimitRefusedSince.ShouldBe(Now);
    }

    [Fact]
    public void A_broker_that_names_no_time_or_a_past_one_is_asked_again_after_an_hour()
    {
        var overLimit = Attempt(CreateTransferOutcome.OverLimit);

        State.After(overLimit, Now).Wait!.Until.ShouldBe(Now.AddHours(1));
        State.After(overLimit with { RetryAt = BrokerNow.AddHours(-1) }, Now).Wait!.Until.ShouldBe(Now.AddHours(1));
    }

    [Fact]
    public void A_person_decides_when_every_transfer_was_over_the_limit_for_two_days()
    {
        var refused = State with { Payout = State.Payout with { LimitRefusedSince = Now.AddDays(-2) } };

        refused.After(Attempt(CreateTransferOutcome.OverLimit), Now).Review!.Code.ShouldBe(ReviewCode.TooManyFailedTransfers);
    }

    [Fact]
    public void A_refused_transfer_counts_as_failed_and_is_planned_again()
    {
        var after = State.After(Attempt(CreateTransferOutcome.Refused), Now);

        after.Payout.Failed.ShouldBe(1);
        after.Payout.Open.ShouldBeEmpty();
        after.Wait.ShouldBe(new Wait(WaitKind.TransferRetry, Now + Policy.TransferPollInterval));
    }

    [Fact]
    public void Changed_cash_restarts_the_settlement() =>
        State.After(Attempt(CreateTransferOutcome.CashChanged), Now).Phase.ShouldBe(ClosurePhase.Settling);

    [Fact]
    public void An_ambiguous_transfer_is_for_a_person()
    {
        var after = State.After(Attempt(CreateTransferOutcome.Ambiguous), Now);

        after.Review!.Code.ShouldBe(ReviewCode.AmbiguousTransfer);
        after.Review.Transfers.ShouldBe([State.Payout.Open[0].IntentId]);
        after.LastError.ShouldBe("Two transfers of $50,000.00 could be transfer 1.");
    }

    [Fact]
    public void A_stopped_closure_ends_and_a_decided_transfer_is_planned_again_at_once()
    {
        State.After(Attempt(CreateTransferOutcome.Stopped), Now).Phase.ShouldBe(ClosurePhase.Failed);
        var decided = State.After(Attempt(CreateTransferOutcome.Decided), Now);
        (decided.Phase, decided.Wait, decided.Payout.Open.Count).ShouldBe((ClosurePhase.Withdrawing, null, 0));
    }

    private static CreateTransferResult Attempt(CreateTransferOutcome outcome) => new(outcome, BrokerNow);
}
