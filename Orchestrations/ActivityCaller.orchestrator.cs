using AccountClosure.Closure;
using Microsoft.DurableTask;

namespace AccountClosure.Orchestrations;

/// <summary>
/// Calls activities for an orchestrator and keeps track of those that have succeeded. The durable layer retries a failed activity, unless
/// the broker refused the request.
/// </summary>
internal sealed class ActivityCaller(TaskOrchestrationContext context)
{
    /// <summary>Five attempts within about five minutes. <see cref="ClosurePolicy.StepRetryInterval"/> covers longer outages.</summary>
    private static readonly TaskOptions Retries = TaskOptions.FromRetryPolicy(
        new RetryPolicy(
            maxNumberOfAttempts: 5,
            firstRetryInterval: TimeSpan.FromSeconds(10),
            backoffCoefficient: 2.5,
            maxRetryInterval: TimeSpan.FromMinutes(3))
        {
            HandleFailure = failure => !Chain(failure).Any(details => details.Kind() == StepFailure.Permanent),
        });

    private readonly HashSet<string> succeeded = new(StringComparer.Ordinal);

    /// <summary>Names of the activities that have succeeded, without those that <see cref="Forget"/> removed.</summary>
    public IReadOnlyCollection<string> Succeeded => succeeded;

    /// <summary>Removes an activity from <see cref="Succeeded"/>, because another call of it failed.</summary>
    public void Forget(string activity) => succeeded.Remove(activity);

    /// <exception cref="TaskFailedException">The activity failed in spite of its retries.</exception>
    public async Task<T> CallAsync<T>(string activity, object input)
    {
        var result = await context.CallActivityAsync<T>(activity, input, Retries);
        succeeded.Add(activity);
        return result;
    }

    /// <exception cref="TaskFailedException">The activity failed in spite of its retries.</exception>
    public async Task CallAsync(string activity, object input)
    {
        await context.CallActivityAsync(activity, input, Retries);
        succeeded.Add(activity);
    }

    private static IEnumerable<TaskFailureDetails> Chain(TaskFailureDetails failure)
    {
        for (TaskFailureDetails? details = failure; details is not null; details = details.InnerFailure)
            yield return details;
    }
}
