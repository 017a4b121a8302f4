using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>The customer sends the amount that an intent is about to send. The transfer stays the customer's.</summary>
public sealed class UnsentIntentTests
{
    private const string Transfers = "GET /v1/accounts/{account_id}/transfers";

    [Fact]
    public void An_intent_that_was_never_sent_does_not_adopt_a_customer_transfer()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(30_000m);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Withdrawing);
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Delay, DelaySeconds = 20, Nth = 2, Route = Transfers });
        app.RunUntil(() => app.LedgerOf(account).Count == 1);
        app.AdvanceBy(TimeSpan.FromSeconds(5));
        app.Simulator.AddTransfer(account.AccountId, new NewTransfer(30_000m));
        app.AdvanceBy(TimeSpan.FromMinutes(1));
        app.LedgerOf(account)[0].AttemptedAt.ShouldBeNull();

        app.Cancel(account).StatusCode.ShouldBe(202);
        app.RunToEnd(account);

        app.State(account).Transfers.ShouldHaveSingleItem().Status.ShouldNotBe("CANCELED", app.Story(account));
        app.LedgerOf(account).ShouldNotContain(entry => entry.State == LedgerState.Bound);
    }

    [Fact]
    public void A_transfer_equal_to_an_old_intent_that_was_never_sent_needs_manual_review()
    {
        using var app = new ClosureApp();
        var account = BeginToEqualTransferAfterAnOutage(app);

        app.RunUntil(account, ClosurePhase.ManualReview);
        app.Progress(account).Review!.Code.ShouldBe(ReviewCode.AmbiguousTransfer);
        app.Progress(account).LastError.ShouldBe(
            "It is not certain whether a transfer of $30,000.00 is transfer 1: as far as the ledger knows, this closure did not "
                + "request it.");
        app.Resolve(account, ReviewChoice.Skip).StatusCode.ShouldBe(202);
        app.RunToEnd(account).IsClosed.ShouldBeTrue();

        ShouldBeLeftAlone(app, account, "COMPLETE");
    }

    [Fact]
    public void A_cancel_leaves_alone_a_transfer_that_an_old_intent_did_not_send()
    {
        using var app = new ClosureApp();
        var account = BeginToEqualTransferAfterAnOutage(app);
        app.AdvanceBy(TimeSpan.FromMinutes(20));

        app.Cancel(account).StatusCode.ShouldBe(202);
        app.RunUntilStatus(account, status => status.CustomStatus is { Phase: ClosurePhase.ManualReview, Review.Number: 2 });
        app.Progress(account).LastError.ShouldNotBeNull().ShouldContain("this closure did not request it");
        app.Resolve(account, ReviewChoice.Abort).StatusCode.ShouldBe(202);
        app.RunToEnd(account);

        ShouldBeLeftAlone(app, account);
        app.CustomerOf(account)!.Status.ShouldBe("active");
    }

    [Fact]
    public void A_cleanup_leaves_alone_a_transfer_that_an_old_intent_did_not_send_and_ends()
    {
        using var app = new ClosureApp();
        var account = BeginToEqualTransferAfterAnOutage(app);
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromHours(1));
        app.TaskStatus(account).Review!.Code.ShouldBe(ReviewCode.AmbiguousTransfer);

        app.AdvanceBy(TimeSpan.FromDays(60));

        ShouldBeLeftAlone(app, account, "COMPLETE");
        app.CustomerOf(account)!.Status.ShouldBe("active");
    }

    /// <summary>
    /// The broker does not answer for half an hour before the first request. Meanwhile the customer sends the same amount.
    /// </summary>
    private static CreatedAccount BeginToEqualTransferAfterAnOutage(ClosureApp app)
    {
        var account = app.CreateAccount(30_000m);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Withdrawing);
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 503, Nth = 2, Count = 0, Route = Transfers });
        app.RunUntil(() => app.LedgerOf(account).Count == 1);
        app.AdvanceBy(TimeSpan.FromMinutes(22));
        app.LedgerOf(account)[0].AttemptedAt.ShouldBeNull();
        app.Simulator.AddTransfer(account.AccountId, new NewTransfer(30_000m));
        app.Simulator.ClearFaults();
        return account;
    }

    private static void ShouldBeLeftAlone(ClosureApp app, CreatedAccount account, string? status = null)
    {
        app.LedgerOf(account).ShouldNotContain(entry => entry.State == LedgerState.Bound, app.Story(account));
        var left = app.State(account).Transfers.ShouldHaveSingleItem();
        left.Status.ShouldNotBe("CANCELED", app.Story(account));
        if (status is not null)
            left.Status.ShouldBe(status);
        app.Requests("POST", "/v1/accounts/{account_id}/transfers").ShouldBe(0);
    }
}
