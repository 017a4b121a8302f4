using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>How the durable layer repeats an activity that failed. What the broker refused is never repeated.</summary>
internal static class Retries
{
    /// <summary>Five tries within about five minutes; longer outages are the matter of <c>ClosurePolicy.StepRetryInterval</c>.</summary>
    public static readonly TaskOptions Activity = TaskOptions.FromRetryPolicy(
        new RetryPolicy(maxNumberOfAttempts: 5, firstRetryInterval: TimeSpan.FromSeconds(10), backoffCoefficient: 2.5, maxRetryInterval: TimeSpan.FromMinutes(3))
        {
            HandleFailure = failure => !Chain(failure).Any(details => details.Kind() == StepFailure.Permanent),
        });

    private static IEnumerable<TaskFailureDetails> Chain(TaskFailureDetails failure)
    {
        for (TaskFailureDetails? details = failure; details is not null; details = details.InnerFailure)
            yield return details;
    }
}
