using AccountClosure.Activities;
using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>Every status that the broker can give a transfer.</summary>
public sealed class TransferEndTests
{
    [Theory]
    [InlineData("COMPLETE")]
    [InlineData("SETTLED")]
    [Covers(TransferStage.Completed)]
    [Covers(CreateTransferOutcome.Exists)]
    [Covers(WithdrawalDecision.Transfer)]
    [Covers(WithdrawalDecision.Done)]
    [Covers(SafetyFinding.Clear)]
    [Covers(CloseBrokerAccountOutcome.Asked)]
    public void A_transfer_that_has_arrived_ends_the_payout(string word)
    {
        using var app = new ClosureApp();
        var account = BeginAndSay(app, word);

        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);
        app.State(account).Transfers.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("RETURNED")]
    [InlineData("REJECTED")]
    [InlineData("CANCELED")]
    [InlineData("EXPIRED")]
    [Covers(TransferStage.Returned)]
    [Covers(TransferStage.Failed)]
    public void A_transfer_that_has_failed_is_made_again_and_its_money_is_counted_once(string word)
    {
        using var app = new ClosureApp();
        var account = BeginAndSay(app, word);

        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);
        app.State(account).Transfers.Select(transfer => transfer.Status).ShouldBe([word, "COMPLETE"]);
        app.Status(account).Output!.Withdrawn.ShouldBe(new Money(20_000m));
    }

    [Theory]
    [InlineData("QUEUED")]
    [InlineData("APPROVAL_PENDING")]
    [InlineData("PENDING")]
    [InlineData("SENT_TO_CLEARING")]
    [InlineData("APPROVED")]
    [InlineData("A_WORD_OF_TOMORROW")]
    [Covers(TransferStage.InProgress)]
    public void A_transfer_open_for_five_days_needs_a_review_and_is_never_made_again(string word)
    {
        using var app = new ClosureApp();
        var account = BeginAndSay(app, word);

        app.RunUntil(account, ClosurePhase.ManualReview).Review!.Code.ShouldBe(ReviewCode.TransferOverdue);
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("COMPLETE"));
        app.Resolve(account, ReviewChoice.Retry);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);
        app.State(account).Transfers.ShouldHaveSingleItem();
    }

    [Fact]
    [Covers(CreateTransferOutcome.Refused)]
    public void A_transfer_that_the_broker_refuses_is_retried_and_then_needs_manual_review()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(20_000m);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Withdrawing);
        app.Simulator.SetBank(account.AccountId, new BankOptions(RelationshipStatus: "CANCEL_REQUESTED"));

        app.RunUntil(account, ClosurePhase.ManualReview).Review!.Code.ShouldBe(ReviewCode.TooManyFailedTransfers);
        app.Simulator.SetBank(account.AccountId, new BankOptions());
        app.Resolve(account, ReviewChoice.Retry);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);
    }

    [Fact]
    [Covers(CreateTransferOutcome.OverLimit)]
    [Covers(WithdrawalDecision.WaitForLimit)]
    public void A_limit_that_unseen_transfers_use_up_is_waited_out()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(80_000m);
        app.Simulator.AddFault(new Fault { Kind = FaultKind.LimitRefused, AccountId = account.AccountId, Count = 20 });
        app.Initiate(account);

        app.RunUntil(account, ClosurePhase.WaitingForNextTransfer);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 80_000m);
    }

    [Fact]
    public void An_older_poll_whose_answer_comes_later_does_not_overwrite_the_end()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Withdrawing, new NewAccount { Cash = 1_000m, Bank = new BankOptions(TransferHours: 30) });
        app.RunUntil(() => app.LedgerOf(account) is [{ State: LedgerState.Bound }]);
        app.AdvanceBy(TimeSpan.FromMinutes(3));
        var follow = ActivatorUtilities.CreateInstance<PollTransfers>(app.Services);
        var query = new PollTransfersInput(account.AccountId, [app.LedgerOf(account)[0].Intent.IntentId]);

        app.Simulator.AddFault(
            new Fault
            {
                Kind = FaultKind.Delay,
                DelaySeconds = 20,
                Effect = FaultEffect.After,
                Route = "GET /v1/accounts/{account_id}/transfers",
            });
        var older = app.Begin(() => follow.Run(query, CancellationToken.None));
        app.AdvanceBy(TimeSpan.FromSeconds(2));
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange("COMPLETE"));
        app.Await(() => follow.Run(query, CancellationToken.None))[0].Status?.Raw.ShouldBe("COMPLETE");
        app.AdvanceBy(TimeSpan.FromMinutes(2));
        older.IsCompleted.ShouldBeTrue();

        app.LedgerOf(account)[0].Status!.Value.Raw.ShouldBe("COMPLETE");
    }

    [Fact]
    public void A_broker_limit_below_ours_needs_manual_review_after_two_days()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 80_000m, DailyTransferLimit = 25_000m });
        app.Initiate(account);

        var review = app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(4));

        review.Review!.Code.ShouldBe(ReviewCode.TooManyFailedTransfers);
        review.LastError.ShouldNotBeNull().ShouldContain("daily limit");
        app.State(account).Transfers.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(FaultEffect.Before)]
    [InlineData(FaultEffect.After)]
    [Covers(CreateTransferOutcome.InDoubt)]
    public void A_transfer_in_doubt_for_days_is_first_searched_for(FaultEffect effect)
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(20_000m);
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Drop, Effect = effect, Route = "POST /v1/accounts/{account_id}/transfers" });
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == WaitKind.TransferInDoubt);

        app.Simulator.AddFault(
            new Fault { Kind = FaultKind.Error, Status = 503, Count = 0, Route = "GET /v1/accounts/{account_id}/transfers" });
        app.AdvanceBy(TimeSpan.FromDays(2));
        app.Simulator.ClearFaults();
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);
        app.State(account).Transfers.ShouldHaveSingleItem();
    }

    private static CreatedAccount BeginAndSay(ClosureApp app, string word)
    {
        var account = app.CreateAccount(20_000m);
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 1);
        app.AdvanceBy(TimeSpan.FromMinutes(1));
        app.Simulator.SetTransferStatus(account.AccountId, app.State(account).Transfers[0].Id, new TransferChange(word));
        return account;
    }
}
