using AccountClosure.Closure;
using AccountClosure.Customers;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>What a closure leaves behind does not block the next closure.</summary>
public sealed class NextClosureTests
{
    [Fact]
    public void A_restarted_closure_leaves_no_intent_that_blocks_the_next_closure()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Withdrawing, new NewAccount { Cash = 80_000m, Bank = new BankOptions(TransferHours: 18) });
        app.RunUntil(() => app.State(account).Transfers is [{ Status: "SENT_TO_CLEARING" }]);
        app.AdvanceBy(TimeSpan.FromHours(3));
        app.Cancel(account, force: true);
        app.AdvanceBy(TimeSpan.FromDays(2));
        app.AuditOf(account).ShouldContain(entry => entry.Event == "ClosureCancelled");
        app.Await(() => app.Client.RestartAsync($"closure-{account.AccountId}"));
        app.RunToEnd(account, TimeSpan.FromDays(40));
        app.AdvanceBy(TimeSpan.FromDays(2));

        app.Initiate(account).StatusCode.ShouldBe(202);
        app.RunUntilStatus(
            account, status => status.HasEnded || status.CustomStatus?.Phase == ClosurePhase.ManualReview, TimeSpan.FromDays(40));

        app.Progress(account).Phase.ShouldBe(ClosurePhase.Completed, app.Progress(account).LastError + app.Story(account));
    }

    [Fact]
    public void An_intent_that_is_written_late_does_not_block_the_next_closure()
    {
        using var app = Held.AppWith<ITransferLedger, TransferLedger>(
            control => control.Holds = (method, _) => method == nameof(ITransferLedger.RecordIntentAsync));
        var account = app.CreateAccount(80_000m);
        app.Initiate(account);
        app.RunUntil(() => app.HeldOf<ITransferLedger>().IsHeld);
        app.Cancel(account, force: true);
        app.AdvanceBy(TimeSpan.FromMinutes(2));
        app.AuditOf(account).ShouldContain(entry => entry.Event == "ClosureCancelled");
        app.ReleaseAndGoOn<ITransferLedger>();
        app.AdvanceBy(TimeSpan.FromDays(1));

        app.Initiate(account).StatusCode.ShouldBe(202);
        app.RunUntilStatus(
            account, status => status.HasEnded || status.CustomStatus?.Phase == ClosurePhase.ManualReview, TimeSpan.FromDays(40));

        app.Progress(account).Phase.ShouldBe(ClosurePhase.Completed, app.Progress(account).LastError + app.Story(account));
    }

    [Fact]
    public void A_customers_record_that_is_marked_late_does_not_stay_pending_for_ever()
    {
        using var app = Held.AppWith<ICustomerRecords, CustomerRecords>(
            control => control.Holds = (method, _) => method == nameof(ICustomerRecords.MarkPendingClosureAsync));
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntil(() => app.HeldOf<ICustomerRecords>().IsHeld);
        app.Cancel(account, force: true);
        app.AdvanceBy(TimeSpan.FromMinutes(2));
        app.AuditOf(account).ShouldContain(entry => entry.Event == "ClosureCancelled");
        app.ReleaseAndGoOn<ICustomerRecords>();
        app.AdvanceBy(TimeSpan.FromDays(60));

        (app.CustomerOf(account)?.Status ?? "active").ShouldBe("active");
    }

    [Fact]
    public void A_forced_cancel_restores_the_record_of_a_reopened_account()
    {
        using var scene = ReviewCases.For(ReviewCode.ClosedWithAssets).Play();
        scene.App.CustomerOf(scene.Account)!.Status.ShouldBe("closed");
        scene.App.Simulator.SetStatus(scene.Id, "ACTIVE");
        scene.App.Cancel(scene.Account, force: true).StatusCode.ShouldBe(202);
        scene.App.AdvanceBy(TimeSpan.FromDays(1));

        scene.Outbox.Emails[^1].Subject.ShouldContain("stays open");
        scene.App.CustomerOf(scene.Account)!.Status.ShouldBe("active");
    }
}
