using AccountClosure.Closure;
using static AccountClosure.Tests.Closure.States;

namespace AccountClosure.Tests.Closure;

/// <summary>How a closure that pays out goes on.</summary>
public sealed class WithdrawalTests
{
    [Theory]
    [InlineData(1, 1, null, false)]
    [InlineData(0, 1, null, true)]
    [InlineData(1, 2, null, true)]
    [InlineData(1, 2, 60, false)]
    [InlineData(1, 2, -60, true)]
    public void Another_transfer_may_be_planned_when_there_is_room_and_the_limit_is_free(
        int open, int inFlight, int? freeInMinutes, bool isTime)
    {
        var state = In(ClosurePhase.Withdrawing) with { Policy = Policy with { MaxTransfersInFlight = inFlight } };
        state = state.With([.. Enumerable.Range(1, open).Select(sequence => Transfer(sequence, 10m, Now))]);
        DateTimeOffset? freeAt = freeInMinutes is { } minutes ? Now.AddMinutes(minutes) : null;
        state = state with { Payout = state.Payout with { NextTransferAt = freeAt } };

        state.IsTimeForAnother(Now).ShouldBe(isTime);
    }

    [Fact]
    public void A_person_decides_about_the_first_transfer_that_is_past_its_deadline()
    {
        var state = In(ClosurePhase.Withdrawing).With(
            Transfer(1, 10m, Now, "QUEUED", deadline: Now.AddSeconds(1)), Transfer(2, 10m, Now, "A_WORD_OF_TOMORROW", deadline: Now));

        state.ReviewOverdueTransfer(Now.AddSeconds(-1)).ShouldBeNull();
        var review = state.ReviewOverdueTransfer(Now)!.Review!;
        (review.Code, review.Transfers[0], review.CanDeclare).ShouldBe((ReviewCode.TransferOverdue, state.Payout.Open[1].IntentId, true));
    }

    [Theory]
    [InlineData(30, WaitKind.DailyLimit, 30)]
    [InlineData(121, WaitKind.Transfers, 120)]
    [InlineData(-1, WaitKind.Transfers, 120)]
    public void Open_transfers_are_polled_or_joined_by_another_whichever_is_earlier(int freeInMinutes, WaitKind kind, int minutes)
    {
        var state = In(ClosurePhase.Withdrawing) with { Policy = Policy with { MaxTransfersInFlight = 2 } };
        state = state.With(Transfer(1, 10m, Now));
        state = state with { Payout = state.Payout with { NextTransferAt = Now.AddMinutes(freeInMinutes) } };

        state.AwaitTransfers(Now).Wait.ShouldBe(new Wait(kind, Now.AddMinutes(minutes)));
    }

    [Fact]
    public void The_limit_is_awaited_in_a_phase_of_its_own_and_never_longer_than_the_longest_wait()
    {
        var waiting = In(ClosurePhase.Withdrawing).AwaitLimit(Now.AddHours(24), Now);

        (waiting.Phase, waiting.Wait).ShouldBe((ClosurePhase.WaitingForNextTransfer, new Wait(WaitKind.DailyLimit, Now.AddHours(24))));
        waiting.AwaitLimit(Now.AddYears(1), Now).Wait!.Until.ShouldBe(Now + ClosurePolicy.LongestWait);
        waiting.Withdrawing(Now).Phase.ShouldBe(ClosurePhase.Withdrawing);
    }

    [Fact]
    public void With_a_transfer_on_its_way_the_limit_does_not_change_the_phase() =>
        In(ClosurePhase.Withdrawing).With(Transfer(1, 10m, Now)).AwaitLimit(Now.AddHours(24), Now).Phase.ShouldBe(ClosurePhase.Withdrawing);

    [Fact]
    public void A_return_is_counted_and_its_money_paid_out_again_at_once()
    {
        var state = In(ClosurePhase.WaitingForNextTransfer);
        state = state with { Payout = state.Payout with { Withdrawn = new Money(70m), Completed = 2 } };

        var returned = new ReturnedTransfer("CLA/1", 1, new Money(30m), new TransferStatus("RETURNED"), Now.AddDays(-2));

        var after = state.CountReturns([returned], Now);

        (after.Phase, after.Wait, after.Payout.Withdrawn, after.Payout.Completed, after.Payout.Failed)
            .ShouldBe((ClosurePhase.Withdrawing, null, new Money(40m), 1, 1));
        after.Payout.Unrecorded.ShouldHaveSingleItem();
    }

    [Fact]
    public void Balances_are_awaited_until_they_show_the_last_transfer_by_our_clock()
    {
        var account = Account() with { BalancesHoldFrom = Now.AddMinutes(25), BrokerTime = Now.AddMinutes(10) };

        var waiting = In(ClosurePhase.Withdrawing).AwaitBalances(account, Now);

        waiting.Wait.ShouldBe(new Wait(WaitKind.Balances, Now.AddMinutes(15)));
        waiting.AwaitBalances(account, waiting.Deadline!.Value).Review!.Code.ShouldBe(ReviewCode.OtherTransferOverdue);
    }

    [Theory]
    [InlineData(-48, -48)]
    [InlineData(48, 48)]
    public void Other_pending_money_is_awaited_until_its_deadline(int createdInHours, int countsFromHours)
    {
        var account = Account() with { OtherTransfersPendingSince = Now.AddHours(createdInHours) };

        var waiting = In(ClosurePhase.Withdrawing).AwaitOtherMoney(account, Now);

        waiting.Wait!.Kind.ShouldBe(WaitKind.OtherMoney);
        waiting.Deadline.ShouldBe(Now.AddHours(Math.Max(0, countsFromHours)) + Policy.TransferTimeout);
        waiting.AwaitOtherMoney(account, waiting.Deadline!.Value).Review!.Code.ShouldBe(ReviewCode.OtherTransferOverdue);
    }

    private static WithdrawalAssessment Account() => new(Money.Zero, Money.Zero, Money.Zero, null, null, [], Blocked: false, Now);
}
