using AccountClosure.Closure;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>The broker blocks the account half-way. The closure needs manual review and continues where it was after the block.</summary>
public sealed class BlockedAccountTests
{
    [Theory]
    [InlineData(ClosurePhase.Liquidating, ReviewCode.StepFailed)]
    [InlineData(ClosurePhase.Settling, ReviewCode.AccountBlocked)]
    [InlineData(ClosurePhase.Withdrawing, ReviewCode.AccountBlocked)]
    [InlineData(ClosurePhase.WaitingForNextTransfer, ReviewCode.AccountBlocked)]
    [InlineData(ClosurePhase.Closing, ReviewCode.AccountBlocked)]
    [Covers(WithdrawalDecision.AccountBlocked)]
    [Covers(SafetyFinding.AccountBlocked)]
    public void A_block_in_any_phase_needs_review_and_the_closure_continues_when_it_is_lifted(ClosurePhase phase, ReviewCode code)
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(phase);

        app.Simulator.SetBlocks(account.AccountId, new Blocks(Trading: true, Transfers: true, Account: true));
        app.RunUntil(account, ClosurePhase.ManualReview).Review!.Code.ShouldBe(code);
        app.Simulator.SetBlocks(account.AccountId, new Blocks());
        app.Resolve(account, ReviewChoice.Retry);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 80_000m);
    }

    [Theory]
    [InlineData(ClosurePhase.Settling)]
    [InlineData(ClosurePhase.Withdrawing)]
    [InlineData(ClosurePhase.Closing)]
    public void An_account_that_is_no_longer_active_needs_manual_review(ClosurePhase phase)
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(phase);

        app.Simulator.SetStatus(account.AccountId, "DISABLED");
        app.RunUntil(account, ClosurePhase.ManualReview).Review!.Code.ShouldBe(ReviewCode.AccountBlocked);
        app.Simulator.SetStatus(account.AccountId, "ACTIVE");
        app.Resolve(account, ReviewChoice.Retry);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 80_000m);
    }

    [Fact]
    [Covers(SafetyFinding.AlreadyClosed)]
    public void An_account_that_somebody_else_closed_counts_as_closed()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(0m);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Closing);

        app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");

        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Completed);
        app.CustomerOf(account)!.Status.ShouldBe("closed");
    }
}
