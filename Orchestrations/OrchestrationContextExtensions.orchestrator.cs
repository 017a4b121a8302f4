using AccountClosure.Activities;
using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

internal static class OrchestrationContextExtensions
{
    /// <summary>The time of the present episode, from the history, UTC.</summary>
    public static DateTimeOffset Now(this TaskOrchestrationContext context) =>
        new(DateTime.SpecifyKind(context.CurrentUtcDateTime, DateTimeKind.Utc));

    /// <summary>Our time for a moment of the broker's clock, which may differ from ours.</summary>
    public static DateTimeOffset When(this TaskOrchestrationContext context, DateTimeOffset brokerMoment, DateTimeOffset brokerNow) =>
        context.Now() + (brokerMoment - brokerNow);

    /// <summary>
    /// What may be shown of a failure: for the broker's, which are written to be shown, the message; for all others the type alone,
    /// because a message can hold anything.
    /// </summary>
    public static string ForStatus(this TaskFailedException failure)
    {
        TaskFailureDetails cause = failure.Cause();
        return cause.Kind() == StepFailure.Other ? $"{failure.TaskName}: {cause.ErrorType}" : $"{failure.TaskName}: {cause.ErrorMessage}";
    }

    public static StepFailure Kind(this TaskFailedException failure) => failure.Cause().Kind();

    public static StepFailure Kind(this TaskFailureDetails details) => ActivityFailures.KindOf(details.ErrorType);

    // The broker's exception, wherever it is in the chain; else the innermost one.
    private static TaskFailureDetails Cause(this TaskFailedException failure)
    {
        TaskFailureDetails details = failure.FailureDetails;
        while (details.InnerFailure is { } inner && details.Kind() == StepFailure.Other)
            details = inner;
        return details;
    }
}
