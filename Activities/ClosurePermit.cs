using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Activities;

/// <summary>
/// Checks right before a request whether a closure may still sell, cancel all orders, send money, or close the account. An activity runs at
/// least once and may begin late: in the meantime the closure may have been terminated, been cancelled, or entered another phase.
/// </summary>
/// <remarks>The tracking's fence (<see cref="IClosureTracking.TryAskAsync"/>) closes the gap that remains after this check.</remarks>
internal static class ClosurePermit
{
    /// <summary>
    /// Maximum time from the record that the broker will be asked to the request. A process that was paused for longer must not send the
    /// request, because the end of a closure counts from the record.
    /// </summary>
    public static readonly TimeSpan MaxSendDelay = TimeSpan.FromMinutes(1);

    /// <summary>Records that the broker will be asked, and checks that the request follows at once.</summary>
    public static async Task<bool> MayAskAsync(
        this IClosureTracking tracking,
        TimeProvider time,
        string confirmationNumber,
        BrokerRequestKind kind,
        DateTimeOffset brokerTime,
        CancellationToken cancellationToken)
    {
        var elapsed = ElapsedTime.Since(time);
        return await tracking.TryAskAsync(confirmationNumber, kind, elapsed.OurTime, brokerTime, cancellationToken)
            && elapsed.AtMost <= MaxSendDelay;
    }

    /// <summary>Whether the instance runs for this request, in one of the phases, and is neither cancelled nor ending.</summary>
    /// <exception cref="InvalidOperationException">The instance is suspended: try again later.</exception>
    public static async Task<bool> IsRunningInAsync(
        this DurableTaskClient client,
        string instanceId,
        string confirmationNumber,
        ClosurePhase[] phases,
        CancellationToken cancellationToken) =>
        await client.FindRunningInAsync(instanceId, confirmationNumber, phases, cancellationToken) is not null;

    /// <returns>
    /// State with which the current execution began; null when the instance does not run for this request in one of the phases, or is
    /// cancelled or ending.
    /// </returns>
    /// <exception cref="InvalidOperationException">The instance is suspended: try again later.</exception>
    public static async Task<ClosureState?> FindRunningInAsync(
        this DurableTaskClient client,
        string instanceId,
        string confirmationNumber,
        ClosurePhase[] phases,
        CancellationToken cancellationToken)
    {
        var instance = await client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellationToken);
        if (instance is null || instance.IsCompleted)
            return null;
        if (instance.RuntimeStatus == OrchestrationRuntimeStatus.Suspended)
            throw new InvalidOperationException("The closure is suspended. Resume it; the activity is then retried.");
        return instance.ReadInputAs<ClosureState>() is { Cancellation: null, Ending: null } state
            && state.Request.ConfirmationNumber == confirmationNumber
            && phases.Contains(state.Phase)
                ? state
                : null;
    }
}
