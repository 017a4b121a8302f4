using AccountClosure.Closure;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios;

public sealed class ExampleTests
{
    [Fact]
    public void An_account_of_150_000_dollars_is_paid_out_in_three_daily_transfers_and_closed()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount
        {
            Cash = 90_000m,
            Positions = [new NewPosition("AAPL", 150, 200m), new NewPosition("MSFT", 75, 400m)],
            OpenOrders = [new NewOrder("NVDA", 10, LimitPrice: 100m)],
            Bank = new BankOptions(TransferHours: 19),
        });

        // Monday, 10:00: the market is open, orders are cancelled and positions sold within a minute or two.
        app.Initiate(account).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(5));
        var progress = app.Progress(account);
        progress.Phase.ShouldBe(ClosurePhase.Liquidating);
        progress.Wait.ShouldBe(WaitKind.Liquidation);
        app.Emails.ShouldHaveSingleItem();

        // Monday, 10:10: the positions are sold. The proceeds of $60,000 are withdrawable on Tuesday.
        app.AdvanceTo(Eastern.At(2026, 3, 2, 10, 10));
        progress = app.Progress(account);
        progress.Phase.ShouldBe(ClosurePhase.Settling);
        progress.Remaining.ShouldBe(new Money(150_000m));
        progress.Deadline.ShouldBe(Eastern.At(2026, 3, 5, 16));
        app.State(account).CashWithdrawable.ShouldBe(90_000m);

        // Tuesday, noon: the first $50,000 are in flight.
        app.AdvanceTo(Eastern.At(2026, 3, 3, 12));
        progress = app.Progress(account);
        progress.Phase.ShouldBe(ClosurePhase.Withdrawing);
        progress.Withdrawn.ShouldBe(Money.Zero);
        var first = progress.Transfers.ShouldHaveSingleItem();
        first.Amount.ShouldBe(new Money(50_000m));
        first.CompletedAt.ShouldBeNull();

        // The first transfer arrives after 20 hours. The second waits until the 24 hours have passed.
        var firstAt = first.CreatedAt!.Value;
        app.AdvanceTo(firstAt.AddHours(21));
        progress = app.Progress(account);
        progress.Phase.ShouldBe(ClosurePhase.WaitingForNextTransfer);
        progress.Withdrawn.ShouldBe(new Money(50_000m));
        progress.Remaining.ShouldBe(new Money(100_000m));
        progress.NextActionAt.ShouldBe(firstAt.AddHours(24).AddSeconds(61));

        app.AdvanceTo(firstAt.AddHours(25));
        progress = app.Progress(account);
        progress.Phase.ShouldBe(ClosurePhase.Withdrawing);
        progress.TransferCount.ShouldBe(2);

        // The third leaves another day later. The account is closed when it has arrived and was not returned for two business days.
        app.AdvanceTo(firstAt.AddHours(49));
        app.Progress(account).TransferCount.ShouldBe(3);
        app.AdvanceTo(firstAt.AddHours(70));
        progress = app.Progress(account);
        progress.Phase.ShouldBe(ClosurePhase.Withdrawing);
        progress.Wait.ShouldBe(WaitKind.Returns);
        progress.ReturnsUntil.ShouldBe(Eastern.At(2026, 3, 10, 16));
        var closing = app.RunUntil(account, ClosurePhase.Closing);
        closing.Withdrawn.ShouldBe(new Money(150_000m));
        closing.CanCancel.ShouldBeTrue();

        var status = app.RunToEnd(account);
        status.RuntimeStatus.ShouldBe("Completed");
        status.Output!.Withdrawn.ShouldBe(new Money(150_000m));
        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 150_000m);
        var created = app.State(account).Transfers.Select(transfer => transfer.CreatedAt).Order().ToList();
        created.Zip(created.Skip(1), (earlier, later) => later - earlier).ShouldAllBe(gap => gap >= TimeSpan.FromHours(24));
        app.Emails.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("50000", 1)]
    [InlineData("50000.01", 1)]
    [InlineData("50001.01", 2)]
    [InlineData("0", 0)]
    [InlineData("0.50", 0)]
    [InlineData("1.00", 0)]
    [InlineData("1.01", 1)]
    [InlineData("1.001", 1)]
    [InlineData("100001.001", 3)]
    [InlineData("100000.999", 2)]
    [InlineData("1234567.89", 25)]
    public void Any_amount_is_paid_out_to_the_cent_except_a_rest_within_the_tolerance(string cash, int transfers)
    {
        using var app = new ClosureApp();
        var wasThere = decimal.Parse(cash);
        var account = app.CreateAccount(wasThere);

        app.Initiate(account);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere);
        app.State(account).Transfers.Count.ShouldBe(transfers);
        app.Status(account).Output!.TransferCount.ShouldBe(transfers);
    }

    [Fact]
    public void A_running_closure_continues_after_the_process_dies_in_every_phase()
    {
        using var app = new ClosureApp(new ClosureAppSettings { OnDisk = true });
        var account = app.CreateAccount(new NewAccount { Cash = 60_000m, Positions = [new NewPosition("AAPL", 100, 200m)] });
        app.Initiate(account);

        foreach (var phase in new[] { ClosurePhase.Liquidating, ClosurePhase.Settling, ClosurePhase.Withdrawing, ClosurePhase.Closing })
        {
            app.RunUntil(account, phase);
            app.Restart(down: TimeSpan.FromMinutes(40));
        }

        app.RunToEnd(account);
        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 80_000m);
        app.Emails.Count.ShouldBe(2);
    }
}
