using AccountClosure.Closure;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>A refusal of the broker to show something never keeps a closure from ending.</summary>
public sealed class WayOutTests
{
    private const string Account = "GET /v1/accounts/{account_id}";
    private const string Close = "/v1/accounts/{account_id}/actions/close";
    private const string Trading = "GET /v1/trading/accounts/{account_id}/account";
    private const string Orders = "GET /v1/trading/accounts/{account_id}/orders";
    private const string Transfers = "GET /v1/accounts/{account_id}/transfers";

    private static readonly CreatedAccount Unknown =
        new("8f3c2b1a-0d4e-4a5b-9c6d-7e8f90a1b2c3", "somebody", "1f3c2b1a-0d4e-4a5b-9c6d-7e8f90a1b2c3");

    [Fact]
    public void The_ledger_completes_a_closed_account_whose_transfers_are_no_longer_listed()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntil(() => app.Requests("POST", Close) == 1, TimeSpan.FromDays(20));
        app.Simulator.AddFault(Refusal(Transfers));

        app.RunToEnd(account, TimeSpan.FromDays(2)).Output!.Outcome.ShouldBe(ClosurePhase.Completed);
        app.AdvanceBy(TimeSpan.FromHours(2));

        app.CustomerOf(account)!.Status.ShouldBe("closed");
        app.Emails.Count(email => email.Subject.Contains("is closed")).ShouldBe(1);
    }

    [Fact]
    public void A_single_refusal_to_list_the_transfers_hides_no_return()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Withdrawing, new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 18) });
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == WaitKind.Returns, TimeSpan.FromDays(5));
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("RETURNED", "R03"));
        app.Simulator.AddFault(Refusal(Transfers) with { Count = 1 });
        app.Cancel(account).StatusCode.ShouldBe(202);

        app.RunToEnd(account, TimeSpan.FromDays(1)).Output!.Withdrawn.ShouldBe(Money.Zero);
        app.ShouldAgreeWithTheLedger(account);
    }

    [Fact]
    public void A_refusal_before_a_review_hides_no_return_after_it()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 18) });
        app.BeginToReturnWindow(account);
        app.Simulator.AddCash(account.AccountId, new CashChange(3m));
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
        app.RunUntil(() => app.Progress(account).Wait == WaitKind.ClosedAccount, TimeSpan.FromDays(1));
        app.Simulator.AddFault(Refusal(Transfers) with { Count = 2 });
        app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(2)).Review!.Code.ShouldBe(ReviewCode.ClosedWithAssets);
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("RETURNED", "R03"));
        app.AdvanceBy(TimeSpan.FromDays(1));
        app.Resolve(account, ReviewChoice.Retry).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromHours(3));

        app.LedgerOf(account)[0].Status!.Value.Raw.ShouldBe("RETURNED");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_person_ends_a_closure_whose_transfers_the_broker_no_longer_lists(bool closed)
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Withdrawing, new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 18) });
        app.RunUntil(() => app.State(account).Transfers is [{ Status: "SENT_TO_CLEARING" }]);
        if (closed)
            app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
        app.Simulator.AddFault(Refusal(Transfers));
        app.Cancel(account).StatusCode.ShouldBe(202);
        app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(6)).Review!.Code.ShouldBe(ReviewCode.TransferOverdue);
        app.Resolve(account, ReviewChoice.Abort).StatusCode.ShouldBe(202);

        app.RunToEnd(account, TimeSpan.FromDays(1)).Output!.Outcome.ShouldBe(closed ? ClosurePhase.Completed : ClosurePhase.Cancelled);
        app.AdvanceBy(TimeSpan.FromHours(2));

        app.LedgerOf(account).ShouldHaveSingleItem().Declaration.ShouldNotBeNull().Actor.ShouldBe("an operator");
        app.Emails[^1].Subject.ShouldContain(closed ? "is closed" : "stays open");
    }

    [Fact]
    public void A_closure_whose_orders_the_broker_refuses_to_list_needs_review_before_it_ends()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m, new NewPosition("AAPL", 10, 100m));
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "AAPL" });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Orders.Count > 0, TimeSpan.FromDays(1));
        app.Simulator.AddFault(Refusal(Orders));
        app.Cancel(account).StatusCode.ShouldBe(202);
        app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(3)).Review!.Code.ShouldBe(ReviewCode.OrdersRemain);
        app.Resolve(account, ReviewChoice.Abort).StatusCode.ShouldBe(202);

        app.RunToEnd(account, TimeSpan.FromDays(1)).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
    }

    [Fact]
    public void A_refusal_to_list_the_transfers_does_not_shorten_the_wait_for_one_in_doubt()
    {
        using var app = new ClosureApp(new ClosureAppSettings { Simulator = new SimulatorOptions { EnforcesRules = false } });
        var account = app.CreateAccount(30_000m);
        app.Simulator.AddFault(new Fault
        {
            Kind = FaultKind.Drop,
            Effect = FaultEffect.Late,
            LateSeconds = 300,
            Route = $"POST /v1/accounts/{{account_id}}/transfers",
        });
        app.Initiate(account);
        app.RunUntil(() => app.LedgerOf(account) is [{ AttemptedAt: not null }], TimeSpan.FromDays(1));
        app.Simulator.AddFault(Refusal(Transfers) with { Count = 3 });
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(5));
        app.Initiate(account).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromHours(3));

        app.State(account).Cash.ShouldBeGreaterThanOrEqualTo(0m, app.Story(account));
        app.State(account).Transfers.Where(transfer => transfer.Direction == "OUTGOING").Sum(transfer => transfer.Amount)
            .ShouldBe(30_000m, app.Story(account));
    }

    [Fact]
    public void A_cancelled_closure_ends_although_the_broker_does_not_show_the_balances()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.WaitingForNextTransfer);
        app.Simulator.AddFault(Refusal(Trading));
        app.Cancel(account).StatusCode.ShouldBe(202);

        app.RunToEnd(account, TimeSpan.FromDays(5)).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        app.CustomerOf(account)!.Status.ShouldBe("active");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_cancelled_closure_of_an_unknown_account_ends_and_lets_the_next_one_continue(bool force)
    {
        using var app = new ClosureApp();
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 503, Count = 0, Route = Account });
        app.Initiate(Unknown);
        app.AdvanceBy(TimeSpan.FromMinutes(5));
        app.Cancel(Unknown, force).StatusCode.ShouldBe(202);
        app.Simulator.ClearFaults();
        app.AdvanceBy(TimeSpan.FromHours(1));
        app.Status(Unknown).HasEnded.ShouldBeTrue();
        app.Initiate(Unknown).StatusCode.ShouldBe(202);

        app.RunToEnd(Unknown, TimeSpan.FromHours(1)).Output!.ReasonCode.ShouldBe("AccountNotFound");
        app.Emails.ShouldBeEmpty();
    }

    [Fact]
    public void A_running_closure_does_not_end_while_the_account_cannot_be_read()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Withdrawing);
        app.Simulator.AddFault(Refusal(Account));
        app.Cancel(account).StatusCode.ShouldBe(202);
        app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(1)).Review!.Choices.ShouldBe([ReviewChoice.Retry]);
        app.Simulator.ClearFaults();
        app.Resolve(account, ReviewChoice.Retry).StatusCode.ShouldBe(202);

        app.RunToEnd(account, TimeSpan.FromDays(10)).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
    }

    [Fact]
    public void A_closure_whose_account_others_closed_and_reopened_can_be_cancelled()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Settling);
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
        app.RunUntil(() => app.Progress(account).Wait == WaitKind.ClosedAccount, TimeSpan.FromDays(1));
        app.Simulator.SetStatus(account.AccountId, "ACTIVE");
        app.RunUntil(account, ClosurePhase.Settling, TimeSpan.FromDays(1)).CanCancel.ShouldBeTrue();
        app.Cancel(account).StatusCode.ShouldBe(202);

        app.RunToEnd(account, TimeSpan.FromDays(5)).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
    }

    [Fact]
    public void A_closure_whose_close_was_not_confirmed_can_be_cancelled_after_a_phase_restart()
    {
        using var app = new ClosureApp(new ClosureAppSettings { Simulator = new SimulatorOptions { CloseDelay = TimeSpan.FromDays(30) } });
        var account = app.CreateAccount(0m);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(2)).Review!.Code.ShouldBe(ReviewCode.CloseNotConfirmed);
        app.Simulator.AddCash(account.AccountId, new CashChange(500m));
        app.AdvanceBy(TimeSpan.FromMinutes(20));
        app.Resolve(account, ReviewChoice.Retry).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromMinutes(1));
        app.Cancel(account).StatusCode.ShouldBe(202, app.Story(account));

        app.RunToEnd(account, TimeSpan.FromDays(5)).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
    }

    private static Fault Refusal(string route) => new() { Kind = FaultKind.Error, Status = 403, Count = 0, Route = route };
}
