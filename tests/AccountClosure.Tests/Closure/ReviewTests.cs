using AccountClosure.Closure;
using static AccountClosure.Tests.Closure.States;

namespace AccountClosure.Tests.Closure;

public sealed class ReviewTests
{
    public static TheoryData<ReviewCode> Codes => [.. Enum.GetValues<ReviewCode>()];

    [Theory]
    [InlineData(ReviewCode.SettlementTimedOut, "Retry, Skip, Abort")]
    [InlineData(ReviewCode.ClosedWithAssets, "Retry, Skip, Abort")]
    [InlineData(ReviewCode.AmbiguousTransfer, "Retry, Skip, Abort")]
    [InlineData(ReviewCode.NegativeBalance, "Retry, Abort")]
    [InlineData(ReviewCode.TransferOverdue, "Retry, Abort")]
    public void A_review_offers_a_skip_only_where_nothing_is_lost_by_it(ReviewCode code, string choices) =>
        string.Join(", ", InReview(code).Review!.Choices()).ShouldBe(choices);

    [Fact]
    public void An_unknown_status_can_be_declared() =>
        (InReview(ReviewCode.TransferOverdue).Review! with { CanDeclare = true }).Choices()
            .ShouldBe([ReviewChoice.Retry, ReviewChoice.TreatAsComplete, ReviewChoice.TreatAsFailed, ReviewChoice.Abort]);

    [Fact]
    public void An_ambiguous_transfer_cannot_be_skipped_while_the_closure_ends() =>
        (InReview(ReviewCode.AmbiguousTransfer).Review! with { IsEnding = true }).Choices().ShouldNotContain(ReviewChoice.Skip);

    [Theory]
    [MemberData(nameof(Codes))]
    public void Each_review_explains_its_reason_and_each_of_its_choices(ReviewCode code)
    {
        var review = InReview(code).Review! with { CanDeclare = true };

        var text = review.Explain();

        text.ShouldNotStartWith(code.ToString());
        review.Choices().ShouldAllBe(choice => text.Contains($"{choice}: "));
    }

    [Theory]
    [InlineData(ReviewCode.TransferOverdue, false, false, false)]
    [InlineData(ReviewCode.TransferOverdue, true, false, true)]
    [InlineData(ReviewCode.TransferOverdue, false, true, true)]
    [InlineData(ReviewCode.AmbiguousTransfer, false, false, true)]
    public void An_abort_leaves_transfers_at_the_broker_only_where_waiting_changes_nothing(
        ReviewCode code, bool isEnding, bool canDeclare, bool leaves) =>
        (InReview(code).Review! with { IsEnding = isEnding, CanDeclare = canDeclare }).AbortLeavesTransfers.ShouldBe(leaves);
}
