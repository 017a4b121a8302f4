using AccountClosure.Broker;
using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

internal static class OrchestrationContextExtensions
{
    /// <summary>The time of the present turn, from the history, UTC.</summary>
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
        TaskFailureDetails cause = failure.Innermost();
        return IsBrokers(cause) ? $"{failure.TaskName}: {cause.ErrorMessage}" : $"{failure.TaskName}: {cause.ErrorType}";
    }

    public static StepFailure Kind(this TaskFailedException failure)
    {
        TaskFailureDetails cause = failure.Innermost();
        return cause.IsPermanent() ? StepFailure.Permanent : IsBrokers(cause) ? StepFailure.Outage : StepFailure.Other;
    }

    /// <summary>Whether trying again is pointless: the broker understood the request and will not do it.</summary>
    public static bool IsPermanent(this TaskFailureDetails details) => details.ErrorType == typeof(BrokerRefusedException).FullName;

    private static bool IsBrokers(TaskFailureDetails details) =>
        details.IsPermanent() || details.ErrorType == typeof(BrokerException).FullName;

    private static TaskFailureDetails Innermost(this TaskFailedException failure)
    {
        TaskFailureDetails details = failure.FailureDetails;
        while (details.InnerFailure is { } inner && !IsBrokers(details))
            details = inner;
        return details;
    }
}
