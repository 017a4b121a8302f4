using AccountClosure.Activities;
using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>Waits for a person, reminds operations every day, and never gives up.</summary>
internal static class ManualReview
{
    public static async Task<ClosureState> Step(TaskOrchestrationContext context, ClosureState state)
    {
        Review review = state.Review!;
        if (state.Decision is { } decision)
        {
            await Bookkeeping.AuditDecision(context, state, decision);
            var decided = state.Apply(decision, context.Now());
            if (state.Payout.Doubt() is { } doubt && decided.Payout.Doubt() is null)
            {
                await context.CallActivityAsync(
                    nameof(AbandonTransferIntent), new AbandonTransferIntent.Decision(doubt.IntentId, decision.Reason, context.Now()), Retries.Activity);
            }
            return decided.Review is null ? decided : Await(context, decided);
        }

        await Bookkeeping.TellOperations(context, state, review);
        return Await(
            context,
            state with { Review = review with { Reminders = review.Reminders + 1 }, MessagesToOperations = state.MessagesToOperations + 1 });
    }

    private static ClosureState Await(TaskOrchestrationContext context, ClosureState state) =>
        state.WaitUntil(context.Now() + state.Policy.ReviewReminderInterval, "A person's decision", "Remind operations");
}
