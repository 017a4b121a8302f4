using AccountClosure.Closure;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios;

public sealed class ManualReviewTests
{
    [Fact]
    public void Shares_unsold_after_the_time_allowed_need_review_and_retry_sells_them()
    {
        using var app = new ClosureApp();
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "AAPL", Count = 0 });
        var account = app.CreateAccount(1_000m, new NewPosition("AAPL", 10, 100m));
        app.Initiate(account);

        var review = AwaitReview(app, account, ReviewCode.LiquidationTimedOut, ClosurePhase.Liquidating);
        review.Choices.ShouldBe([ReviewChoice.Retry, ReviewChoice.Abort]);
        app.Simulator.ClearFaults();
        app.Resolve(account, ReviewChoice.Retry).StatusCode.ShouldBe(202);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 2_000m);
    }

    [Fact]
    public void Cash_unsettled_after_three_business_days_needs_review_and_retry_waits_again()
    {
        using var app = new ClosureApp();
        app.Simulator.AddFault(new Fault { Kind = FaultKind.StuckSettlement, Count = 0 });
        var account = app.CreateAccount(1_000m, new NewPosition("AAPL", 10, 100m));
        app.Initiate(account);

        AwaitReview(app, account, ReviewCode.SettlementTimedOut, ClosurePhase.Settling);
        app.Now.ShouldBeInRange(Eastern.At(2026, 3, 5, 16), Eastern.At(2026, 3, 5, 18));
        app.Simulator.ClearFaults();
        app.Resolve(account, ReviewChoice.Retry);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 2_000m);
    }

    [Fact]
    public void Skip_of_settlement_pays_out_withdrawable_cash_and_never_closes_over_the_rest()
    {
        using var app = new ClosureApp();
        app.Simulator.AddFault(new Fault { Kind = FaultKind.StuckSettlement, Count = 0 });
        var account = app.CreateAccount(1_000m, new NewPosition("AAPL", 10, 100m));
        app.Initiate(account);

        var review = AwaitReview(app, account, ReviewCode.SettlementTimedOut, ClosurePhase.Settling);
        review.Choices.ShouldContain(ReviewChoice.Skip);
        app.Resolve(account, ReviewChoice.Skip);
        app.RunUntil(account, ClosurePhase.Withdrawing);
        AwaitReview(app, account, ReviewCode.SettlementTimedOut, ClosurePhase.Settling);

        MoneyChecks.Paid(app.State(account)).ShouldBe(1_000m);
        app.State(account).Status.ShouldBe("ACTIVE");
        app.Simulator.ClearFaults();
        app.Resolve(account, ReviewChoice.Retry);
        app.RunToEnd(account);
        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 2_000m);
    }

    [Fact]
    public void A_transfer_open_for_five_days_needs_review_and_retry_keeps_polling_it()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 10_000m, Bank = new BankOptions(TransferHours: 24 * 8) });
        app.Initiate(account);

        AwaitReview(app, account, ReviewCode.TransferOverdue, ClosurePhase.Withdrawing);
        app.Resolve(account, ReviewChoice.Retry);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 10_000m);
        app.State(account).Transfers.ShouldHaveSingleItem();
    }

    [Fact]
    public void Abort_over_an_overdue_transfer_ends_the_closure_once_the_transfer_has_ended()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 10_000m, Bank = new BankOptions(TransferHours: 24 * 8) });
        app.Initiate(account);

        AwaitReview(app, account, ReviewCode.TransferOverdue, ClosurePhase.Withdrawing);
        app.Resolve(account, ReviewChoice.Abort);
        var status = app.RunToEnd(account);

        status.Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        status.Output.Withdrawn.ShouldBe(new Money(10_000m));
        app.State(account).Status.ShouldBe("ACTIVE");
        app.State(account).Transfers.ShouldAllBe(transfer => transfer.Status == "COMPLETE");
    }

    [Fact]
    public void Too_many_returned_transfers_need_manual_review()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount
        {
            Cash = 10_000m,
            Bank = new BankOptions(TransferHours: 24, Returns: [new BankReturn(1), new BankReturn(2), new BankReturn(3)]),
        });
        app.Initiate(account);

        AwaitReview(app, account, ReviewCode.TooManyFailedTransfers, ClosurePhase.Withdrawing);
        app.Resolve(account, ReviewChoice.Retry);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 10_000m);
        app.State(account).Transfers.Count.ShouldBe(4);
    }

    [Fact]
    public void A_customer_transfer_that_does_not_end_needs_manual_review()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount
        {
            Cash = 0m,
            PriorTransfers = [new NewTransfer(100m, HoursAgo: 1, TransferHours: 24 * 7)],
        });
        app.Initiate(account);

        AwaitReview(app, account, ReviewCode.OtherTransferOverdue, ClosurePhase.Withdrawing);
        app.State(account).Status.ShouldBe("ACTIVE");
        app.Resolve(account, ReviewChoice.Retry);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Completed);
    }

    [Fact]
    public void A_close_unconfirmed_for_two_hours_needs_a_review_and_cannot_be_aborted()
    {
        using var app = new ClosureApp(new ClosureAppSettings { Simulator = new SimulatorOptions { CloseDelay = TimeSpan.FromHours(3) } });
        var account = app.CreateAccount(0m);
        app.Initiate(account);

        var review = AwaitReview(app, account, ReviewCode.CloseNotConfirmed, ClosurePhase.Closing);
        review.Choices.ShouldBe([ReviewChoice.Retry]);
        app.Resolve(account, ReviewChoice.Abort).StatusCode.ShouldBe(422);
        app.Cancel(account).StatusCode.ShouldBe(409);
        app.Resolve(account, ReviewChoice.Retry);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 0m);
    }

    [Fact]
    public void A_broker_that_is_down_for_a_week_needs_manual_review()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Withdrawing);
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 503, Count = 0 });

        AwaitReview(app, account, ReviewCode.StepFailed, ClosurePhase.Withdrawing);
        app.Simulator.ClearFaults();
        app.Resolve(account, ReviewChoice.Retry);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 1_000m);
    }

    [Fact]
    public void Operations_is_told_at_once_and_reminded_daily_until_a_decision()
    {
        using var app = new ClosureApp();
        app.Simulator.AddFault(new Fault { Kind = FaultKind.StuckSettlement, Count = 0 });
        var account = app.CreateAccount(0m, new NewPosition("AAPL", 10, 100m));
        app.Initiate(account);
        AwaitReview(app, account, ReviewCode.SettlementTimedOut, ClosurePhase.Settling);
        app.AdvanceBy(TimeSpan.FromMinutes(5));
        var told = app.Emails.Count;

        app.AdvanceBy(TimeSpan.FromDays(10));

        app.Emails.Count.ShouldBe(told + 10);
        app.Progress(account).Phase.ShouldBe(ClosurePhase.ManualReview);
    }

    [Fact]
    public void Money_that_arrives_late_too_often_needs_manual_review()
    {
        using var app = new ClosureApp(new ClosureAppSettings { Configuration = { ["Closure:MaxPhaseRestarts"] = "0" } });
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Withdrawing);
        app.Simulator.AddPosition(account.AccountId, new NewPosition("SPIN", 10, 30m));

        AwaitReview(app, account, ReviewCode.TooManyPhaseRestarts, ClosurePhase.Liquidating);
        app.State(account).Status.ShouldBe("ACTIVE");
        app.Resolve(account, ReviewChoice.Abort);
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
    }

    [Fact]
    public void Every_decision_even_a_repeated_one_is_audited_with_its_actor_and_reason()
    {
        using var app = new ClosureApp();
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "AAPL", Count = 0 });
        var account = app.CreateAccount(0m, new NewPosition("AAPL", 10, 100m));
        app.Initiate(account);

        for (var time = 0; time < 2; time++)
        {
            AwaitReview(app, account, ReviewCode.LiquidationTimedOut, ClosurePhase.Liquidating);
            app.Resolve(account, ReviewChoice.Retry);
            app.RunUntil(account, ClosurePhase.Liquidating);
        }

        var decisions = app.AuditOf(account).Where(entry => entry.Event == "ReviewRetry").ToList();
        decisions.Count.ShouldBe(2);
        decisions.ShouldAllBe(entry => entry.Actor == "an operator" && entry.Detail == "decided in a test");
    }

    [Fact]
    public void An_invalid_decision_changes_nothing()
    {
        using var app = new ClosureApp();
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "AAPL", Count = 0 });
        var account = app.CreateAccount(0m, new NewPosition("AAPL", 10, 100m));
        app.Initiate(account);
        AwaitReview(app, account, ReviewCode.LiquidationTimedOut, ClosurePhase.Liquidating);

        foreach (var payload in new object[] { "retry", 5, new { choice = "Skip", actor = "somebody", reason = "none" },
            new { choice = "Nonsense" } })
        {
            app.Raise(account, "resolve", payload).StatusCode.ShouldBe(202);
            app.AdvanceBy(TimeSpan.FromMinutes(1));
        }

        var progress = app.Progress(account);
        progress.Phase.ShouldBe(ClosurePhase.ManualReview);
        progress.LastError.ShouldNotBeNull();
    }

    private static ReviewProgress AwaitReview(ClosureApp app, CreatedAccount account, ReviewCode code, ClosurePhase from)
    {
        var progress = app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(30));
        var review = progress.Review.ShouldNotBeNull();
        review.Code.ShouldBe(code);
        review.From.ShouldBe(from);
        review.Explanation.ShouldContain("Retry: ");
        return review;
    }
}
