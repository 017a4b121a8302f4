using AccountClosure.Embedded.Engine.Storage;
using DurableTask.Core;
using DurableTask.Core.History;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Engine.Scheduling;

/// <summary>
/// Runs activities, each at least once. The episode that takes a result makes it durable, so an activity runs again if a crash loses its
/// result.
/// </summary>
internal sealed class ActivityRunner(
    FunctionCatalog catalog, EngineOptions options, DataConverter converter, ILogger logger, CancellationToken stopping)
{
    private long _begun;

    public long Begun => Interlocked.Read(ref _begun);

    public async Task RunAsync(Dispatcher dispatcher, InstanceSlot slot, InstanceRow row, TaskScheduledEvent activity)
    {
        var execution = row.Execution;
        var completion = await RunAsync(row.Id, activity);
        dispatcher.ActivityEnded(slot, activity, execution, completion);
    }

    /// <returns>The completion; null when the engine stopped first.</returns>
    private async Task<HistoryEvent?> RunAsync(string instanceId, TaskScheduledEvent activity)
    {
        if (stopping.IsCancellationRequested)
            return null;
        Interlocked.Increment(ref _begun);
        try
        {
            if (!catalog.TryGetActivity(activity.Name!, out var run))
                throw new InvalidOperationException($"There is no activity named '{activity.Name}'.");
            var call = new ActivityCall(activity.Name!, instanceId, activity.EventId, Unwrap(activity.Input), stopping);
            var output = await (options.AroundActivity is { } around ? around(call, run) : run(call));
            return stopping.IsCancellationRequested ? null : new TaskCompletedEvent(-1, activity.EventId, converter.Serialize(output));
        }
#pragma warning disable CA1031 // An exception of an activity is its result.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (stopping.IsCancellationRequested)
                return null;
            Log.ActivityFailed(logger, activity.Name!, instanceId, activity.EventId, exception.GetType().ToString());
            return new TaskFailedEvent(-1, activity.EventId, exception.Message, null, new FailureDetails(exception));
        }
    }

    // The SDK wraps the input in an array.
    private static string? Unwrap(string? input) => input is ['[', .. var one, ']'] ? one : input;
}
