using AccountClosure.Closure;
using AccountClosure.Orchestrations;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Functions;

/// <summary>Sees to it that a closure which was stopped from outside leaves nothing open.</summary>
internal static class Books
{
    /// <summary>Starts <see cref="CloseTheBooks"/> for a closure that was terminated or has failed, unless that was done before.</summary>
    /// <param name="by">Who stopped it and why; null when that is not known.</param>
    public static async Task CloseAsync(DurableTaskClient client, ClosureView closure, Cancel? by, CancellationToken cancellationToken)
    {
        var instanceId = CloseTheBooks.InstanceIdFor(closure.Progress.ConfirmationNumber);
        if (closure.Progress.Phase.HasEnded() || await client.GetInstanceAsync(instanceId, cancellationToken) is not null)
            return;
        var failed = closure.Instance.RuntimeStatus == OrchestrationRuntimeStatus.Failed;
        var assignment = new CloseTheBooks.Assignment(
            closure.State,
            closure.Instance.InstanceId,
            failed ? ClosurePhase.Failed : ClosurePhase.Cancelled,
            by?.Actor ?? "system",
            by?.Reason ?? (failed ? "The orchestration failed." : "The orchestration was terminated."));
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(CloseTheBooks), assignment, new StartOrchestrationOptions(instanceId), cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Another process may have started it in the same moment; then there is nothing left to do.
            if (await client.GetInstanceAsync(instanceId, cancellationToken) is null)
                throw;
        }
    }
}
