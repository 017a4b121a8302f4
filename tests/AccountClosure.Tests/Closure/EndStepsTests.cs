using AccountClosure.Closure;
using static AccountClosure.Tests.Closure.States;

namespace AccountClosure.Tests.Closure;

/// <summary>How a closure that ends goes on.</summary>
public sealed class EndStepsTests
{
    private static readonly ClosureState Ending = In(ClosurePhase.Withdrawing) with
    {
        Cancellation = new Cancel("user-1", "changed my mind"),
        Ending = new Ending { Asked = new AskedBefore() },
    };

    [Fact]
    public void Own_orders_have_ended_when_none_is_open_and_none_can_still_arrive()
    {
        Ending.AwaitOwnOrders(open: 0, arrivesBy: Now, Now).ShouldBeNull();
        Ending.AwaitOwnOrders(open: 0, arrivesBy: Now.AddMinutes(20), Now)!.Wait.ShouldBe(new Wait(WaitKind.OwnOrders, Now.AddMinutes(20)));
        Ending.AwaitOwnOrders(open: 1, arrivesBy: Now, Now)!
            .Wait.ShouldBe(new Wait(WaitKind.OwnOrders, Now + Policy.LiquidationPollInterval));
    }

    [Theory]
    [InlineData(2, "2 orders of the closure are still open.")]
    [InlineData(null, "what the broker said")]
    public void A_person_decides_about_own_orders_that_stay_open(int? open, string error)
    {
        var waiting = (Ending with { LastError = "what the broker said" }).AwaitOwnOrders(open, arrivesBy: Now.AddMinutes(20), Now)!;

        waiting.Deadline.ShouldBe(Now.AddMinutes(20) + Policy.LiquidationTimeout);
        var asked = waiting.AwaitOwnOrders(open, arrivesBy: Now.AddMinutes(20), waiting.Deadline!.Value)!;
        (asked.Review!.Code, asked.LastError).ShouldBe((ReviewCode.OrdersRemain, error));
    }

    [Fact]
    public void A_transfer_in_doubt_is_searched_for_after_the_window_and_others_are_polled()
    {
        Ending.AwaitOpenTransfers([Transfer(1, 10m, Now, "QUEUED"), Transfer(2, 10m, null)], Now)
            .Wait.ShouldBe(new Wait(WaitKind.TransferInDoubtBeforeEnd, Now + Policy.TransferInDoubtWindow));
        Ending.AwaitOpenTransfers([Transfer(1, 10m, Now, "QUEUED")], Now)
            .Wait.ShouldBe(new Wait(WaitKind.TransfersBeforeEnd, Now + Policy.TransferPollInterval));
    }

    [Theory]
    [InlineData("QUEUED", false)]
    [InlineData("A_WORD_OF_TOMORROW", true)]
    public void A_person_decides_about_a_transfer_that_does_not_end(string status, bool canDeclare)
    {
        OpenTransfer[] left = [Transfer(1, 10m, Now, status)];
        var waiting = Ending.AwaitOpenTransfers(left, Now);

        var asked = waiting.AwaitOpenTransfers(left, waiting.Deadline!.Value);

        (asked.Review!.Code, asked.Review.CanDeclare).ShouldBe((ReviewCode.TransferOverdue, canDeclare));
        asked.LastError.ShouldBe($"1 transfers have not ended: {status}.");
    }

    [Fact]
    public void A_close_that_the_broker_was_asked_for_is_awaited_for_the_closing_timeout()
    {
        var asked = Ending with { Ending = Ending.Ending! with { Asked = new AskedBefore(CloseAt: Now) } };

        Ending.AwaitRequestedClose(Now).ShouldBeNull();
        asked.AwaitRequestedClose(Now)!.Wait.ShouldBe(new Wait(WaitKind.RequestedClose, Now + Policy.ClosingPollInterval));
        asked.AwaitRequestedClose(Now + Policy.ClosingTimeout).ShouldBeNull();
    }

    [Fact]
    public void The_balances_of_a_closed_account_count_after_the_balance_lag()
    {
        var closed = Ending.SeenClosed(Now);

        closed.AwaitClosedBalances(Now)!.Wait.ShouldBe(new Wait(WaitKind.ClosedAccount, Now + ClosurePolicy.BalanceLag));
        closed.AwaitClosedBalances(Now + ClosurePolicy.BalanceLag).ShouldBeNull();
    }

    [Fact]
    public void A_person_is_asked_about_what_is_left_in_a_closed_account()
    {
        var left = new LeftInAccount(new Money(12m), Positions: 0, Returns: 1);

        var asked = Ending.ReviewLeftInAccount(left, "$12.00 and 0 positions", Now);

        (asked.Review!.Code, asked.Review.Left).ShouldBe((ReviewCode.ClosedWithAssets, left));
        asked.LastError.ShouldBe(
            "The account is closed with $12.00 and 0 positions. A transfer has come back since the broker was asked to close the account.");
    }
}
