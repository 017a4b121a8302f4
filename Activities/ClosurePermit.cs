using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Activities;

/// <summary>
/// The check whether a closure may still sell, cancel all orders, send money or close the account, made right before the request. An
/// activity runs at least once and may begin late: the closure may have been terminated meanwhile, be cancelled, or be in another phase.
/// </summary>
/// <remarks>The tracking's fence (<see cref="IClosureTracking.TryAskAsync"/>) closes the gap that is left after this look.</remarks>
internal static class ClosurePermit
{
    /// <summary>
    /// From the record that the broker will be asked to the request: a process that was held up for longer must not send it any more, because
    /// those who end the closure count from the record.
    /// </summary>
    public static readonly TimeSpan MaxSendDelay = TimeSpan.FromMinutes(1);

    /// <summary>Writes that the broker will be asked, and makes sure that it is asked right then.</summary>
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
        this DurableTaskClient client, string instanceId, string confirmationNumber, ClosurePhase[] phases, CancellationToken cancellationToken) =>
        await client.FindRunningInAsync(instanceId, confirmationNumber, phases, cancellationToken) is not null;

    /// <returns>
    /// The state with which the present execution began; null when the instance does not run for this request, in one of the phases, or is
    /// cancelled or ending.
    /// </returns>
    /// <exception cref="InvalidOperationException">The instance is suspended: try again later.</exception>
    public static async Task<ClosureState?> FindRunningInAsync(
        this DurableTaskClient client, string instanceId, string confirmationNumber, ClosurePhase[] phases, CancellationToken cancellationToken)
    {
        var instance = await client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellationToken);
        if (instance is null || instance.IsCompleted)
            return null;
        if (instance.RuntimeStatus == OrchestrationRuntimeStatus.Suspended)
            throw new InvalidOperationException("The closure is suspended. Resume it; the activity is tried again.");
        return instance.ReadInputAs<ClosureState>() is { Cancellation: null, Ending: null } state
            && state.Request.ConfirmationNumber == confirmationNumber
            && phases.Contains(state.Phase)
                ? state
                : null;
    }
}
