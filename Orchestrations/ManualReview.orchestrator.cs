using AccountClosure.Activities;
using AccountClosure.Closure;

namespace AccountClosure.Orchestrations;

/// <summary>
/// Waits for a person, and reminds operations at <see cref="ClosurePolicy.ReviewReminderInterval"/>. A cleanup that may be aborted aborts
/// itself after <see cref="ClosurePolicy.CleanupReviewTimeout"/> without a decision, and leaves at the broker what is open.
/// </summary>
internal static class ManualReview
{
    public static async Task<ClosureState> Step(ClosureStep step)
    {
        var review = step.State.Review!;
        if ((step.State.Decision ?? AbortIfUndecided(step, review)) is { } decision)
            return await Decide(step, review, decision);
        // Somebody may have restarted the closure, which then ended while its cleanup could not write: the cleanup needs no decision.
        if (step.State.Ending is { IsCleanup: true } && await EndClosure.FindEnd(step) is { } ended)
            return ended;

        await Recording.TellOperations(step, review);
        return Await(step, step.State with
        {
            Review = review with { Reminders = review.Reminders + 1 },
            MessagesToOperations = step.State.MessagesToOperations + 1,
        });
    }

    private static Resolve? AbortIfUndecided(ClosureStep step, Review review) =>
        step.State.Ending is { IsCleanup: true } && review.CanAbort && step.Now >= review.Since + ClosurePolicy.CleanupReviewTimeout
            ? new Resolve(
                review.Number, ReviewChoice.Abort, "system", $"Nobody decided within {ClosurePolicy.CleanupReviewTimeout.Days} days.")
            : null;

    private static async Task<ClosureState> Decide(ClosureStep step, Review review, Resolve decision)
    {
        // Kept so that the state names the decision if the step fails.
        step.Keep(step.State with { Decision = decision });
        var decided = step.State.Apply(decision, step.Now);
        if (!review.Choices().Contains(decision.Choice))
            return Await(step, decided);
        await Recording.AuditDecision(step, review, decision);
        if (DeclaredBy(review, decision.Choice) is { } stage)
        {
            await step.Activities.DeclareTransfers(
                new DeclareTransfersInput(review.Transfers, stage, decision.Actor, decision.Reason, step.Now));
        }
        return decided;
    }

    private static DeclaredStage? DeclaredBy(Review review, ReviewChoice choice) => choice switch
    {
        _ when review.Transfers.Count == 0 => null,
        ReviewChoice.TreatAsComplete => DeclaredStage.Completed,
        ReviewChoice.TreatAsFailed => DeclaredStage.Failed,
        ReviewChoice.Skip => DeclaredStage.Unresolved,
        ReviewChoice.Abort when review.AbortLeavesTransfers => DeclaredStage.Unresolved,
        _ => null,
    };

    private static ClosureState Await(ClosureStep step, ClosureState state) =>
        state.WaitFor(WaitKind.Decision, step.Now + state.Policy.ReviewReminderInterval);
}
