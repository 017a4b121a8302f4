using AccountClosure.Closure;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Functions;

/// <summary>
/// Every hour: says in the log which closures need a person or are late, and has the books closed of those that were
/// terminated or have failed. It drives nothing: every closure goes on by itself.
/// </summary>
public sealed partial class WatchClosures(TimeProvider time, ILogger<WatchClosures> logger)
{
    private static readonly TimeSpan Late = TimeSpan.FromHours(1);

    [Function(nameof(WatchClosures))]
    public async Task Run(
        [TimerTrigger("0 0 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var query = new OrchestrationQuery(
            Statuses:
            [
                OrchestrationRuntimeStatus.Running,
                OrchestrationRuntimeStatus.Pending,
                OrchestrationRuntimeStatus.Suspended,
                OrchestrationRuntimeStatus.Terminated,
                OrchestrationRuntimeStatus.Failed,
            ],
            InstanceIdPrefix: ClosureInstance.Prefix,
            FetchInputsAndOutputs: true);
        await foreach (var instance in client.GetAllInstancesAsync(query).WithCancellation(cancellationToken))
        {
            if (ClosureClient.ViewOf(instance) is not { } closure)
                continue;
            if (!closure.IsActive)
                await Books.CloseAsync(client, closure, by: null, cancellationToken);
            else if (closure.Progress.Review is { } review)
                LogReview(closure.Progress.ConfirmationNumber, review.Code, closure.Progress.Since);
            else if (closure.Progress.NextActionAt is { } due && due + Late < time.GetUtcNow())
                LogLate(closure.Progress.ConfirmationNumber, closure.Progress.Phase, due);
        }
    }

    [LoggerMessage(2001, LogLevel.Warning, "Closure {ConfirmationNumber} waits for a person since {Since:u}: {Code}")]
    private partial void LogReview(string confirmationNumber, ReviewCode code, DateTimeOffset since);

    [LoggerMessage(2002, LogLevel.Error, "Closure {ConfirmationNumber} is late: its next action in {Phase} was due {Due:u}")]
    private partial void LogLate(string confirmationNumber, ClosurePhase phase, DateTimeOffset due);
}
