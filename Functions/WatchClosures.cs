using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccountClosure.Functions;

/// <summary>
/// The hourly watch. It logs which closures and cleanups need a person, are suspended or are late. It starts the cleanup of each closure
/// that has not ended in the tracking table and whose instance no longer runs, because it was terminated, has failed, or was purged. It
/// drives no closure, because every closure proceeds by itself. When the watch fails for one instance, it logs that and continues with the
/// others.
/// </summary>
public sealed partial class WatchClosures(
    IClosureTracking tracking, IOptions<ClosurePolicy> policy, TimeProvider time, ILogger<WatchClosures> logger)
{
    private static readonly TimeSpan Late = TimeSpan.FromHours(1);

    private static readonly OrchestrationRuntimeStatus[] Watched =
    [
        OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Suspended,
        OrchestrationRuntimeStatus.Terminated, OrchestrationRuntimeStatus.Failed,
    ];

    [Function(nameof(WatchClosures))]
    public async Task Run(
        [TimerTrigger("0 0 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var running = new HashSet<string>(StringComparer.Ordinal);
        var query = new OrchestrationQuery(Statuses: Watched, InstanceIdPrefix: ClosureInstance.CommonPrefix, FetchInputsAndOutputs: true);
        await foreach (var instance in client.GetAllInstancesAsync(query).WithCancellation(cancellationToken))
        {
            if (ProgressOfActive(instance) is { } progress)
            {
                running.Add(progress.ConfirmationNumber);
                Report(instance, progress);
            }
            else if (!instance.IsCompleted)
            {
                LogNotAClosure(instance.InstanceId);
            }
            else if (ClosureClient.ViewOf(instance) is { } stopped)
            {
                await HandleApart(instance.InstanceId, () => CleanUpStopped(client, stopped, cancellationToken), cancellationToken);
            }
        }

        var unfinished = await tracking.ListNotEndedAsync(time.GetUtcNow(), cancellationToken);
        foreach (var record in unfinished.Where(record => !running.Contains(record.ConfirmationNumber)))
            await HandleApart(record.InstanceId, () => CleanUp(client, record, cancellationToken), cancellationToken);
    }

    private async Task HandleApart(string instanceId, Func<Task> handle, CancellationToken cancellationToken)
    {
        try
        {
            await handle();
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotSeenTo(instanceId, failure.GetType().Name);
        }
    }

    // Read the status first, because parsing the input of every active closure needs much memory. Before its first step, a closure has no
    // status.
    private static ClosureProgress? ProgressOfActive(OrchestrationMetadata instance) =>
        instance.IsCompleted ? null : ClosureClient.ProgressOf(instance) ?? ClosureClient.ViewOf(instance)?.Progress;

    // Start from the instance, because it can be stopped before its closure has a row in the tracking table.
    private async Task CleanUpStopped(DurableTaskClient client, ClosureView closure, CancellationToken cancellationToken)
    {
        if (!closure.Instance.InstanceId.StartsWith(ClosureInstance.Prefix, StringComparison.Ordinal))
            return;
        var record = await tracking.FindAsync(closure.Request.ConfirmationNumber, cancellationToken);
        if (record is not { EndedAt: not null })
        {
            await TerminationCleanups.StartAsync(
                client, TerminationCleanups.From(closure, record?.StoppedBy(), time.GetUtcNow()), cancellationToken);
        }
    }

    private void Report(OrchestrationMetadata instance, ClosureProgress progress)
    {
        var number = progress.ConfirmationNumber;
        // A running step has no time for its next action. Use the last update instead, because a step makes one more often than once an
        // hour.
        var due = progress.NextActionAt ?? instance.LastUpdatedAt;
        bool isSuspended = instance.RuntimeStatus == OrchestrationRuntimeStatus.Suspended;
        if (isSuspended)
            LogSuspended(number, progress.Phase, instance.LastUpdatedAt);
        if (progress.Review is { } review)
            LogReview(number, review.Code, progress.Since);
        else if (!isSuspended && due + Late < time.GetUtcNow())
            LogLate(number, progress.Phase, due);
    }

    private async Task CleanUp(DurableTaskClient client, ClosureRecord record, CancellationToken cancellationToken)
    {
        var instance = await client.FindClosureAsync(record.AccountId, cancellationToken);
        bool isOwn = instance?.Request.ConfirmationNumber == record.ConfirmationNumber;
        if (isOwn && instance!.IsActive)
            return;
        await TerminationCleanups.StartAsync(
            client,
            isOwn && instance!.WasStopped
                ? TerminationCleanups.From(instance, record.StoppedBy(), time.GetUtcNow())
                : ClosureState.BeginCleanup(
                    record.ToRequest(),
                    policy.Value,
                    record.ToPhase(),
                    record.ToPayout(),
                    ClosurePhase.Cancelled,
                    record.StoppedBy() ?? new Cancel("system", "The closure's orchestration no longer exists."),
                    time.GetUtcNow()),
            cancellationToken);
    }

    [LoggerMessage(2001, LogLevel.Warning, "Closure {ConfirmationNumber} has been waiting for a person since {Since:u}: {Code}")]
    private partial void LogReview(string confirmationNumber, ReviewCode code, DateTimeOffset since);

    [LoggerMessage(2002, LogLevel.Error, "Closure {ConfirmationNumber} is late: its next action in {Phase} was due {Due:u}")]
    private partial void LogLate(string confirmationNumber, ClosurePhase phase, DateTimeOffset due);

    [LoggerMessage(2007, LogLevel.Error,
        "Closure {ConfirmationNumber} is suspended in {Phase} and does nothing until somebody resumes it. Last update: {UpdatedAt:u}")]
    private partial void LogSuspended(string confirmationNumber, ClosurePhase phase, DateTimeOffset updatedAt);

    [LoggerMessage(2008, LogLevel.Error, "The watch could not handle instance {InstanceId} ({Failure}). It tries again within an hour")]
    private partial void LogNotSeenTo(string instanceId, string failure);

    [LoggerMessage(2009, LogLevel.Error,
        "Instance {InstanceId} has the id of a closure and an input that is not a closure's. Terminate and purge it")]
    private partial void LogNotAClosure(string instanceId);
}
