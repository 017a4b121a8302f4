using AccountClosure.Activities;
using AccountClosure.Closure;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>Every choice that a review offers leads to an end, whatever stopped the closure.</summary>
public sealed class ReviewChoiceTests
{
    public static TheoryData<ReviewCode> Codes() => [.. Enum.GetValues<ReviewCode>()];

    /// <summary>
    /// Waiting does not resolve two ambiguous transfers, so a skip ends that review. A closure with open
    /// orders of its own is already being cancelled.
    /// </summary>
    internal static IEnumerable<ReviewCode> RetriedCodes =>
        Enum.GetValues<ReviewCode>().Where(code => code is not (ReviewCode.AmbiguousTransfer or ReviewCode.OrdersRemain));

    /// <summary>A closure cannot be aborted after the close request or after the broker has closed the account.</summary>
    internal static IEnumerable<ReviewCode> AbortedCodes =>
        Enum.GetValues<ReviewCode>().Where(code => code is not (ReviewCode.CloseNotConfirmed or ReviewCode.ClosedWithAssets));

    public static TheoryData<ReviewCode> Retried() => [.. RetriedCodes];

    public static TheoryData<ReviewCode> Aborted() => [.. AbortedCodes];

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_review_states_its_reason_and_the_effect_of_each_choice(ReviewCode code)
    {
        using var scene = ReviewCases.For(code).Play();

        var review = scene.AwaitReview();

        review.Choices.ShouldContain(ReviewChoice.Retry);
        review.Choices.Contains(ReviewChoice.Abort).ShouldBe(AbortedCodes.Contains(code));
        foreach (var choice in Enum.GetValues<ReviewChoice>())
            review.Explanation.Contains($"{choice}: ", StringComparison.Ordinal).ShouldBe(review.Choices.Contains(choice));
        scene.App.Send(HttpMethod.Get, $"api/account-closure/task-status/{scene.Id}").Json
            .GetProperty("progress").GetProperty("review").GetProperty("explanation").GetString().ShouldBe(review.Explanation);
        scene.App.AdvanceBy(TimeSpan.FromMinutes(1));
        scene.Outbox.Emails.ShouldContain(
            email => email.Subject.Contains("needs your decision") && email.Text.ReplaceLineEndings(" ").Contains("Retry: "));
    }

    [Theory]
    [MemberData(nameof(Retried))]
    [Covers(CloseBrokerAccountOutcome.Refused)]
    public void A_retry_with_the_cause_removed_leads_to_the_closed_account(ReviewCode code)
    {
        var reviewCase = ReviewCases.For(code);
        using var scene = reviewCase.Play();
        scene.App.AdvanceBy(TimeSpan.FromHours(30));

        reviewCase.Remove(scene);
        scene.Decide(ReviewChoice.Retry);
        scene.App.RunToEnd(scene.Account);

        scene.App.ShouldBeClosedWithAllPaidOut(scene.Account, reviewCase.WasThere);
        scene.App.CustomerOf(scene.Account)!.Status.ShouldBe("closed");
    }

    [Theory]
    [MemberData(nameof(Retried))]
    public void A_retry_continues_where_it_stopped_with_a_new_deadline(ReviewCode code)
    {
        var reviewCase = ReviewCases.For(code);
        using var scene = reviewCase.Play();
        scene.App.AdvanceBy(TimeSpan.FromHours(30));
        var before = scene.App.Progress(scene.Account);

        reviewCase.Remove(scene);
        scene.Decide(ReviewChoice.Retry);
        scene.App.RunUntilStatus(scene.Account, status => status.CustomStatus!.Phase != ClosurePhase.ManualReview);
        var after = scene.App.Progress(scene.Account);

        after.Since.ShouldBeGreaterThan(before.Since.AddHours(29));
        after.TransferCount.ShouldBeGreaterThanOrEqualTo(before.TransferCount);
        (after.Deadline is null || after.Deadline > scene.App.Now).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Aborted))]
    public void An_abort_keeps_the_account_open_restores_the_record_and_tells_the_customer(ReviewCode code)
    {
        var reviewCase = ReviewCases.For(code);
        using var scene = reviewCase.Play();

        scene.Decide(ReviewChoice.Abort);
        var status = scene.App.RunToEnd(scene.Account);

        status.Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        scene.App.State(scene.Account).Status.ShouldBe("ACTIVE");
        scene.App.CustomerOf(scene.Account)!.Status.ShouldBe("active");
        scene.Outbox.Emails.Count(email => email.Subject.Contains("Your account stays open")).ShouldBe(1);
        scene.App.AuditOf(scene.Account)
            .ShouldContain(entry => entry.Event == "ReviewAbort" && entry.Actor == "an operator" && entry.Detail == "decided in a test");
        scene.App.ShouldNeverBeOverTheLimit(scene.Account);
        scene.App.ShouldAgreeWithTheLedger(scene.Account);
    }

    [Theory]
    [InlineData(ReviewCode.SettlementTimedOut)]
    [InlineData(ReviewCode.AmbiguousTransfer)]
    [Covers(ReviewCode.SettlementTimedOut, ReviewChoice.Skip)]
    [Covers(ReviewCode.AmbiguousTransfer, ReviewChoice.Skip)]
    [Covers(CreateTransferOutcome.Ambiguous)]
    public void A_skip_continues_without_the_failed_step_and_loses_nothing(ReviewCode code)
    {
        var reviewCase = ReviewCases.For(code);
        using var scene = reviewCase.Play();

        scene.Decide(ReviewChoice.Skip);
        scene.App.RunUntilStatus(scene.Account, status => status.CustomStatus!.Phase == ClosurePhase.Withdrawing);
        scene.App.Simulator.ClearFaults();
        scene.App.RunToEnd(scene.Account);

        scene.App.ShouldBeClosedWithAllPaidOut(scene.Account, reviewCase.WasThere);
        scene.App.AuditOf(scene.Account).ShouldContain(entry => entry.Event == "ReviewSkip" && entry.Actor == "an operator");
        scene.Outbox.Emails.Count(email => email.Subject.Contains("Your account is closed")).ShouldBe(1);
    }

    [Fact]
    [Covers(ReviewCode.AmbiguousTransfer, ReviewChoice.Retry)]
    public void A_retry_with_two_ambiguous_transfers_finds_them_again_and_sends_nothing()
    {
        using var scene = ReviewCases.For(ReviewCode.AmbiguousTransfer).Play();

        scene.Decide(ReviewChoice.Retry);
        scene.App.RunUntil(scene.Account, ClosurePhase.Withdrawing);
        scene.AwaitReview();

        scene.App.State(scene.Account).Transfers.Count.ShouldBe(2);
        scene.Decide(ReviewChoice.Skip);
        scene.App.RunToEnd(scene.Account);
        scene.App.ShouldBeClosedWithAllPaidOut(scene.Account, wasThere: 20_000m);
    }

    [Fact]
    public void Skip_is_offered_only_where_nothing_is_lost()
    {
        Enum.GetValues<ReviewCode>()
            .Where(code => new Review(code, ClosurePhase.Withdrawing, DateTimeOffset.UnixEpoch, Number: 1, CanAbort: true).Choices()
                .Contains(ReviewChoice.Skip))
            .ShouldBe([ReviewCode.SettlementTimedOut, ReviewCode.AmbiguousTransfer, ReviewCode.ClosedWithAssets]);
    }

    [Fact]
    public void Every_reason_for_a_review_has_its_case()
    {
        ReviewCases.All.Select(reviewCase => reviewCase.Code).ShouldBe(Enum.GetValues<ReviewCode>(), ignoreOrder: true);
    }
}
