using AccountClosure.Closure;
using AccountClosure.Orchestrations;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Functions;

/// <summary>Starts the cleanup of closures that were stopped from outside.</summary>
internal static class TerminationCleanups
{
    /// <summary>Starts <see cref="TerminationCleanup"/> for a closure that was terminated or has failed, unless one is running.</summary>
    /// <param name="cleanup">The first state of the cleanup: see <see cref="ClosureState.BeginCleanup"/>.</param>
    public static async Task StartAsync(DurableTaskClient client, ClosureState cleanup, CancellationToken cancellationToken)
    {
        var instanceId = ClosureInstance.CleanupIdFor(cleanup.Request.ConfirmationNumber);
        if (await client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellationToken) is { } earlier)
        {
            if (!earlier.IsCompleted)
                return;
            // A cleanup that was itself stopped: the numbers of its reviews must not come again.
            int reviews = Math.Max(cleanup.Reviews, ClosureClient.ViewOf(earlier)?.State.Reviews ?? 0) + 1000;
            cleanup = cleanup with { Reviews = reviews, MessagesToOperations = reviews };
        }
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(TerminationCleanup), cleanup, new StartOrchestrationOptions(instanceId), cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Another process may have started it in the same moment; then there is nothing left to do.
            if (!await IsUnderWay())
                throw;
        }

        async Task<bool> IsUnderWay() => await client.GetInstanceAsync(instanceId, cancellationToken) is { IsCompleted: false };
    }

    /// <summary>The first state of the cleanup of a closure that the durable client still knows.</summary>
    /// <param name="by">Who stopped it and why; null when that is not known.</param>
    public static ClosureState Of(ClosureView closure, Cancel? by)
    {
        bool hasFailed = closure.Instance.RuntimeStatus == OrchestrationRuntimeStatus.Failed;
        var state = closure.State;
        return ClosureState.BeginCleanup(
            state.Request,
            state.Policy,
            state.Review?.From ?? state.Phase,
            state.Payout,
            hasFailed ? ClosurePhase.Failed : ClosurePhase.Cancelled,
            by ?? new Cancel("system", hasFailed ? "The orchestration failed." : "The orchestration was terminated."));
    }
}
