using AccountClosure.Closure;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>The message at the end cannot be sent: what was done stays done, and a person decides about the message alone.</summary>
public sealed class LastMessageTests
{
    [Theory]
    [InlineData(ReviewChoice.Retry, 1)]
    [InlineData(ReviewChoice.Skip, 0)]
    public void A_closed_account_stays_closed_when_the_customer_cannot_be_told(ReviewChoice choice, int messages)
    {
        using var scene = Scene(refuses: "Your account is closed");
        scene.App.RunUntil(scene.Account, ClosurePhase.ManualReview).Review!.Choices.ShouldBe([ReviewChoice.Retry, ReviewChoice.Skip]);
        scene.App.Books(scene.Account).Status.ShouldBe("ACCOUNT_CLOSED");

        scene.Outbox.Refuses = null;
        scene.Decide(choice);
        scene.App.RunToEnd(scene.Account);

        scene.App.ShouldBeClosedWithAllPaidOut(scene.Account, wasThere: 1_000m);
        scene.Outbox.Emails.Count(email => email.Subject.Contains("Your account is closed")).ShouldBe(messages);
    }

    [Theory]
    [InlineData(ReviewChoice.Retry, 1)]
    [InlineData(ReviewChoice.Skip, 0)]
    [InlineData(ReviewChoice.Abort, 1)]
    public void A_cancelled_closure_stays_cancelled_when_the_customer_cannot_be_told(ReviewChoice choice, int messages)
    {
        using var scene = Scene(refuses: "Your account stays open");
        scene.App.RunUntil(scene.Account, ClosurePhase.Liquidating);
        scene.App.Cancel(scene.Account);
        scene.App.RunUntil(scene.Account, ClosurePhase.ManualReview).Review!.Code.ShouldBe(ReviewCode.NotificationFailed);
        scene.App.CustomerOf(scene.Account)!.Status.ShouldBe("active");

        scene.Outbox.Refuses = null;
        scene.Decide(choice);

        scene.App.RunToEnd(scene.Account).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        scene.App.Books(scene.Account).Cash.ShouldBe(1_000m);
        scene.Outbox.Emails.Count(email => email.Subject.Contains("Your account stays open")).ShouldBe(messages);
    }

    [Fact]
    public void A_cancel_while_the_first_message_cannot_be_sent_ends_the_closure()
    {
        var reviewCase = ReviewCases.Of(ReviewCode.NotificationFailed);
        using var scene = reviewCase.Play();

        scene.App.Cancel(scene.Account).StatusCode.ShouldBe(202);

        scene.App.RunToEnd(scene.Account, TimeSpan.FromHours(1)).Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        scene.App.CustomerOf(scene.Account)!.Status.ShouldBe("active");
    }

    private static ReviewScene Scene(string refuses)
    {
        var scene = new ReviewScene(ReviewCases.Of(ReviewCode.NotificationFailed));
        scene.Outbox.Refuses = refuses;
        scene.App.Initiate(scene.Account);
        return scene;
    }
}
