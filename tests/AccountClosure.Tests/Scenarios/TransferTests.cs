using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using AccountClosure.Tests.Scenarios.Paths;

namespace AccountClosure.Tests.Scenarios;

public sealed class TransferTests
{
    [Fact]
    [Covers(CreateTransferOutcome.CashChanged)]
    [Covers(WithdrawalDecision.AwaitBalances)]
    public void Cash_that_leaves_between_the_plan_and_the_request_is_not_sent()
    {
        using var app = new ClosureApp(new ClosureAppSettings { Simulator = new SimulatorOptions { EnforcesRules = false } });
        var account = app.CreateAccount(20_000m);
        // The last read before the request waits, and the customer sends the cash meanwhile.
        app.Simulator.AddFault(
            new Fault { Kind = FaultKind.Delay, DelaySeconds = 20, Nth = 2, Route = "GET /v1/accounts/{account_id}/transfers" });
        app.Initiate(account);
        app.RunUntil(() => app.LedgerOf(account).Count == 1);
        app.Simulator.AddTransfer(account.AccountId, new NewTransfer(15_000m));

        app.RunToEnd(account);

        app.LedgerOf(account)[0].Abandonment!.Cause.ShouldBe(AbandonCause.CashChanged);
        app.State(account).Transfers.Select(transfer => transfer.Amount).ShouldBe([15_000m, 5_000m], ignoreOrder: true);
        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);
    }

    [Fact]
    [Covers(CreateTransferOutcome.Decided)]
    public void An_intent_that_a_person_gave_up_is_never_sent()
    {
        using var app = new ClosureApp();
        app.Simulator.AddFault(
            new Fault { Kind = FaultKind.Drop, Effect = FaultEffect.Before, Route = "POST /v1/accounts/{account_id}/transfers" });
        var account = app.CreateAccount(20_000m);
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == WaitKind.TransferInDoubt);
        var intent = app.LedgerOf(account)[0].Intent.IntentId;
        app.Await(async () =>
        {
            await app.Ledger.AbandonAsync(intent, new Abandonment(AbandonCause.Decided, "a test", app.Now));
            return true;
        });

        app.RunToEnd(account);

        app.LedgerOf(account).Select(entry => entry.State).ShouldBe([LedgerState.Abandoned, LedgerState.Bound]);
        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);
    }

    private const string CreateRoute = "POST /v1/accounts/{account_id}/transfers";

    [Fact]
    public void A_transfer_that_takes_four_days_ends_before_the_next_one_starts()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 80_000m, Bank = new BankOptions(TransferHours: 96) });
        app.Initiate(account);

        app.AdvanceBy(TimeSpan.FromDays(3));
        var progress = app.Progress(account);
        progress.Phase.ShouldBe(ClosurePhase.Withdrawing);
        progress.TransferCount.ShouldBe(1);

        app.RunToEnd(account);
        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 80_000m);
    }

    [Fact]
    public void Money_that_the_bank_sends_back_is_paid_out_again()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 20_000m, Bank = new BankOptions(Returns: [new BankReturn(1)]) });
        app.Initiate(account);

        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);
        app.State(account).Transfers.Select(transfer => transfer.Status).ShouldBe(["RETURNED", "COMPLETE"], ignoreOrder: true);
    }

    [Fact]
    public void A_completed_transfer_that_is_returned_before_the_close_is_paid_out_again()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount
        {
            Cash = 60_000m,
            Bank = new BankOptions(TransferHours: 30, Returns: [new BankReturn(1, AfterCompleteHours: 20)]),
        });
        app.Initiate(account);

        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 60_000m);
    }

    [Fact]
    public void A_rejected_transfer_is_made_again()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 20_000m, Bank = new BankOptions(Rejections: [1, 2]) });
        app.Initiate(account);

        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);
    }

    [Fact]
    public void A_customer_transfer_before_the_closure_counts_towards_the_limit()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount
        {
            Cash = 70_000m,
            PriorTransfers = [new NewTransfer(30_000m, HoursAgo: 5, Status: "COMPLETE")],
        });
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Withdrawing);
        // The simulator dates the end of an earlier transfer at the creation of the account.
        app.AdvanceBy(ClosurePolicy.BalanceLag + TimeSpan.FromMinutes(1));

        app.Progress(account).Transfers[0].Amount.ShouldBe(new Money(20_000m));
        app.RunToEnd(account);
        app.ShouldNeverBeOverTheLimit(account);
        MoneyChecks.Paid(app.State(account)).ShouldBe(100_000m);
    }

    [Fact]
    public void A_refusal_for_the_limit_waits_and_tries_again()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(20_000m);
        app.Simulator.AddFault(new Fault { Kind = FaultKind.LimitRefused, AccountId = account.AccountId });
        app.Initiate(account);

        app.RunUntil(account, ClosurePhase.WaitingForNextTransfer);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);
    }

    [Theory]
    [InlineData(FaultKind.Drop, FaultEffect.After)]
    [InlineData(FaultKind.Timeout, FaultEffect.After)]
    [InlineData(FaultKind.Error, FaultEffect.After)]
    [InlineData(FaultKind.Drop, FaultEffect.Before)]
    [InlineData(FaultKind.Timeout, FaultEffect.Before)]
    [InlineData(FaultKind.Error, FaultEffect.Before)]
    [InlineData(FaultKind.Drop, FaultEffect.Late)]
    [InlineData(FaultKind.Timeout, FaultEffect.Late)]
    [InlineData(FaultKind.Error, FaultEffect.Late)]
    public void A_transfer_whose_answer_was_lost_is_searched_for_and_never_made_twice(FaultKind kind, FaultEffect effect)
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(20_000m);
        app.Simulator.AddFault(new Fault { Kind = kind, Effect = effect, Route = CreateRoute });
        app.Initiate(account);

        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);
        app.State(account).Transfers.ShouldHaveSingleItem();
    }

    [Fact]
    public void A_process_that_dies_before_it_records_the_brokers_answer_finds_its_transfer()
    {
        using var app = new ClosureApp(new ClosureAppSettings { OnDisk = true });
        var account = app.CreateAccount(20_000m);
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Timeout, Effect = FaultEffect.After, Route = CreateRoute });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 1);
        app.Restart();

        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);
        app.LedgerOf(account).ShouldHaveSingleItem().State.ShouldBe(LedgerState.Bound);
    }

    [Fact]
    public void A_broker_that_is_down_for_hours_only_delays_the_closure()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(20_000m);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Withdrawing);
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 503, Count = 0 });
        app.AdvanceBy(TimeSpan.FromHours(2));
        app.Progress(account).LastError.ShouldNotBeNull().ShouldContain("503");
        app.Simulator.ClearFaults();

        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);
    }

    [Fact]
    public void An_unknown_status_is_waited_out()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 48) });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 1);
        app.AdvanceBy(TimeSpan.FromHours(3));
        var id = app.State(account).Transfers[0].Id;
        app.Simulator.SetTransferStatus(account.AccountId, id, new TransferChange("A_WORD_OF_TOMORROW"));
        app.AdvanceBy(TimeSpan.FromHours(5));
        app.Progress(account).Transfers[0].Status.Raw.ShouldBe("A_WORD_OF_TOMORROW");
        app.Simulator.SetTransferStatus(account.AccountId, id, new TransferChange("COMPLETE"));

        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);
    }

    [Fact]
    public void A_closure_of_thirty_days_is_as_exact_as_one_of_three()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 900_000m, Bank = new BankOptions(TransferHours: 40) });
        app.Initiate(account);

        app.RunToEnd(account);

        (app.Now - ClosureAppSettings.MondayMorning).ShouldBeGreaterThan(TimeSpan.FromDays(30));
        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 900_000m);
    }

    [Fact]
    public void A_policy_that_changes_during_a_closure_does_not_alter_it()
    {
        using var app = new ClosureApp(
            new ClosureAppSettings { OnDisk = true, Configuration = { ["Closure:DailyTransferLimit"] = "10000" } });
        var account = app.CreateAccount(25_000m);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Withdrawing);
        app.Settings.Configuration["Closure:DailyTransferLimit"] = "20000";
        app.Restart();
        var later = app.CreateAccount(25_000m);
        app.Initiate(later);

        app.RunToEnd(account);
        app.RunToEnd(later);

        app.State(account).Transfers.Select(transfer => transfer.Amount).ShouldBe([10_000m, 10_000m, 5_000m], ignoreOrder: true);
        app.State(later).Transfers.Select(transfer => transfer.Amount).ShouldBe([20_000m, 5_000m], ignoreOrder: true);
    }
}
