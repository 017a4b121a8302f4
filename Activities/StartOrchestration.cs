using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Activities;

/// <param name="Name">Name of the orchestrator.</param>
/// <param name="InstanceInput">Input of the instance, JSON.</param>
/// <param name="AgainWhenEnded">Whether to start the instance again when it has ended.</param>
public sealed record StartOrchestrationInput(string Name, string InstanceId, JsonElement InstanceInput, bool AgainWhenEnded = false);

/// <summary>
/// Starts an orchestration that runs independently of its caller: an email, or the cleanup of an earlier closure. The fixed instance id
/// keeps a repeated call from starting it twice.
/// </summary>
public sealed class StartOrchestration
{
    [Function(nameof(StartOrchestration))]
    public async Task Run(
        [ActivityTrigger] StartOrchestrationInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await IsStarted(input, client, cancellationToken))
            return;
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                input.Name, input.InstanceInput, new StartOrchestrationOptions(input.InstanceId), cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Another execution may have started it at the same moment; then nothing is left to do.
            if (!await IsStarted(input, client, cancellationToken))
                throw;
        }
    }

    private static async Task<bool> IsStarted(
        StartOrchestrationInput input, DurableTaskClient client, CancellationToken cancellationToken) =>
        await client.GetInstanceAsync(input.InstanceId, cancellationToken) is { } instance
        && !(input.AgainWhenEnded && instance.IsCompleted);
}
