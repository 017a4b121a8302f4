using AccountClosure.Closure;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Activities;

/// <summary>
/// Whether a closure may still move money. A terminate through the durable API stops the instance only; an activity that
/// was already on its way must find that out by itself.
/// </summary>
internal static class RunningClosure
{
    /// <summary>Whether the instance runs, and for this request: a new closure of the account has the same instance id.</summary>
    /// <exception cref="InvalidOperationException">The instance is suspended: try again later.</exception>
    public static async Task<bool> IsRunningAsync(
        this DurableTaskClient client, string instanceId, string confirmationNumber, CancellationToken cancellationToken)
    {
        var instance = await client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellationToken);
        if (instance is null || instance.IsCompleted)
            return false;
        if (instance.RuntimeStatus == OrchestrationRuntimeStatus.Suspended)
            throw new InvalidOperationException("The closure is suspended.");
        return instance.ReadInputAs<ClosureState>()?.Request.ConfirmationNumber == confirmationNumber;
    }
}
