using System.Globalization;
using System.Text.Json;
using DurableTask.Core.History;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Host.Webhooks;

/// <summary>Writes an instance as the webhooks return it.</summary>
internal static class InstanceJson
{
    /// <param name="writer">Where to.</param>
    /// <param name="instance">Read with its inputs and outputs.</param>
    /// <param name="version">That the instance runs under; null without one.</param>
    /// <param name="showInput">Otherwise the input is null.</param>
    /// <param name="history">Null for none.</param>
    /// <param name="showHistoryOutput">Whether the results of its tasks are in the history.</param>
    public static void Write(
        Utf8JsonWriter writer,
        OrchestrationMetadata instance,
        string? version,
        bool showInput,
        IReadOnlyList<HistoryEvent>? history = null,
        bool showHistoryOutput = false)
    {
        writer.WriteStartObject();
        writer.WriteString("name", instance.Name);
        writer.WriteString("instanceId", instance.InstanceId);
        writer.WriteString("runtimeStatus", instance.RuntimeStatus.ToString());
        WriteValue(writer, "input", showInput ? instance.SerializedInput : null);
        WriteValue(writer, "customStatus", instance.SerializedCustomStatus);
        WriteOutput(writer, instance);
        writer.WriteString("createdTime", Time(instance.CreatedAt));
        writer.WriteString("lastUpdatedTime", Time(instance.LastUpdatedAt));
        writer.WriteString("version", version);
        if (history is not null)
        {
            writer.WritePropertyName("historyEvents");
            new HistoryEventsJson(writer, showInput, showHistoryOutput).Write(history);
        }
        writer.WriteEndObject();
    }

    /// <summary>What a durable payload says: JSON as it is, anything else as text.</summary>
    public static void WriteValue(Utf8JsonWriter writer, string property, string? serialized)
    {
        writer.WritePropertyName(property);
        WriteValue(writer, serialized);
    }

    /// <inheritdoc cref="WriteValue(Utf8JsonWriter, string, string)"/>
    public static void WriteValue(Utf8JsonWriter writer, string? serialized)
    {
        if (serialized is null)
        {
            writer.WriteNullValue();
            return;
        }

        try
        {
            writer.WriteRawValue(serialized);
        }
        catch (JsonException)
        {
            writer.WriteStringValue(serialized);
        }
    }

    /// <summary>Whether the instance is completed, failed or terminated. A restart can use its id again.</summary>
    public static bool HasEnded(OrchestrationMetadata instance) => instance.RuntimeStatus
        is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;

    private static void WriteOutput(Utf8JsonWriter writer, OrchestrationMetadata instance)
    {
        if (instance is { RuntimeStatus: OrchestrationRuntimeStatus.Failed, SerializedOutput: null, FailureDetails: { } failure })
            writer.WriteString("output", $"{failure.ErrorType}: {failure.ErrorMessage}");
        else
            WriteValue(writer, "output", instance.SerializedOutput);
    }

    // Whole seconds, as Durable Functions writes them.
    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
