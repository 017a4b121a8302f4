using AccountClosure.Closure;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>A closure that ends is never held for ever by something that the broker refuses to show.</summary>
public sealed class WayOutTests
{
    private const string Account = "GET /v1/accounts/{account_id}";
    private const string Close = "/v1/accounts/{account_id}/actions/close";
    private const string Trading = "GET /v1/trading/accounts/{account_id}/account";
    private const string Transfers = "GET /v1/accounts/{account_id}/transfers";

    private static readonly CreatedAccount Unknown =
        new("8f3c2b1a-0d4e-4a5b-9c6d-7e8f90a1b2c3", "somebody", "1f3c2b1a-0d4e-4a5b-9c6d-7e8f90a1b2c3");

    [Fact]
    public void A_closed_account_whose_transfers_the_broker_no_longer_lists_is_completed()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntil(() => app.Requests("POST", Close) == 1, TimeSpan.FromDays(20));
        app.Simulator.AddFault(Refusal(Transfers));

        app.RunToEnd(account, TimeSpan.FromDays(2)).Output!.Outcome.ShouldBe(ClosurePhase.Completed);
        app.AdvanceBy(TimeSpan.FromHours(1));

        app.CustomerOf(account)!.Status.ShouldBe("closed");
        app.Emails.Count(email => email.Subject.Contains("is closed")).ShouldBe(1);
    }

    [Fact]
    public void A_person_ends_a_closure_whose_account_others_closed_and_whose_transfers_the_broker_no_longer_lists()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Withdrawing, new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 18) });
        app.RunUntil(() => app.Books(account).Transfers is [{ Status: "SENT_TO_CLEARING" }]);
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
        app.Simulator.AddFault(Refusal(Transfers));

        app.Cancel(account).StatusCode.ShouldBe(202);
        app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(3)).Review!.Choices.ShouldContain(ReviewChoice.Abort);
        app.Resolve(account, ReviewChoice.Abort).StatusCode.ShouldBe(202);

        app.RunToEnd(account, TimeSpan.FromDays(1)).Output!.Outcome.ShouldBe(ClosurePhase.Completed);
        app.LedgerOf(account).ShouldHaveSingleItem().Declaration.ShouldNotBeNull().Actor.ShouldBe("an operator");
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

    [Fact]
    public void A_person_ends_a_cancelled_closure_of_an_account_that_the_broker_does_not_know()
    {
        using var app = CancelledBeforeItIsKnownThatTheBrokerHasNoSuchAccount();
        app.RunUntil(Unknown, ClosurePhase.ManualReview, TimeSpan.FromDays(2)).Review!.Choices.ShouldContain(ReviewChoice.Abort);
        app.Resolve(Unknown, ReviewChoice.Abort).StatusCode.ShouldBe(202);

        app.RunToEnd(Unknown, TimeSpan.FromHours(1)).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        app.Initiate(Unknown).StatusCode.ShouldBe(202);
        app.RunToEnd(Unknown, TimeSpan.FromHours(1)).Output!.ReasonCode.ShouldBe("AccountNotFound");
    }

    [Fact]
    public void A_cleanup_about_which_nobody_decides_does_not_keep_the_next_closure_for_longer_than_a_month()
    {
        using var app = CancelledBeforeItIsKnownThatTheBrokerHasNoSuchAccount(force: true);
        app.AdvanceBy(ClosurePolicy.CleanupReviewTimeout + TimeSpan.FromDays(2));
        app.Initiate(Unknown).StatusCode.ShouldBe(202);

        app.RunToEnd(Unknown, TimeSpan.FromHours(1)).Output!.ReasonCode.ShouldBe("AccountNotFound");
    }

    [Fact]
    public void A_close_that_was_asked_for_is_not_aborted_while_the_account_cannot_be_read()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntil(() => app.Requests("POST", Close) == 1, TimeSpan.FromDays(20));
        app.Simulator.AddFault(Refusal(Account));
        app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(1)).Review!.Choices.ShouldBe([ReviewChoice.Retry]);
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromHours(5));

        app.TaskStatus(account).Review!.Choices.ShouldBe([ReviewChoice.Retry]);
    }

    [Fact]
    public void A_closure_whose_account_others_closed_and_opened_again_can_be_cancelled()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Settling);
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
        app.RunUntil(() => app.Progress(account).WaitingFor == "Certainty about what is left in the closed account", TimeSpan.FromDays(1));
        app.Simulator.SetStatus(account.AccountId, "ACTIVE");
        app.RunUntil(account, ClosurePhase.Settling, TimeSpan.FromDays(1)).CanCancel.ShouldBeTrue();
        app.Cancel(account).StatusCode.ShouldBe(202);

        app.RunToEnd(account, TimeSpan.FromDays(5)).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
    }

    [Fact]
    public void A_closure_whose_close_was_not_confirmed_can_be_cancelled_once_it_has_gone_back()
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

    private static ClosureApp CancelledBeforeItIsKnownThatTheBrokerHasNoSuchAccount(bool force = false)
    {
        var app = new ClosureApp();
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 503, Count = 0, Route = Account });
        app.Initiate(Unknown);
        app.AdvanceBy(TimeSpan.FromMinutes(5));
        app.Cancel(Unknown, force).StatusCode.ShouldBe(202);
        app.Simulator.ClearFaults();
        return app;
    }
}
