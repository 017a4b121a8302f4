using AccountClosure.Activities;
using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios;

/// <summary>A completed transfer can be returned for some days. The closure waits for returns, detects them, and pays out again.</summary>
public sealed class TransferReturnTests
{
    private const WaitKind Waiting = WaitKind.Returns;

    [Fact]
    public void After_the_payout_the_account_stays_open_until_the_second_business_day_ends()
    {
        // Complete on Tuesday, 3 March.
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 24) });
        app.Initiate(account);

        AwaitWindow(app, account);
        var progress = app.Progress(account);
        progress.Phase.ShouldBe(ClosurePhase.Withdrawing);
        progress.Withdrawn.ShouldBe(new Money(20_000m));
        progress.ReturnsUntil.ShouldBe(Eastern.At(2026, 3, 5, 16));
        progress.NextActionAt!.Value.ShouldBeInRange(app.Now, app.Now.AddHours(6));
        progress.CanCancel.ShouldBeTrue();

        app.AdvanceTo(Eastern.At(2026, 3, 5, 15, 59));
        progress = app.Progress(account);
        progress.Phase.ShouldBe(ClosurePhase.Withdrawing);
        progress.NextActionAt.ShouldBe(Eastern.At(2026, 3, 5, 16));
        app.State(account).Status.ShouldBe("ACTIVE");

        app.AdvanceTo(Eastern.At(2026, 3, 5, 16, 1));
        app.Progress(account).Phase.ShouldBe(ClosurePhase.Closing);
        app.Progress(account).ReturnsUntil.ShouldBeNull();
        app.RunToEnd(account);
        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);
    }

    [Fact]
    public void Weekends_and_holidays_are_not_business_days()
    {
        // Complete on Wednesday, 1 April 2026; Friday is Good Friday.
        using var app = new ClosureApp(new ClosureAppSettings { Start = Eastern.At(2026, 3, 31, 10) });
        var account = app.CreateAccount(new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 24) });
        app.Initiate(account);

        AwaitWindow(app, account);

        app.Progress(account).ReturnsUntil.ShouldBe(Eastern.At(2026, 4, 6, 16));
    }

    [Fact]
    public void The_window_can_be_longer_and_can_be_switched_off()
    {
        EndOf("5").ShouldBe(Eastern.At(2026, 3, 10, 16));
        EndOf("1").ShouldBe(Eastern.At(2026, 3, 4, 16));

        using var app = With("0");
        var account = app.CreateAccount(new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 24) });
        app.Initiate(account);
        app.RunToEnd(account, TimeSpan.FromHours(28));
        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);

        static DateTimeOffset? EndOf(string days)
        {
            using var app = With(days);
            var account = app.CreateAccount(new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 24) });
            app.Initiate(account);
            AwaitWindow(app, account);
            return app.Progress(account).ReturnsUntil;
        }

        static ClosureApp With(string days) =>
            new(new ClosureAppSettings { Configuration = { ["Closure:ReturnWindowBusinessDays"] = days } });
    }

    [Fact]
    public void A_return_during_the_window_is_paid_out_again_and_restarts_the_window()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount
        {
            Cash = 20_000m,
            Bank = new BankOptions(TransferHours: 24, Returns: [new BankReturn(1, AfterCompleteHours: 30)]),
        });
        app.Initiate(account);
        AwaitWindow(app, account);
        app.AdvanceTo(app.State(account).Transfers[0].CreatedAt.AddHours(24 + 30));

        app.RunUntilStatus(account, status => status.CustomStatus!.TransferCount == 2, TimeSpan.FromHours(6));
        var progress = app.Progress(account);
        progress.Phase.ShouldBe(ClosurePhase.Withdrawing);
        progress.ReturnsUntil.ShouldBeNull();
        progress.Withdrawn.ShouldBe(Money.Zero);
        progress.Remaining.ShouldBe(new Money(20_000m));
        progress.Transfers.Select(transfer => transfer.Status.Raw).ShouldBe(["RETURNED", "QUEUED"]);

        AwaitWindow(app, account);
        app.Progress(account).ReturnsUntil!.Value.ShouldBe(Eastern.At(2026, 3, 9, 16));
        app.RunToEnd(account);
        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);
        app.ShouldReportWhatWasPaid(account);
    }

    [Fact]
    public void A_return_is_detected_with_the_next_transfer_and_not_only_at_the_end()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount
        {
            Cash = 400_000m,
            Bank = new BankOptions(TransferHours: 20, Returns: [new BankReturn(1, AfterCompleteHours: 30)]),
        });
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus?.Withdrawn == new Money(100_000m));

        app.RunUntilStatus(account, status => status.CustomStatus!.TransferCount == 4, TimeSpan.FromHours(48));

        app.Progress(account).Withdrawn.ShouldBe(new Money(100_000m));
        app.RunToEnd(account);
        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 400_000m);
        app.ShouldReportWhatWasPaid(account);
        app.State(account).Transfers.Count.ShouldBe(9);
    }

    [Fact]
    public void Too_many_returns_after_completion_need_manual_review()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount
        {
            Cash = 20_000m,
            Bank = new BankOptions(
                TransferHours: 24, Returns: [.. Enumerable.Range(1, 3).Select(nth => new BankReturn(nth, AfterCompleteHours: 10))]),
        });
        app.Initiate(account);

        var progress = app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(30));

        progress.Review!.Code.ShouldBe(ReviewCode.TooManyFailedTransfers);
        progress.Withdrawn.ShouldBe(Money.Zero);
        progress.Remaining.ShouldBe(new Money(20_000m));
        app.Resolve(account, ReviewChoice.Retry);
        app.RunToEnd(account);
        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);
        app.ShouldReportWhatWasPaid(account);
    }

    [Fact]
    public void A_return_in_the_last_minutes_before_the_close_is_detected()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 24) });
        app.Initiate(account);
        AwaitWindow(app, account);
        app.AdvanceTo(Eastern.At(2026, 3, 5, 15, 59));
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("RETURNED"));

        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);
        app.ShouldReportWhatWasPaid(account);
        app.State(account).Transfers.Count.ShouldBe(2);
    }

    [Fact]
    public void The_completion_message_counts_the_transfers_that_arrived_and_lists_all()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount
        {
            Cash = 60_000m,
            Bank = new BankOptions(TransferHours: 24, Returns: [new BankReturn(1, AfterCompleteHours: 1)], Rejections: [2]),
        });
        app.Initiate(account);
        app.RunToEnd(account);

        var message = app.Emails[^1].Text;
        app.State(account).Transfers.Count.ShouldBe(4);
        message.ShouldContain("Paid out in all: $60,000.00 in 2 transfers");
        message.ShouldContain("Returned by the bank");
        message.ShouldContain("Cancelled or rejected (not paid)");
    }

    [Fact]
    public void A_cancel_takes_effect_during_the_window()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 24) });
        app.Initiate(account);
        AwaitWindow(app, account);

        app.Cancel(account).StatusCode.ShouldBe(202);
        var status = app.RunToEnd(account, TimeSpan.FromMinutes(1));

        status.Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        status.Output.Withdrawn.ShouldBe(new Money(20_000m));
        status.CustomStatus!.ReturnsUntil.ShouldBeNull();
        app.State(account).Status.ShouldBe("ACTIVE");
    }

    [Fact]
    public void A_process_that_dies_after_every_episode_counts_a_return_once()
    {
        using var app = new ClosureApp(new ClosureAppSettings { OnDisk = true });
        var account = app.CreateAccount(new NewAccount
        {
            Cash = 100_000m,
            Bank = new BankOptions(
                TransferHours: 24, Returns: [new BankReturn(1, AfterCompleteHours: 26), new BankReturn(2, AfterCompleteHours: 1)]),
        });
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus?.Withdrawn == new Money(100_000m));

        for (var episode = 0; episode < 40; episode++)
        {
            app.RunUntil(() => app.Counters.Episodes > 0, TimeSpan.FromDays(1));
            app.Restart();
        }

        app.RunToEnd(account);
        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 100_000m);
        app.ShouldReportWhatWasPaid(account);
        app.State(account).Transfers.Count.ShouldBe(4);
    }

    [Fact]
    public void A_return_that_the_ledger_records_late_is_neither_lost_nor_counted_twice()
    {
        using var app = new ClosureApp(new ClosureAppSettings { ConfigureServices = FailingLedger.Register });
        var account = app.CreateAccount(new NewAccount { Cash = 100_000m, Bank = new BankOptions(TransferHours: 24) });
        app.Initiate(account);
        AwaitWindow(app, account);

        // Both returns come at once. The ledger records the first and then fails for longer than all retries of the activity.
        foreach (var transfer in app.State(account).Transfers)
            app.Simulator.SetTransferStatus(account.AccountId, transfer.Id, new TransferChange("RETURNED"));
        FailingLedger.In(app).Fail(nameof(ITransferLedger.RecordStatusAsync), skip: 1, count: 20);
        app.RunUntilStatus(account, status => status.CustomStatus!.LastError == "RecordReturns: System.IO.IOException");
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 100_000m);
        app.ShouldReportWhatWasPaid(account);
    }

    [Fact]
    public void A_poll_of_a_transfer_that_runs_again_late_does_not_hide_its_return()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 24) });
        app.Initiate(account);
        AwaitWindow(app, account);
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("RETURNED"));

        var poll = ActivatorUtilities.CreateInstance<PollTransfers>(app.Services);
        var intentId = app.LedgerOf(account).Single().Intent.IntentId;
        app.Await(() => poll.Run(new PollTransfersInput(account.AccountId, [intentId]), CancellationToken.None))
            .ShouldHaveSingleItem().Status?.Raw.ShouldBe("COMPLETE");
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);
        app.ShouldReportWhatWasPaid(account);
    }

    private static void AwaitWindow(ClosureApp app, CreatedAccount account) =>
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == Waiting);
}
