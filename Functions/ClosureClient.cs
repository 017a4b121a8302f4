using System.Text.Json;
using AccountClosure.Closure;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Functions;

/// <summary>A closure as the durable client shows it.</summary>
/// <param name="State">As the present generation began with it.</param>
/// <param name="Progress">The custom status; before the first step, what the input says.</param>
internal sealed record ClosureView(OrchestrationMetadata Instance, ClosureState State, ClosureProgress Progress)
{
    public ClosureRequest Request => State.Request;

    /// <summary>Running, pending or suspended.</summary>
    public bool IsActive => !Instance.IsCompleted;
}

internal static class ClosureClient
{
    /// <summary>The account id in its one form (a UUID, lower case), or null when it is not one.</summary>
    public static string? Canonical(string? id) => Guid.TryParseExact(id, "D", out var parsed) ? parsed.ToString("D") : null;

    public static async Task<ClosureView?> FindClosureAsync(this DurableTaskClient client, string accountId, CancellationToken cancellationToken)
    {
        var instance = await client.GetInstanceAsync(ClosureInstance.IdFor(accountId), getInputsAndOutputs: true, cancellationToken);
        return instance is null ? null : ViewOf(instance);
    }

    /// <returns>Null for an instance with our prefix whose input is not a closure's.</returns>
    public static ClosureView? ViewOf(OrchestrationMetadata instance)
    {
        if (Read<ClosureState>(instance.SerializedInput) is not { } state)
            return null;
        return new ClosureView(instance, state, Read<ClosureProgress>(instance.SerializedCustomStatus) ?? ClosureProgress.Of(state));
    }

    private static T? Read<T>(string? json)
        where T : class
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize<T>(json, ClosureJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
