using AccountClosure.Closure;

namespace AccountClosure.Tests.Closure;

/// <summary>What a closure knows of its transfers and its totals.</summary>
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

    [Fact]
    public void A_transfer_is_intended_exists_and_is_complete()
    {
        var open = States.Transfer(1, 50m, createdAt: null);
        var payout = new Payout(Remaining: new Money(80m)).Intended(open);
        payout.InDoubt().ShouldBe(open);

        payout = payout.Exists(States.Now, new TransferStatus("QUEUED"), deadline: States.Now.AddDays(5));
        (payout.InDoubt(), payout.Created, payout.Latest[0].Status.Raw).ShouldBe((null, 1, "QUEUED"));

        payout = payout.Ended(payout.Open[0], new TransferStatus("COMPLETE"), TransferStage.Completed, States.Now.AddDays(2));
        (payout.Open.Count, payout.Withdrawn, payout.Remaining, payout.Completed).ShouldBe((0, new Money(50m), new Money(30m), 1));
        payout.Latest[0].CompletedAt.ShouldBe(States.Now.AddDays(2));
    }

    [Fact]
    public void A_transfer_that_ends_otherwise_counts_as_failed_and_its_money_remains()
    {
        var open = States.Transfer(1, 50m, States.Now, "QUEUED");
        var payout = new Payout(Remaining: new Money(80m)) with { Open = [open] };

        payout = payout.Ended(open, new TransferStatus("REJECTED"), TransferStage.Failed, States.Now);

        (payout.Open.Count, payout.Withdrawn, payout.Remaining, payout.Failed).ShouldBe((0, Money.Zero, new Money(80m), 1));
    }

    [Fact]
    public void A_return_is_subtracted_and_stays_unrecorded()
    {
        var returned = new ReturnedTransfer("CLA/1", 1, new Money(50m), new TransferStatus("RETURNED"), States.Now);

        var payout = new Payout(Withdrawn: new Money(80m), Completed: 2).Returned([returned]);

        (payout.Withdrawn, payout.Completed, payout.Failed).ShouldBe((new Money(30m), 1, 1));
        payout.Unrecorded.ShouldBe([returned]);
    }

    [Fact]
    public void Transfers_that_only_the_ledger_has_are_taken_over()
    {
        var complete = States.Transfer(1, 50m, States.Now, "COMPLETE") with { Stage = TransferStage.Completed };
        var inDoubt = States.Transfer(2, 20m, createdAt: null);

        var payout = new Payout(Remaining: new Money(80m)).Remembered([complete, inDoubt], States.Now);

        (payout.Sequence, payout.Created, payout.Withdrawn).ShouldBe((2, 1, new Money(50m)));
        payout.Open.ShouldBe([inDoubt]);
    }

    [Fact]
    public void The_latest_five_transfers_are_kept()
    {
        var payout = Enumerable.Range(1, 7).Aggregate(new Payout(), (before, sequence) => before
            .Intended(States.Transfer(sequence, 1m, createdAt: null))
            .Exists(States.Now, new TransferStatus("QUEUED"), States.Now));

        payout.Latest.Select(transfer => transfer.Sequence).ShouldBe([3, 4, 5, 6, 7]);
        payout.Created.ShouldBe(7);
    }

    [Theory]
    [InlineData(0, 20)]
    [InlineData(1, 20)]
    [InlineData(2, 40)]
    [InlineData(3, 80)]
    [InlineData(20, 1440)]
    public void Each_doubt_doubles_the_wait_up_to_a_day(int count, int minutes) =>
        (States.Transfer(1, 1m, createdAt: null) with { InDoubtCount = count }).InDoubtWait(States.Policy)
            .ShouldBe(TimeSpan.FromMinutes(minutes));
}
