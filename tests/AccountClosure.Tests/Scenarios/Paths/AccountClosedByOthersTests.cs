using AccountClosure.Activities;
using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>
/// The broker closes the account while the closure is in another phase: by its back office, or after a close that the closure does not
/// know.
/// </summary>
public sealed class AccountClosedByOthersTests
{
    private const string Trading = "GET /v1/trading/accounts/{account_id}/account";
    private const WaitKind Returns = WaitKind.Returns;

    [Theory]
    [InlineData(ReviewChoice.Retry)]
    [InlineData(ReviewChoice.Abort)]
    public void An_empty_account_that_others_close_in_the_return_window_is_completed(ReviewChoice choice)
    {
        using var app = new ClosureApp();
        var account = BeginToReturnWindow(app);
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
        app.RunUntilStatus(
            account, status => status.HasEnded || status.CustomStatus?.Phase == ClosurePhase.ManualReview, TimeSpan.FromDays(10));
        for (int tries = 0; tries < 5 && !app.Status(account).HasEnded; tries++)
        {
            app.Resolve(account, choice);
            app.AdvanceBy(TimeSpan.FromDays(1));
        }

        app.Status(account).CustomStatus!.Phase.ShouldBe(ClosurePhase.Completed);
        app.CustomerOf(account)!.Status.ShouldBe("closed");
        app.Emails[^1].Text.ShouldContain("Paid out in all: $1,000.00");
    }

    [Theory]
    [InlineData(ClosurePhase.Liquidating)]
    [InlineData(ClosurePhase.Settling)]
    [InlineData(ClosurePhase.WaitingForNextTransfer)]
    [Covers(WithdrawalDecision.AccountClosed)]
    public void An_account_that_others_close_with_money_in_it_needs_review_in_every_phase(ClosurePhase phase)
    {
        using var app = new ClosureApp(new ClosureAppSettings { Start = Eastern.At(2026, 3, 2, 8) });
        var account = app.BeginTo(phase);
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");

        var review = app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(10)).Review!;

