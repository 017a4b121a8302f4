using AccountClosure.Closure;
using AccountClosure.Tests.App;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>The next closure or the watch starts a stopped cleanup again. Its messages and decisions are new.</summary>
public sealed class RepeatedCleanupTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Operations_is_told_of_the_review_of_a_cleanup_that_started_again(bool byTheNextClosure)
    {
        using var scene = ReviewCases.For(ReviewCode.AmbiguousTransfer).Play();
        var cleanup = BeginCleanupAndStopIt(scene, byTheNextClosure);
        int told = Told(scene);
        if (byTheNextClosure)
            scene.App.Initiate(scene.Account).StatusCode.ShouldBe(202);
        scene.App.AdvanceBy(TimeSpan.FromDays(2));
        Instance(scene.App, cleanup)!.IsCompleted.ShouldBeFalse();

        Told(scene).ShouldBeGreaterThan(told, scene.App.Story(scene.Account));
    }

    [Fact]
    public void A_decision_about_a_cleanup_that_started_again_is_in_the_audit_log()
    {
        using var scene = ReviewCases.For(ReviewCode.AmbiguousTransfer).Play();
        scene.App.Cancel(scene.Account, force: true);
        scene.App.AdvanceBy(TimeSpan.FromHours(1));
        Decide(scene, "anna").StatusCode.ShouldBe(202);
        scene.App.AdvanceBy(TimeSpan.FromMinutes(1));
        var cleanup = ClosureInstance.CleanupIdFor(scene.App.StateOf(scene.Account).Request.ConfirmationNumber);
        Terminate(scene.App, cleanup);
        scene.App.Initiate(scene.Account).StatusCode.ShouldBe(202);
        scene.App.AdvanceBy(TimeSpan.FromHours(2));
        Instance(scene.App, cleanup)!.IsCompleted.ShouldBeFalse();
        Decide(scene, "berta").StatusCode.ShouldBe(202);
        scene.App.AdvanceBy(TimeSpan.FromMinutes(1));

        var audit = scene.App.AuditOf(scene.Account).Where(entry => entry.Event == "ReviewRetry").Select(entry => entry.Actor).ToList();
        audit.ShouldContain("anna");
        audit.ShouldContain("berta");

        static HttpAnswer Decide(ReviewScene scene, string actor)
        {
            var number = scene.App.AuditOf(scene.Account)[0].ConfirmationNumber;
            var cleanup = scene.App.Await(
                () => scene.App.Client.GetInstanceAsync(ClosureInstance.CleanupIdFor(number), getInputsAndOutputs: true))!;
            var review = cleanup.ReadCustomStatusAs<ClosureProgress>()!.Review!.Number;
            return scene.App.Send(
                HttpMethod.Post,
                $"api/account-closure/resolve-task/{scene.Id}",
                new { review, choice = "retry", actor, reason = "looked again", confirmationNumber = number });
        }
    }

    private static string BeginCleanupAndStopIt(ReviewScene scene, bool byTheNextClosure)
    {
        var cleanup = ClosureInstance.CleanupIdFor(scene.App.Progress(scene.Account).ConfirmationNumber);
        scene.App.Cancel(scene.Account, force: true).StatusCode.ShouldBe(202);
        scene.App.AdvanceBy(TimeSpan.FromDays(10));
        Told(scene).ShouldBeGreaterThan(10);
        // Right after the hourly watch.
        var today = new DateTimeOffset(scene.App.Now.UtcDateTime.Date, TimeSpan.Zero);
        scene.App.AdvanceTo(today + new TimeSpan(scene.App.Now.Hour + 1, 1, 0));
        Terminate(scene.App, cleanup);
        if (!byTheNextClosure)
            scene.App.Await(() => scene.App.Client.PurgeInstanceAsync(cleanup));
        return cleanup;
    }

    private static void Terminate(ClosureApp app, string id)
    {
        app.Await(async () =>
        {
            await app.Client.TerminateInstanceAsync(id);
            return true;
        });
        app.AdvanceBy(TimeSpan.FromSeconds(1));
    }

    private static OrchestrationMetadata? Instance(ClosureApp app, string id) => app.Await(() => app.Client.GetInstanceAsync(id));

    private static int Told(ReviewScene scene) => scene.Outbox.Emails.Count(email => email.Subject.Contains("needs your decision"));
}
