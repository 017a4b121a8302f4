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
        if (await IsUnderWay())
            return;
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
    /// <param name="now">When the cleanup begins, UTC.</param>
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
