using AccountClosure.Closure;

namespace AccountClosure.Tests.Closure;

/// <summary>The remaining amount when the final totals come from the ledger and the broker no longer shows the cash.</summary>
public sealed class PayoutTests
{
    [Theory]
    [InlineData(50, 0, 30, 0, 20)]
    [InlineData(50, 0, 30, 20, 0)]
    [InlineData(0, 70, 50, 0, 20)]
    [InlineData(0, 0, 70, 0, 0)]
    [InlineData(-5, 70, 70, 0, -5)]
    [InlineData(-5, 0, 70, 0, -5)]
    public void Money_sent_since_the_last_poll_no_longer_remains_and_returned_money_does(
        int remaining, int withdrawn, int withdrawnAtTheEnd, int inFlight, int remainingAtTheEnd)
    {
        var payout = new Payout(Withdrawn: new Money(withdrawn), Remaining: new Money(remaining));

        payout = AtTheEnd(payout);
        payout.Remaining.ShouldBe(new Money(remainingAtTheEnd));
        AtTheEnd(payout).ShouldBe(payout);

        Payout AtTheEnd(Payout before) =>
            before.AtTheEnd(new Money(withdrawnAtTheEnd), new Money(inFlight), created: 1, completed: 1, latest: null);
    }
}
