using System.Globalization;
using System.Text.Json;
using AccountClosure.Activities;
using AccountClosure.Closure;

namespace AccountClosure.Orchestrations;

/// <summary>Writes what a phase does to the records, and tells people about it.</summary>
internal static class Recording
{
    private const string System = "system";

    /// <summary>Writes the current phase to the tracking and the audit log.</summary>
    /// <returns>
    /// How the closure ends at once, because it was stopped from outside or its cleanup acts for it, so that this execution has no right to
    /// continue; null when it has.
    /// </returns>
    public static async Task<ClosurePhase?> RecordPhase(ClosureStep step, ClosureState state)
    {
        var (actor, detail) = state switch
        {
            { Phase: ClosurePhase.Initiated } => (state.Request.UserId, state.Request.Reason),
            { Phase: ClosurePhase.Cancelled or ClosurePhase.Failed, Cancellation: { } cancellation } =>
                (cancellation.Actor, cancellation.Reason),
            { Phase: ClosurePhase.Rejected, Refusal: { } refusal } => (System, $"{refusal.Code}: {refusal.Reason}"),
            { Review: { } review } => (System, $"{review.Code}: {state.LastError ?? review.Explain()}"),
            _ => (System, null),
        };
        var entry = new RecordPhaseInput(
            state.Request, state.Phase, state.PhaseSince, state.Payout.Withdrawn, state.Payout.Created, actor, detail);
        var (fence, endedAs) = await step.Activities.RecordPhase(entry);
        var mayContinue = fence switch
        {
            Fence.Open => true,
            Fence.Stopped => state.Ending is not null || state.Cancellation is not null || state.Refusal is not null,
            _ => state.Ending is { IsCleanup: true },
        };
        return mayContinue ? null : endedAs ?? ClosurePhase.Failed;
    }

    /// <summary>
    /// Writes to the ledger which returns the previous execution counted. A step that fails or runs again in between thus neither counts a
    /// return twice nor forgets it.
    /// </summary>
    public static async Task RecordReturns(ClosureStep step)
    {
        await step.Activities.RecordReturns(step.State.Payout.Unrecorded);
        step.Keep(step.State with { Payout = step.State.Payout with { Unrecorded = [] } });
    }

    /// <summary>Writes a request to cancel to the audit log, once however often the step runs.</summary>
    public static Task AuditCancel(ClosureStep step, Cancel cancel)
    {
        var eventName = step.State.Ending is { IsCleanup: true } ? "ClosureStopped" : "CancelRequested";
        return Audit(step, eventName, eventName, cancel.Actor, cancel.Reason);
    }

    /// <summary>Writes a person's decision to the audit log, once however often the step runs.</summary>
    public static Task AuditDecision(ClosureStep step, Review review, Resolve decision) => Audit(
        step, $"Review/{review.Number}/{review.Decisions}", $"Review{decision.Choice}", decision.Actor, decision.Reason);

    /// <summary>Writes to the audit log that a decision was dropped because it could not be carried out.</summary>
    public static async Task AuditFailedDecision(ClosureStep step, FailedDecision failed)
    {
        var decision = failed.Decision;
        await Audit(
            step,
            $"Review/{decision.Review}/{failed.Number}/Failed",
            $"Review{decision.Choice}Failed",
            System,
            $"The decision of {decision.Actor} could not be carried out. {failed.Error}");
        step.Keep(step.State with { FailedDecision = null });
    }

    private static Task Audit(ClosureStep step, string entry, string eventName, string actor, string reason)
    {
        ClosureRequest request = step.State.Request;
        var entryId = $"{request.ConfirmationNumber}/{entry}";
        return step.Activities.AppendAudit(
            new AppendAuditInput(entryId, request.AccountId, request.ConfirmationNumber, step.Now, actor, eventName, reason));
    }

    /// <summary>
    /// Sends the customer a message from an orchestration of its own, so that the closure does not wait for the mail server.
    /// </summary>
    public static Task Tell(ClosureStep step, NotificationKind kind) => Start(step, Message(step, kind));

