using AccountClosure.Activities;
using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>What every phase tells the records and the people.</summary>
internal static class Bookkeeping
{
    public const string System = "system";

    /// <summary>Writes the present phase to the tracking and the audit log.</summary>
    public static async Task<ClosureState> RecordPhase(TaskOrchestrationContext context, ClosureState state)
    {
        var (actor, detail) = state switch
        {
            { Phase: ClosurePhase.Initiated } => (state.Request.UserId, state.Request.Reason),
            { Phase: ClosurePhase.Cancelled, Cancellation: { } cancellation } => (cancellation.Actor, cancellation.Reason),
            { Phase: ClosurePhase.Rejected, Refusal: { } refusal } => (System, $"{refusal.Code}: {refusal.Reason}"),
            { Review: { } review } => (System, $"{review.Code}: {state.LastError ?? review.Explain()}"),
            _ => (System, null),
        };
        var entry = new RecordPhase.Entry(
            state.Request, context.InstanceId, state.Phase, state.PhaseSince, state.Payout.Paid, state.Payout.Created, actor, detail);
        await context.CallActivityAsync(nameof(Activities.RecordPhase), entry, Retries.Activity);
        return state with { Recorded = true };
    }

    /// <summary>
    /// Writes to the ledger which returns were counted, a generation after they were: a step that fails or runs again between the two neither
    /// counts a return twice nor forgets it.
    /// </summary>
    public static async Task<ClosureState> RecordReturns(TaskOrchestrationContext context, ClosureState state)
    {
        await context.CallActivityAsync(nameof(Activities.RecordReturns), state.Payout.Unrecorded, Retries.Activity);
        return state with { Payout = state.Payout with { Unrecorded = [] } };
    }

    /// <summary>Writes to the audit log that somebody asked to cancel: once, however often the step is taken.</summary>
    public static Task AuditCancel(TaskOrchestrationContext context, ClosureState state, Cancel cancel) =>
        Audit(context, state, "CancelRequested", "CancelRequested", cancel.Actor, cancel.Reason);

    /// <summary>Writes a person's decision to the audit log; the same person may decide the same again later.</summary>
    public static Task AuditDecision(TaskOrchestrationContext context, ClosureState state, Resolve decision) =>
        Audit(context, state, $"Review/{context.Now().UtcTicks}", $"Review{decision.Choice}", decision.Actor, decision.Reason);

    /// <summary>Writes to the audit log that the customer could not be told how the closure ended.</summary>
    public static Task AuditUntold(TaskOrchestrationContext context, ClosureState state, string failure) =>
        Audit(context, state, "NotificationFailed", "NotificationFailed", System, failure);

    private static Task Audit(
        TaskOrchestrationContext context, ClosureState state, string entry, string happening, string actor, string reason)
    {
        ClosureRequest request = state.Request;
        return context.CallActivityAsync(
            nameof(AppendAudit),
            new AppendAudit.Entry(
                $"{request.ConfirmationNumber}/{entry}", request.AccountId, request.ConfirmationNumber, context.Now(), actor, happening, reason),
            Retries.Activity);
    }

    /// <summary>Tells the customer; when that fails for good a person decides whether the closure goes on without.</summary>
    /// <returns>Null when the message was sent or is to be skipped; else the state in manual review.</returns>
    public static async Task<ClosureState?> Tell(TaskOrchestrationContext context, ClosureState state, NotificationKind kind)
    {
        if (state.SkipNotification)
            return null;
        try
        {
            await context.CallActivityAsync<string>(nameof(SendNotification), Message(context, state, kind), Retries.Activity);
            return null;
        }
        catch (TaskFailedException failure)
        {
            return state.NeedsReview(ReviewCode.NotificationFailed, context.Now(), failure.ForStatus());
        }
    }

    /// <summary>Tells operations that a person is needed.</summary>
    public static Task TellOperations(TaskOrchestrationContext context, ClosureState state, Review review) =>
        context.CallActivityAsync<string>(
            nameof(SendNotification),
            Message(context, state, NotificationKind.ReviewNeeded) with { Occurrence = state.MessagesToOperations, Reminder = review.Reminders, Detail = review.Explain() },
            Retries.Activity);

    public static Notification Message(TaskOrchestrationContext context, ClosureState state, NotificationKind kind) => new(
        kind,
        state.Request.AccountId,
        state.Request.UserId,
        state.Request.ConfirmationNumber,
        context.Now(),
        TotalPaid: state.Payout.Paid,
        TransferCount: state.Payout.Completed,
        DailyTransferLimit: state.Policy.DailyTransferLimit,
        EstimatedPayout: kind == NotificationKind.ClosureInitiated ? state.Payout.Remaining : null,
        Remaining: kind == NotificationKind.ClosureCompleted ? state.Payout.Remaining : null);
}
