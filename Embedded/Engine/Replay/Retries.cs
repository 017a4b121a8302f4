using Microsoft.DurableTask;

namespace AccountClosure.Embedded.Engine.Replay;

/// <summary>Calls again what failed, by a policy with durable timers or by a handler that decides and waits for itself.</summary>
internal static class Retries
{
    public static Task<string?> CallAsync(TaskOrchestrationContext context, TaskRetryOptions? retry, Func<Task<string?>> call) =>
        retry switch
        {
            { Policy: { } policy } => CallAsync(context, policy, call),
            { Handler: { } handler } => CallAsync(context, handler, call),
            _ => call(),
        };

    private static async Task<string?> CallAsync(TaskOrchestrationContext context, RetryPolicy policy, Func<Task<string?>> call)
    {
        DateTime begun = context.CurrentUtcDateTime;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (TaskFailedException failed)
            {
                bool inTime = policy.RetryTimeout == Timeout.InfiniteTimeSpan
                    || context.CurrentUtcDateTime - begun < policy.RetryTimeout;
                if (attempt >= policy.MaxNumberOfAttempts || !inTime || !policy.Handle(AsFrameworkThrows(failed)))
                {
                    // The last failure, with itself inside: callers find it at either place, as with Durable Task.
                    TaskFailureDetails last = failed.FailureDetails;
                    throw new TaskFailedException(failed.TaskName, failed.TaskId, last with { InnerFailure = last });
                }
            }

            await context.CreateTimer(Interval(policy, attempt), CancellationToken.None);
        }
    }

    // The SDK shows a policy's own question in this form only.
    private static global::DurableTask.Core.Exceptions.TaskFailedException AsFrameworkThrows(TaskFailedException failed) =>
        new() { FailureDetails = Details(failed.FailureDetails) };

    private static global::DurableTask.Core.FailureDetails Details(TaskFailureDetails details) => new(
        details.ErrorType, details.ErrorMessage, details.StackTrace, details.InnerFailure is { } inner ? Details(inner) : null, isNonRetriable: false);

    private static async Task<string?> CallAsync(TaskOrchestrationContext context, AsyncRetryHandler handler, Func<Task<string?>> call)
    {
        DateTime begun = context.CurrentUtcDateTime;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (TaskFailedException failed)
            {
                TimeSpan passed = context.CurrentUtcDateTime - begun;
                if (!await handler(new RetryContext(context, attempt, failed.FailureDetails, passed, CancellationToken.None)))
                    throw;
            }
        }
    }

    /// <summary>How long to wait after that attempt, counted from 1.</summary>
    private static TimeSpan Interval(RetryPolicy policy, int attempt)
    {
        double ticks = policy.FirstRetryInterval.Ticks * Math.Pow(policy.BackoffCoefficient, attempt - 1);
        TimeSpan longest = policy.MaxRetryInterval == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : policy.MaxRetryInterval;
        return ticks < longest.Ticks ? TimeSpan.FromTicks((long)ticks) : longest;
    }
}