    /// <summary>Tells operations that a person must decide.</summary>
    public static Task TellOperations(ClosureStep step, Review review) => Start(step, Message(step, NotificationKind.ReviewNeeded) with
    {
        Occurrence = step.State.MessagesToOperations,
        Reminder = review.Reminders,
        Since = step.State.PhaseSince,
        ByCleanup = step.State.Ending is { IsCleanup: true },
        Detail = $"Review {review.Number}, {review.Code}. {review.Explain()}\n\n{HowToDecide(step.State.Request, review)}\n\n"
            + $"{Reminders(step.State)}{EndOfWaiting(step, review)}",
    });

    private static string HowToDecide(ClosureRequest request, Review review) =>
        $"To see the details: GET /api/account-closure/task-status/{request.AccountId}?confirmationNumber={request.ConfirmationNumber}\n"
        + $"To decide: POST /api/account-closure/resolve-task/{request.AccountId} with "
        + $$"""{"review": {{review.Number}}, "choice": "retry", "actor": "your name", "reason": "…","""
        + $$""" "confirmationNumber": "{{request.ConfirmationNumber}}"}""";

    private static string Reminders(ClosureState state)
    {
        var interval = state.Policy.ReviewReminderInterval;
        var every = interval == TimeSpan.FromDays(1)
            ? "every day"
            : string.Create(CultureInfo.InvariantCulture, $"every {interval.TotalHours:0.##} hours");
        var orEnd = state is { Ending.IsCleanup: true, Review.CanAbort: true } ? " or the cleanup ends by itself" : "";
        return $"You get a reminder {every} until someone decides{orEnd}.";
    }

    private static string EndOfWaiting(ClosureStep step, Review review) => step.State.Ending is { IsCleanup: true } && review.CanAbort
        ? $"\n\nWithout a decision by {review.Since + ClosurePolicy.CleanupReviewTimeout:yyyy-MM-dd HH:mm} UTC "
            + "the cleanup ends by itself and leaves at the broker what is open."
        : "";

    /// <summary>Starts the cleanup of an earlier closure of the account, unless it already runs.</summary>
    public static Task StartCleanup(ClosureStep step, UnfinishedClosure closure)
    {
        var cleanup = ClosureState.BeginCleanup(
            closure.Request,
            step.State.Policy,
            closure.Phase,
            closure.Payout,
            ClosurePhase.Cancelled,
            closure.StoppedBy ?? new Cancel(System, "A later closure of the account found this one stopped."),
            step.Now);
        return step.Activities.StartOrchestration(new StartOrchestrationInput(
            nameof(TerminationCleanup),
            ClosureInstance.CleanupIdFor(closure.Request.ConfirmationNumber),
            Json(cleanup),
            AgainWhenEnded: true));
    }

    private static Task Start(ClosureStep step, Notification notification) => step.Activities.StartOrchestration(
        new StartOrchestrationInput(nameof(SendEmail), ClosureInstance.EmailIdFor(notification), Json(notification)));

    private static JsonElement Json<T>(T value) => JsonSerializer.SerializeToElement(value, ClosureJson.Options);

    private static Notification Message(ClosureStep step, NotificationKind kind)
    {
        var state = step.State;
        return new(
            kind,
            state.Request.AccountId,
            state.Request.UserId,
            state.Request.ConfirmationNumber,
            step.Now,
            Withdrawn: state.Payout.Withdrawn,
            TransferCount: state.Payout.Completed,
            DailyTransferLimit: state.Policy.DailyTransferLimit,
            EstimatedPayout: kind == NotificationKind.ClosureInitiated ? state.Payout.Remaining : null,
            Remaining: kind == NotificationKind.ClosureCompleted ? state.Payout.Remaining : null,
            PositionsLeft: kind == NotificationKind.ClosureCompleted ? state.PositionsLeft : 0,
            Since: kind switch
            {
                NotificationKind.ClosureInitiated => state.Request.RequestedAt,
                NotificationKind.ClosureCompleted => state.ClosedSeenAt,
                _ => null,
            },
            AreAssetsUnknown: kind == NotificationKind.ClosureCompleted && (state.Payout.IsCashUnseen || state.ArePositionsUnknown),
            HasReturns: kind == NotificationKind.ClosureCompleted && state.Ending is { Returns: > 0 });
    }
}
