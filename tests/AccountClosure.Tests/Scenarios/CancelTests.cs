using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios;

public sealed class CancelTests
{
    [Theory]
    [InlineData(ClosurePhase.Initiated)]
    [InlineData(ClosurePhase.Liquidating)]
    [InlineData(ClosurePhase.Settling)]
    [InlineData(ClosurePhase.WaitingForNextTransfer)]
    public void A_cancel_ends_the_closure_restores_the_record_and_tells_the_customer(ClosurePhase phase)
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount
        {
            Cash = 80_000m,
            Positions = [new NewPosition("AAPL", 10, 100m)],
            Bank = new BankOptions(TransferHours: 18),
        });
        app.Initiate(account);
        app.RunUntil(account, phase);

        app.Cancel(account).StatusCode.ShouldBe(202);
        var status = app.RunToEnd(account, TimeSpan.FromHours(1));

        ShouldBeCancelled(app, account, status);
        app.State(account).Status.ShouldBe("ACTIVE");
    }

    [Fact]
    public void A_closure_in_manual_review_can_be_cancelled()
    {
        using var app = new ClosureApp();
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "AAPL", Count = 0 });
        var account = app.CreateAccount(1_000m, new NewPosition("AAPL", 10, 100m));
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.ManualReview);

        app.Cancel(account).StatusCode.ShouldBe(202);
        var status = app.RunToEnd(account, TimeSpan.FromHours(1));

        ShouldBeCancelled(app, account, status);
        app.State(account).Status.ShouldBe("ACTIVE");
    }

    [Fact]
    public void A_transfer_that_can_still_be_cancelled_is_cancelled()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 100) });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 1);
        app.AdvanceBy(TimeSpan.FromMinutes(1));

        app.Cancel(account);
        var status = app.RunToEnd(account, TimeSpan.FromHours(3));

        ShouldBeCancelled(app, account, status);
        app.State(account).Transfers.ShouldHaveSingleItem().Status.ShouldBe("CANCELED");
        app.State(account).Cash.ShouldBe(20_000m);
        app.ShouldAgreeWithTheLedger(account);
    }

    [Fact]
    public void A_closure_ends_after_a_transfer_that_can_no_longer_be_cancelled()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 80_000m, Bank = new BankOptions(TransferHours: 60) });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 1);
        app.AdvanceBy(TimeSpan.FromHours(20));

        app.Cancel(account);
        app.AdvanceBy(TimeSpan.FromHours(1));
        app.Progress(account).CancelRequested.ShouldBeTrue();
        var status = app.RunToEnd(account);

        ShouldBeCancelled(app, account, status);
        status.Output!.Withdrawn.ShouldBe(new Money(50_000m));
        app.State(account).Transfers.ShouldHaveSingleItem().Status.ShouldBe("COMPLETE");
    }

    [Theory]
    [InlineData(100, 1, "CANCELED", false)]
    [InlineData(100, 1, "CANCELED", true)]
    [InlineData(60, 1200, "COMPLETE", false)]
    [InlineData(60, 1200, "COMPLETE", true)]
    public void The_status_shows_the_final_state_of_a_transfer_that_ended_with_the_closure(
        int transferHours, int minutesUntilCancel, string finalStatus, bool force)
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: transferHours) });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 1);
        app.AdvanceBy(TimeSpan.FromMinutes(minutesUntilCancel));

        app.Cancel(account, force);
        app.AdvanceBy(TimeSpan.FromDays(5));

        var progress = app.TaskStatus(account);
        progress.Phase.ShouldBe(ClosurePhase.Cancelled);
        var transfer = progress.Transfers.ShouldHaveSingleItem();
        transfer.Status.Raw.ShouldBe(finalStatus);
        transfer.CompletedAt.HasValue.ShouldBe(finalStatus == "COMPLETE");
    }

    [Fact]
    public void A_cancel_first_resolves_a_transfer_in_doubt()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(20_000m);
        app.Simulator.AddFault(new Fault
        {
            Kind = FaultKind.Drop,
            Effect = FaultEffect.Late,
            LateSeconds = 120,
            Route = "POST /v1/accounts/{account_id}/transfers",
        });
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == WaitKind.TransferInDoubt);

        app.Cancel(account);
        var status = app.RunToEnd(account);

        ShouldBeCancelled(app, account, status);
        app.State(account).Transfers.ShouldHaveSingleItem();
        app.ShouldAgreeWithTheLedger(account);
    }

    [Fact]
    public void A_cancel_before_the_broker_was_asked_to_close_keeps_the_account_open()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(0m);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Closing);
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 503, Count = 0 });
        app.AdvanceBy(TimeSpan.FromMinutes(10));

        app.Cancel(account).StatusCode.ShouldBe(202);
        app.Simulator.ClearFaults();

        ShouldBeCancelled(app, account, app.RunToEnd(account, TimeSpan.FromHours(3)));
        app.State(account).Status.ShouldBe("ACTIVE");
    }

    [Fact]
    public void A_cancel_in_the_moment_of_the_close_comes_too_late_and_the_status_says_so()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(0m);
        app.Simulator.AddFault(new Fault
        {
            Kind = FaultKind.Delay,
            DelaySeconds = 5,
            Effect = FaultEffect.After,
            Route = "POST /v1/accounts/{account_id}/actions/close",
        });
        app.Initiate(account);
        app.RunUntil(() => app.Simulator.Requests.Any(request => request.Route.EndsWith("/actions/close", StringComparison.Ordinal)));

        app.Cancel(account).StatusCode.ShouldBe(202);
        var status = app.RunToEnd(account);

        status.Output!.Outcome.ShouldBe(ClosurePhase.Completed);
        status.CustomStatus!.LastError.ShouldNotBeNull().ShouldContain("too late");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_return_right_before_a_cancel_is_in_the_message_and_in_the_ledger(bool force)
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(
            ClosurePhase.WaitingForNextTransfer, new NewAccount { Cash = 80_000m, Bank = new BankOptions(TransferHours: 18) });
        var transfer = app.State(account).Transfers.Single();
        app.Simulator.SetTransferStatus(account.AccountId, transfer.Id, new TransferChange("RETURNED", "R03"));
        app.Cancel(account, force).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromDays(20));

        app.State(account).Cash.ShouldBe(80_000m);
        app.Emails[^1].Text.ShouldContain("No money had been paid out");
        app.ShouldAgreeWithTheLedger(account);
        var progress = app.TaskStatus(account);
        (progress.Withdrawn, progress.Remaining).ShouldBe((Money.Zero, new Money(80_000m)));
    }

    [Fact]
    public void A_cancel_after_the_close_request_is_too_late()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(0m);
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus is { CanCancel: false });

        app.Cancel(account).StatusCode.ShouldBe(409);
        app.Raise(account, nameof(Cancel), new Cancel("somebody", "by the other door")).StatusCode.ShouldBe(202);

        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Completed);
    }

    [Fact]
    public void A_cancelled_account_can_be_closed_later()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        var first = app.Initiate(account)["confirmationNumber"];
        app.RunUntil(account, ClosurePhase.Liquidating);
        app.Cancel(account);
        app.RunToEnd(account);

        var second = app.Initiate(account);
        second.StatusCode.ShouldBe(202);
        second["confirmationNumber"].ShouldNotBe(first);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 1_000m);
    }

    [Fact]
    public void A_terminated_closure_sends_nothing_and_polls_what_it_cannot_cancel()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 120_000m, Bank = new BankOptions(TransferHours: 50) });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 1);
        app.RunUntil(() => app.State(account).Transfers[0].Status == "SENT_TO_CLEARING");

        app.Send(HttpMethod.Post, $"runtime/webhooks/durabletask/instances/closure-{account.AccountId}/terminate?reason=test").StatusCode
            .ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromDays(7));

        app.Status(account).RuntimeStatus.ShouldBe("Terminated");
        app.State(account).Transfers.ShouldHaveSingleItem().Status.ShouldBe("COMPLETE");
        app.ShouldAgreeWithTheLedger(account);
        app.CustomerOf(account)!.Status.ShouldBe("active");
        app.AuditOf(account).ShouldContain(entry => entry.Event == "ClosureCancelled");
    }

    [Fact]
    public void A_forced_cancel_terminates_at_once_and_starts_the_cleanup()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(20_000m);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Withdrawing);

        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromDays(7));

        app.Status(account).RuntimeStatus.ShouldBe("Terminated");
        app.ShouldAgreeWithTheLedger(account);
        app.LedgerOf(account).ShouldNotContain(entry => entry.State == LedgerState.Intended);
        app.AuditOf(account).ShouldContain(entry => entry.Event == "ClosureCancelled" && entry.Actor == "an operator"
            && entry.Detail == "the customer has changed their mind");
    }

    private static void ShouldBeCancelled(ClosureApp app, CreatedAccount account, ClosureStatus status)
    {
        status.RuntimeStatus.ShouldBe("Completed");
        status.Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        app.CustomerOf(account).ShouldSatisfyAllConditions(customer => (customer is null || customer.Status == "active").ShouldBeTrue());
        app.Emails.ShouldContain(email => email.Subject.Contains("Your account stays open"));
        app.AuditOf(account).ShouldContain(entry => entry.Event == "CancelRequested" && entry.Actor == "an operator");
        app.ShouldNeverBeOverTheLimit(account);
    }
}
