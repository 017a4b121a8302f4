using System.Globalization;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Host.Webhooks;

/// <summary>Converts an instance to the JSON of the webhooks.</summary>
internal static class InstanceJson
{
    /// <param name="instance">The instance, with its inputs and outputs.</param>
    /// <param name="origin">Its version and its parent's id; null for none.</param>
    /// <param name="showInput">Whether to include the input; otherwise it is null.</param>
    public static Dictionary<string, object?> From(OrchestrationMetadata instance, (string? Version, string? Parent) origin, bool showInput)
    {
        var json = new Dictionary<string, object?>()
        {
            ["name"] = instance.Name,
            ["instanceId"] = instance.InstanceId,
            ["runtimeStatus"] = instance.RuntimeStatus.ToString(),
            ["input"] = new DurablePayload(showInput ? instance.SerializedInput : null),
            ["customStatus"] = new DurablePayload(instance.SerializedCustomStatus),
            ["output"] = Output(instance),
            ["createdTime"] = Time(instance.CreatedAt),
            ["lastUpdatedTime"] = Time(instance.LastUpdatedAt),
            ["version"] = origin.Version,
        };
        if (origin.Parent is not null)
            json["parentInstanceId"] = origin.Parent;
        return json;
    }

    /// <summary>Whether the instance is completed, failed or terminated. A restart can reuse its id.</summary>
    public static bool HasEnded(OrchestrationMetadata instance) => instance.RuntimeStatus
        is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;

    private static object Output(OrchestrationMetadata instance) =>
        instance is { RuntimeStatus: OrchestrationRuntimeStatus.Failed, SerializedOutput: null, FailureDetails: { } failure }
            ? $"{failure.ErrorType}: {failure.ErrorMessage}"
            : new DurablePayload(instance.SerializedOutput);

    // Whole seconds, as Durable Functions writes them.
    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
