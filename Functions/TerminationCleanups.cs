using AccountClosure.Closure;
using AccountClosure.Orchestrations;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Functions;

/// <summary>Starts the cleanup of closures that were stopped from outside.</summary>
internal static class TerminationCleanups
{
    /// <summary>Starts <see cref="TerminationCleanup"/> for a closure that was terminated or has failed, unless it is running.</summary>
    /// <param name="cleanup">First state of the cleanup: see <see cref="ClosureState.BeginCleanup"/>.</param>
    public static async Task StartAsync(DurableTaskClient client, ClosureState cleanup, CancellationToken cancellationToken)
    {
        var instanceId = ClosureInstance.CleanupIdFor(cleanup.Request.ConfirmationNumber);
        if (await IsUnderWay())
            return;
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(TerminationCleanup), cleanup, new StartOrchestrationOptions(instanceId), cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Another process may have started the cleanup at the same time. Then there is nothing to do.
            if (!await IsUnderWay())
                throw;
        }

        async Task<bool> IsUnderWay() => await client.GetInstanceAsync(instanceId, cancellationToken) is { IsCompleted: false };
    }

    /// <summary>First state of the cleanup of a closure whose instance still exists.</summary>
    /// <param name="by">Who stopped the closure and why; null if that is not known.</param>
    /// <param name="now">Time when the cleanup starts, UTC.</param>
    public static ClosureState From(ClosureView closure, Cancel? by, DateTimeOffset now)
    {
        bool hasFailed = closure.Instance.RuntimeStatus == OrchestrationRuntimeStatus.Failed;
        var state = closure.State;
        return ClosureState.BeginCleanup(
            state.Request,
            state.Policy,
            state.Review?.From ?? state.Phase,
            state.Payout,
            hasFailed ? ClosurePhase.Failed : ClosurePhase.Cancelled,
            by ?? new Cancel("system", hasFailed ? "The orchestration failed." : "The orchestration was terminated."),
            now);
    }
}