        review.Code.ShouldBe(ReviewCode.ClosedWithAssets);
        review.Choices.ShouldNotContain(ReviewChoice.Abort);
        app.CustomerOf(account)!.Status.ShouldBe("closed");
        app.Emails.ShouldNotContain(email => email.Subject.Contains("stays open") || email.Subject.Contains("is closed"));
    }

    [Fact]
    [Covers(ReviewCode.ClosedWithAssets, ReviewChoice.Skip)]
    public void The_customer_is_told_when_a_person_accepts_what_is_left()
    {
        using var scene = ReviewCases.For(ReviewCode.ClosedWithAssets).Play();

        scene.Decide(ReviewChoice.Skip);
        scene.App.RunToEnd(scene.Account).Output!.Remaining.ShouldBe(new Money(500m));

        scene.App.AdvanceBy(TimeSpan.FromHours(1));
        scene.Outbox.Emails.Single(email => email.Subject.Contains("is closed")).Text.ShouldContain("$500.00 is left in the account");
    }

    [Fact]
    public void A_late_repetition_of_the_close_does_nothing_in_another_phase()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(0m);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Closing);
        app.Simulator.AddCash(account.AccountId, new CashChange(500m));
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == Returns, TimeSpan.FromDays(10));

        var late = app.Await(() => Close(app, account));
        app.AdvanceBy(TimeSpan.FromDays(5));

        late.Outcome.ShouldBe(CloseBrokerAccountOutcome.ClosureNotRunning);
        app.Status(account).Output!.Outcome.ShouldBe(ClosurePhase.Completed);
    }

    [Fact]
    public void A_phase_restart_after_late_cash_detects_an_unknown_close()
    {
        using var app = new ClosureApp(
            new ClosureAppSettings { Simulator = new SimulatorOptions { CloseDelay = TimeSpan.FromMinutes(50) } });
        var account = app.CreateAccount(0m);
        app.Initiate(account);
        app.RunUntilStatus(
            account, status => status.CustomStatus?.Wait == WaitKind.EmptyAccount, TimeSpan.FromDays(1));
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Delay, DelaySeconds = 10, Count = 1, Route = "GET /v1/accounts/{account_id}" });
        app.AdvanceTo(app.Progress(account).NextActionAt!.Value.AddSeconds(1));
        // The broker accepts the first execution, and its result is lost. The dividend arrives before the second execution.
        _ = app.Begin(() => Close(app, account));
        app.Simulator.AddCash(account.AccountId, new CashChange(500m));
        app.AdvanceBy(TimeSpan.FromHours(3));
        if (app.Progress(account).Phase == ClosurePhase.ManualReview)
            app.Resolve(account, ReviewChoice.Abort);
        app.AdvanceBy(TimeSpan.FromDays(2));

        app.State(account).Status.ShouldBe("ACCOUNT_CLOSED");
        app.CustomerOf(account)!.Status.ShouldBe("closed", $"{app.Progress(account).Phase} {app.Progress(account).Review?.Code}");
    }

    [Fact]
    public void A_closed_account_whose_balances_are_unreadable_counts_as_closed()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(0m);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Closing);
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 403, Count = 0, Route = Trading });

        app.Await(() => Close(app, account)).Finding.ShouldBe(SafetyFinding.AlreadyClosed);
    }

    [Fact]
    public void An_account_that_others_close_while_a_closure_ends_is_recorded_as_closed()
    {
        bool armed = false;
        using var app = Held.AppWith<ITransferLedger, TransferLedger>(
            control => control.Holds = (method, _) => armed && method == nameof(ITransferLedger.ListAsync));
        var account = app.BeginTo(ClosurePhase.WaitingForNextTransfer);
        armed = true;
        app.Cancel(account).StatusCode.ShouldBe(202);
        app.RunUntil(() => app.HeldOf<ITransferLedger>().IsHeld);
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
        armed = false;
        app.ReleaseAndGoOn<ITransferLedger>();
        app.AdvanceBy(TimeSpan.FromHours(2));

        app.Emails.ShouldNotContain(email => email.Subject.Contains("stays open"), app.Story(account));
        app.CustomerOf(account)!.Status.ShouldBe("closed");
    }

    [Fact]
    public void An_account_that_others_close_before_the_end_is_recorded_counts_as_closed()
    {
        bool fails = false;
        using var app = Held.AppWith<IAuditLog, AuditLog>(control => control.Fails = (method, args) =>
            fails && method == nameof(IAuditLog.AppendAsync) && args[0] is AuditEntry { Event: "ClosureCancelled" });
        var account = app.CreateAccount(0m);
        app.Initiate(account);
        app.RunUntilStatus(
            account, status => status.CustomStatus?.Wait == WaitKind.EmptyAccount, TimeSpan.FromDays(1));
        fails = true;
        app.Cancel(account).StatusCode.ShouldBe(202);
        app.RunUntil(() => app.Emails.Any(email => email.Subject.Contains("stays open")), TimeSpan.FromDays(1));
        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
        app.AdvanceBy(TimeSpan.FromMinutes(10));
        fails = false;

        app.RunToEnd(account, TimeSpan.FromDays(1)).Output!.Outcome.ShouldBe(ClosurePhase.Completed);
        app.CustomerOf(account)!.Status.ShouldBe("closed");
    }

    private static CreatedAccount BeginToReturnWindow(ClosureApp app)
    {
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == Returns);
        return account;
    }

    private static Task<CloseBrokerAccountResult> Close(ClosureApp app, CreatedAccount account)
    {
        var state = app.Await(
            () => app.Client.GetInstanceAsync($"closure-{account.AccountId}", getInputsAndOutputs: true))!.ReadInputAs<ClosureState>()!;
        return ActivatorUtilities.CreateInstance<CloseBrokerAccount>(app.Services)
            .Run(new CloseBrokerAccountInput(state.Request, $"closure-{account.AccountId}", state.Policy, EmptySince: state.EmptySince),
                app.Client, CancellationToken.None);
    }
}
