using AccountClosure.Activities;
using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

internal static class OrchestrationContextExtensions
{
    /// <summary>Time of the current episode, from the history, UTC.</summary>
    public static DateTimeOffset Now(this TaskOrchestrationContext context) =>
        new(DateTime.SpecifyKind(context.CurrentUtcDateTime, DateTimeKind.Utc));

    /// <summary>Our time for a moment of the broker's clock, which may differ from ours.</summary>
    public static DateTimeOffset When(this TaskOrchestrationContext context, DateTimeOffset brokerMoment, DateTimeOffset brokerNow) =>
        context.Now() + (brokerMoment - brokerNow);

    /// <summary>
    /// Text of a failure that may be shown. For a failure of the broker it is the message, which is written to be shown. For any other it
    /// is only the type, because a message can contain anything.
    /// </summary>
    public static string ForStatus(this TaskFailedException failure)
    {
        TaskFailureDetails cause = failure.Cause();
        return cause.Kind() == StepFailure.Other ? $"{failure.TaskName}: {cause.ErrorType}" : $"{failure.TaskName}: {cause.ErrorMessage}";
    }

    public static StepFailure Kind(this TaskFailedException failure) => failure.Cause().Kind();

    public static StepFailure Kind(this TaskFailureDetails details) => ActivityFailures.KindOf(details.ErrorType);

    // The broker's exception, wherever it is in the chain; otherwise the innermost one.
    private static TaskFailureDetails Cause(this TaskFailedException failure)
    {
        TaskFailureDetails details = failure.FailureDetails;
        while (details.InnerFailure is { } inner && details.Kind() == StepFailure.Other)
            details = inner;
        return details;
    }
}
