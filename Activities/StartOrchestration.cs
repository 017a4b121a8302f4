using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Activities;

/// <param name="Name">Of the orchestrator.</param>
/// <param name="InstanceInput">JSON.</param>
/// <param name="AgainWhenEnded">Starts it again when the instance of this id has ended.</param>
public sealed record StartOrchestrationInput(string Name, string InstanceId, JsonElement InstanceInput, bool AgainWhenEnded = false);

/// <summary>
/// Starts an orchestration that runs independently of its caller: an email, or the cleanup of an earlier closure. The fixed instance id
/// keeps a repetition from starting it twice.
/// </summary>
public sealed class StartOrchestration
{
    [Function(nameof(StartOrchestration))]
    public async Task Run([ActivityTrigger] StartOrchestrationInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await IsThere(input, client, cancellationToken))
            return;
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                input.Name, input.InstanceInput, new StartOrchestrationOptions(input.InstanceId), cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Another execution may have started it in the same moment; then there is nothing left to do.
            if (!await IsThere(input, client, cancellationToken))
                throw;
        }
    }

    private static async Task<bool> IsThere(StartOrchestrationInput input, DurableTaskClient client, CancellationToken cancellationToken) =>
        await client.GetInstanceAsync(input.InstanceId, cancellationToken) is { } instance && !(input.AgainWhenEnded && instance.IsCompleted);
}
