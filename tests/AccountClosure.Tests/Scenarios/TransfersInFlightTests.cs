using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios;

/// <summary>With more than one transfer in flight, the next one waits only for the limit, and every other invariant holds.</summary>
public sealed class TransfersInFlightTests
{
    private const string CreateRoute = "POST /v1/accounts/{account_id}/transfers";

    private static readonly BankOptions ThreeDays = new(TransferHours: 72);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_allowed_number_of_transfers_is_in_flight_each_a_day_after_the_previous(int inFlight)
    {
        using var app = With(inFlight);
        var account = app.CreateAccount(new NewAccount { Cash = 400_000m, Bank = new BankOptions(TransferHours: 100) });
        app.Initiate(account);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 400_000m);
        app.ShouldReportWhatWasPaid(account);
        var transfers = app.State(account).Transfers;
        transfers.Count.ShouldBe(8);
        MostInFlight(transfers).ShouldBe(inFlight);
        var created = transfers.Select(transfer => transfer.CreatedAt).Order().ToList();
        created.Zip(created.Skip(1), (earlier, later) => later - earlier).ShouldAllBe(gap => gap > TimeSpan.FromHours(24));
        if (inFlight > 1)
            (created[1] - created[0]).ShouldBeLessThan(TimeSpan.FromHours(24) + TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void The_status_shows_all_transfers_in_flight_and_what_happens_next()
    {
        using var app = With(3, pollInterval: "05:00:00");
        var account = app.CreateAccount(new NewAccount { Cash = 120_000m, Bank = ThreeDays });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 1);
        var first = app.State(account).Transfers[0].CreatedAt;

        app.AdvanceTo(first.AddHours(23));
        var progress = app.Progress(account);
        progress.Phase.ShouldBe(ClosurePhase.Withdrawing);
        progress.Wait.ShouldBe(WaitKind.DailyLimit);
        progress.NextActionAt!.Value.ShouldBeInRange(first.AddHours(24), first.AddHours(24).AddSeconds(65));

        app.AdvanceTo(first.AddHours(50));
        progress = app.Progress(account);
        progress.Phase.ShouldBe(ClosurePhase.Withdrawing);
        progress.Wait.ShouldBe(WaitKind.Transfers);
        progress.NextActionAt!.Value.ShouldBeInRange(app.Now, app.Now.AddHours(5));
        progress.Transfers.Select(transfer => transfer.Amount.Dollars).ShouldBe([50_000m, 50_000m, 20_000m]);
        progress.Transfers.ShouldAllBe(transfer => transfer.CompletedAt == null);
        progress.Withdrawn.ShouldBe(Money.Zero);
        progress.Remaining.ShouldBe(new Money(120_000m));
        progress.Deadline!.Value.ShouldBeInRange(first.AddDays(5), first.AddDays(5).AddMinutes(1));

        app.AdvanceTo(first.AddHours(75));
        progress = app.Progress(account);
        progress.Withdrawn.ShouldBe(new Money(50_000m));
        progress.Remaining.ShouldBe(new Money(70_000m));
        app.RunToEnd(account);
        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 120_000m);
    }

    [Fact]
    public void Returns_among_transfers_in_flight_are_paid_out_again()
    {
        using var app = With(3);
        var account = app.CreateAccount(new NewAccount
        {
            Cash = 250_000m,
            Bank = ThreeDays with { Returns = [new BankReturn(1, AfterCompleteHours: 5), new BankReturn(3)] },
        });
        app.Initiate(account);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 250_000m);
        app.ShouldReportWhatWasPaid(account);
        app.State(account).Transfers.Count.ShouldBe(7);
        app.State(account).Transfers.Count(transfer => transfer.Status == "RETURNED").ShouldBe(2);
        MostInFlight(app.State(account).Transfers).ShouldBe(3);
    }

    [Fact]
    public void Too_many_returns_stop_the_next_transfer_and_need_manual_review()
    {
        using var app = With(4);
        var account = app.CreateAccount(new NewAccount
        {
            Cash = 400_000m,
            Bank = ThreeDays with { Returns = [new BankReturn(1), new BankReturn(2), new BankReturn(3)] },
        });
        app.Initiate(account);

        var progress = app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(30));
        progress.Review!.Code.ShouldBe(ReviewCode.TooManyFailedTransfers);
        app.Resolve(account, ReviewChoice.Retry);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 400_000m);
        app.ShouldReportWhatWasPaid(account);
    }

    [Fact]
    public void A_cancel_cancels_every_transfer_that_it_can_and_polls_the_others()
    {
        using var app = With(3);
        var account = app.CreateAccount(new NewAccount { Cash = 200_000m, Bank = ThreeDays });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 3);
        app.AdvanceBy(TimeSpan.FromMinutes(5));

        app.Cancel(account).StatusCode.ShouldBe(202);
        var status = app.RunToEnd(account);

        status.Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        status.Output.Withdrawn.ShouldBe(new Money(100_000m));
        app.State(account).Transfers.OrderBy(transfer => transfer.CreatedAt).Select(transfer => transfer.Status)
            .ShouldBe(["COMPLETE", "COMPLETE", "CANCELED"]);
        app.State(account).Cash.ShouldBe(100_000m);
        app.ShouldAgreeWithTheLedger(account);
    }

    [Fact]
    public void A_terminated_closure_cancels_what_it_can_and_polls_the_others_to_their_ends()
    {
        using var app = With(3);
        var account = app.CreateAccount(new NewAccount { Cash = 200_000m, Bank = ThreeDays });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 3);
        app.AdvanceBy(TimeSpan.FromMinutes(5));

        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromDays(7));

        app.State(account).Transfers.Count.ShouldBe(3);
        app.State(account).Transfers.Select(transfer => transfer.Status).ShouldBe(["COMPLETE", "COMPLETE", "CANCELED"]);
        app.ShouldAgreeWithTheLedger(account);
        app.CustomerOf(account)!.Status.ShouldBe("active");
    }

    [Fact]
    public void A_process_that_dies_after_every_episode_makes_no_transfer_twice()
    {
        using var app = new ClosureApp(
            new ClosureAppSettings { OnDisk = true, Configuration = { ["Closure:MaxTransfersInFlight"] = "3" } });
        var account = app.CreateAccount(new NewAccount
        {
            Cash = 180_000m,
            Bank = ThreeDays with { Returns = [new BankReturn(1), new BankReturn(2, AfterCompleteHours: 3)] },
        });
        app.Initiate(account);

        while (!app.Status(account).HasEnded)
        {
            app.RunUntil(() => app.Counters.Episodes > 0, TimeSpan.FromDays(2));
            app.Restart();
        }

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 180_000m);
        app.ShouldReportWhatWasPaid(account);
        app.State(account).Transfers.Count.ShouldBe(6);
    }

    [Theory]
    [InlineData(FaultKind.Drop, FaultEffect.After)]
    [InlineData(FaultKind.Timeout, FaultEffect.Late)]
    [InlineData(FaultKind.Error, FaultEffect.Before)]
    public void While_one_transfer_is_in_doubt_no_other_is_made_and_equal_amounts_stay_distinct(FaultKind kind, FaultEffect effect)
    {
        using var app = With(4);
        var account = app.CreateAccount(new NewAccount { Cash = 200_000m, Bank = ThreeDays });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 1);
        app.Simulator.AddFault(new Fault { Kind = kind, Effect = effect, Route = CreateRoute });
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == WaitKind.TransferInDoubt);

        app.LedgerOf(account).Count(entry => entry.State == LedgerState.Intended).ShouldBe(1);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 200_000m);
        app.ShouldReportWhatWasPaid(account);
        app.State(account).Transfers.Count.ShouldBe(4);
        app.LedgerOf(account).ShouldAllBe(entry => entry.State == LedgerState.Bound);
    }

    [Fact]
    public void Skipping_an_ambiguous_transfer_leaves_the_others_in_flight()
    {
        using var app = With(2);
        var account = app.CreateAccount(new NewAccount { Cash = 60_000m, Bank = ThreeDays });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 1);
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Drop, Effect = FaultEffect.After, Route = CreateRoute });
        app.RunUntil(() => app.State(account).Transfers.Count == 2);
        // Before the next poll the customer sends the same amount to the same bank.
        app.Simulator.AddCash(account.AccountId, new CashChange(10_000m));
        app.Simulator.AddTransfer(account.AccountId, new NewTransfer(10_000m));

        var progress = app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(2));
        progress.Review!.Code.ShouldBe(ReviewCode.AmbiguousTransfer);
        app.Resolve(account, ReviewChoice.Skip);
        app.RunUntil(account, ClosurePhase.Withdrawing);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 70_000m);
        app.Status(account).Output!.Withdrawn.ShouldBe(new Money(50_000m));
        app.LedgerOf(account).Select(entry => entry.State).ShouldBe([LedgerState.Bound, LedgerState.Abandoned]);
    }

    [Fact]
    public void Each_transfer_in_flight_has_its_own_deadline_and_a_retry_renews_it()
    {
        using var app = With(2);
        var account = app.CreateAccount(new NewAccount { Cash = 80_000m, Bank = new BankOptions(TransferHours: 24 * 9) });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 2);
        var first = app.State(account).Transfers.Min(transfer => transfer.CreatedAt);

        app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(10)).Review!.Code.ShouldBe(ReviewCode.TransferOverdue);
        app.Now.ShouldBeInRange(first.AddDays(5), first.AddDays(5).AddHours(2));
        app.Resolve(account, ReviewChoice.Retry);
        app.RunUntilStatus(
            account, status => status.CustomStatus!.Phase == ClosurePhase.Withdrawing && status.CustomStatus.Deadline is not null);
        app.Progress(account).Deadline!.Value.ShouldBeInRange(app.Now.AddDays(5).AddMinutes(-1), app.Now.AddDays(5));
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 80_000m);
    }

    [Fact]
    public void A_transfer_that_the_customer_made_elsewhere_is_not_adopted()
    {
        using var app = With(3);
        var account = app.CreateAccount(new NewAccount
        {
            Cash = 120_000m,
            Bank = ThreeDays,
            PriorTransfers = [new NewTransfer(20_000m, HoursAgo: 3, TransferHours: 24 * 6)],
        });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 4);
        app.Progress(account).Review.ShouldBeNull();

        app.RunUntilStatus(
            account, status => status.CustomStatus?.Wait == WaitKind.OtherMoney);
        app.Progress(account).Withdrawn.ShouldBe(new Money(120_000m));
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 140_000m);
        app.Status(account).Output!.Withdrawn.ShouldBe(new Money(120_000m));
    }

    [Fact]
    public void The_account_stays_open_and_no_return_is_awaited_while_a_transfer_is_open()
    {
        using var app = With(2);
        var account = app.CreateAccount(new NewAccount { Cash = 60_000m, Bank = ThreeDays });
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus?.ReturnsUntil is not null);

        app.State(account).Transfers.ShouldAllBe(transfer => transfer.Status == "COMPLETE");
        app.Progress(account).ReturnsUntil!.Value.ShouldBeGreaterThan(app.Now.AddDays(1));
    }

    private static ClosureApp With(int inFlight, string pollInterval = "02:00:00") => new(new ClosureAppSettings
    {
        Configuration = { ["Closure:MaxTransfersInFlight"] = $"{inFlight}", ["Closure:TransferPollInterval"] = pollInterval },
    });

    /// <summary>Counts the transfers at the broker that were open at the same time.</summary>
    private static int MostInFlight(IReadOnlyList<TransferState> transfers) => transfers.Max(one => transfers.Count(
        other => other.CreatedAt <= one.CreatedAt && (other.CompletedAt ?? other.UpdatedAt) > one.CreatedAt));
}
