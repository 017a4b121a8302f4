using AccountClosure.Closure;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>Operations hear of every review, and hear of it again until somebody decides.</summary>
public sealed class ReviewMessageTests
{
    [Fact]
    public void Operations_are_told_at_once_of_a_second_review_too()
    {
        var reviewCase = ReviewCases.Of(ReviewCode.LiquidationTimedOut);
        using var scene = reviewCase.Play();
        scene.App.AdvanceBy(TimeSpan.FromDays(2.5));
        Told(scene).ShouldBe(["A closure needs your decision", "Reminder 1: a closure needs your decision", "Reminder 2: a closure needs your decision"]);

        scene.Decide(ReviewChoice.Retry);
        scene.App.RunUntil(scene.Account, ClosurePhase.Liquidating);
        scene.AwaitReview();
        scene.App.AdvanceBy(TimeSpan.FromMinutes(1));

        Told(scene).Count.ShouldBe(4);
        Told(scene)[^1].ShouldBe("A closure needs your decision");
    }

    [Fact]
    public void A_person_can_decide_although_the_message_to_operations_cannot_be_sent()
    {
        var reviewCase = ReviewCases.Of(ReviewCode.LiquidationTimedOut);
        using var scene = new ReviewScene(reviewCase);
        scene.Outbox.Refuses = "needs your decision";
        reviewCase.Before(scene);
        scene.App.Initiate(scene.Account);
        scene.AwaitReview();
        scene.App.AdvanceBy(TimeSpan.FromHours(3));
        Told(scene).ShouldBeEmpty();

        reviewCase.Remove(scene);
        scene.Decide(ReviewChoice.Retry);
        scene.App.RunToEnd(scene.Account);

        scene.App.ShouldBeClosedWithAllPaidOut(scene.Account, reviewCase.WasThere);
    }

    [Fact]
    public void A_message_to_operations_that_could_not_be_sent_is_sent_when_it_can_be()
    {
        using var scene = new ReviewScene(ReviewCases.Of(ReviewCode.TransferOverdue));
        scene.Outbox.Refuses = "needs your decision";
        scene.App.Initiate(scene.Account);
        scene.AwaitReview();
        scene.App.AdvanceBy(TimeSpan.FromHours(7));

        scene.Outbox.Refuses = null;
        scene.App.AdvanceBy(TimeSpan.FromHours(1));

        Told(scene).ShouldBe(["A closure needs your decision"]);
    }

    private static List<string> Told(ReviewScene scene) =>
    [
        .. scene.Outbox.Emails.Select(email => email.Subject[..email.Subject.IndexOf(" (", StringComparison.Ordinal)])
            .Where(subject => subject.Contains("your decision")),
    ];
}
