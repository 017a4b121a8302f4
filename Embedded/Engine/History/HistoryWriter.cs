using System.Text.Json;
using DurableTask.Core;
using DurableTask.Core.History;

namespace AccountClosure.Embedded.Engine;

/// <summary>Writes the events of <see cref="HistoryJson"/>. Omits properties that an event does not have.</summary>
internal static class HistoryWriter
{
    private const int MaxInnerFailures = 30;

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<HistoryEvent> events)
    {
        writer.WriteStartArray();
        DateTime episode = default;
        foreach (var happened in events)
            episode = Write(writer, happened, episode);
        writer.WriteEndArray();
    }

    /// <param name="writer">Gets the event.</param>
    /// <param name="happened">The event.</param>
    /// <param name="episode">Timestamp of the event's episode.</param>
    /// <returns>Timestamp of the next event's episode.</returns>
    public static DateTime Write(Utf8JsonWriter writer, HistoryEvent happened, DateTime episode)
    {
        writer.WriteStartObject();
        WriteProperties(writer, happened, episode);
        writer.WriteEndObject();
        return happened is OrchestratorStartedEvent ? happened.Timestamp : episode;
    }

    /// <param name="writer">Gets the failure.</param>
    /// <param name="failure">The failure.</param>
    /// <param name="depth">Number of failures around it. JSON that is nested too deeply cannot be read.</param>
    public static void WriteFailure(Utf8JsonWriter writer, FailureDetails failure, int depth = 0)
    {
        writer.WriteStartObject();
        writer.WriteString("ErrorType"u8, failure.ErrorType);
        writer.WriteString("ErrorMessage"u8, failure.ErrorMessage);
        WriteText(writer, "StackTrace"u8, failure.StackTrace);
        if (failure.IsNonRetriable)
            writer.WriteBoolean("IsNonRetriable"u8, true);
        if (failure.InnerFailure is { } inner && depth < MaxInnerFailures)
        {
            writer.WritePropertyName("InnerFailure"u8);
            WriteFailure(writer, inner, depth + 1);
        }

        writer.WriteEndObject();
    }

    public static void WriteTags(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, string>> tags)
    {
        writer.WriteStartObject();
        foreach ((var name, var value) in tags)
            writer.WriteString(name, value);
        writer.WriteEndObject();
    }

    private static void WriteProperties(Utf8JsonWriter writer, HistoryEvent happened, DateTime episode)
    {
        writer.WriteString("EventType"u8, NameOf(happened.EventType));
        if (happened.EventId >= 0)
            writer.WriteNumber("EventId"u8, happened.EventId);
        if (happened.Timestamp != episode)
            writer.WriteString("_Timestamp"u8, happened.Timestamp);
        switch (happened)
        {
            case ExecutionStartedEvent started:
                WriteStart(writer, started);
                break;
            case TaskScheduledEvent task:
                WriteTask(writer, task.Name, task.Version, task.Input, task.Tags);
                break;
            case SubOrchestrationInstanceCreatedEvent child:
                writer.WriteString("InstanceId"u8, child.InstanceId);
                WriteTask(writer, child.Name, child.Version, child.Input, child.Tags);
                break;
            case TaskCompletedEvent task:
                WriteResult(writer, task.TaskScheduledId, task.Result);
                break;
            case SubOrchestrationInstanceCompletedEvent child:
                WriteResult(writer, child.TaskScheduledId, child.Result);
                break;
            case TaskFailedEvent task:
                WriteFailed(writer, task.TaskScheduledId, task.Reason, task.FailureDetails);
                break;
            case SubOrchestrationInstanceFailedEvent child:
                WriteFailed(writer, child.TaskScheduledId, child.Reason, child.FailureDetails);
                break;
            case TimerCreatedEvent timer:
                writer.WriteString("FireAt"u8, timer.FireAt);
                break;
            case TimerFiredEvent timer:
                writer.WriteNumber("TimerId"u8, timer.TimerId);
                writer.WriteString("FireAt"u8, timer.FireAt);
                break;
            case EventSentEvent sent:
                writer.WriteString("InstanceId"u8, sent.InstanceId);
                WriteTask(writer, sent.Name, null, sent.Input, null);
                break;
            case EventRaisedEvent raised:
                WriteTask(writer, raised.Name, null, raised.Input, null);
                break;
            case ExecutionSuspendedEvent suspended:
                WriteText(writer, "Reason"u8, suspended.Reason);
                break;
            case ExecutionResumedEvent resumed:
                WriteText(writer, "Reason"u8, resumed.Reason);
                break;
            case ExecutionRewoundEvent rewound:
                WriteText(writer, "Reason"u8, rewound.Reason);
                break;
            case ExecutionTerminatedEvent terminated:
                WriteText(writer, "Input"u8, terminated.Input);
                if (terminated is RecursiveTermination)
                    writer.WriteBoolean("Recursive"u8, true);
                break;
            case ExecutionCompletedEvent completed:
                writer.WriteString("OrchestrationStatus"u8, completed.OrchestrationStatus.ToString());
                WriteText(writer, "Result"u8, completed.Result);
                WriteFailureDetails(writer, completed.FailureDetails);
                break;
        }
    }

    private static void WriteStart(Utf8JsonWriter writer, ExecutionStartedEvent started)
    {
        writer.WriteString("InstanceId"u8, started.OrchestrationInstance.InstanceId);
        WriteText(writer, "ExecutionId"u8, started.OrchestrationInstance.ExecutionId);
        WriteTask(writer, started.Name, started.Version, started.Input, started.Tags);
        if (started.ParentInstance is not { } parent)
            return;
        writer.WriteStartObject("ParentInstance"u8);
        writer.WriteString("Name"u8, parent.Name);
        writer.WriteString("InstanceId"u8, parent.OrchestrationInstance.InstanceId);
        writer.WriteNumber("TaskScheduleId"u8, parent.TaskScheduleId);
        writer.WriteEndObject();
    }

    private static void WriteTask(Utf8JsonWriter writer, string? name, string? version, string? input, IDictionary<string, string>? tags)
    {
        writer.WriteString("Name"u8, name);
        if (!string.IsNullOrEmpty(version))
            writer.WriteString("Version"u8, version);
        WriteText(writer, "Input"u8, input);
        if (tags is null || tags.Count == 0)
            return;
        writer.WritePropertyName("Tags"u8);
        WriteTags(writer, tags);
    }

    private static void WriteResult(Utf8JsonWriter writer, int taskScheduledId, string? result)
    {
        writer.WriteNumber("TaskScheduledId"u8, taskScheduledId);
        WriteText(writer, "Result"u8, result);
    }

    private static void WriteFailed(Utf8JsonWriter writer, int taskScheduledId, string? reason, FailureDetails? failure)
    {
        writer.WriteNumber("TaskScheduledId"u8, taskScheduledId);
        WriteText(writer, "Reason"u8, reason);
        WriteFailureDetails(writer, failure);
    }

    private static void WriteFailureDetails(Utf8JsonWriter writer, FailureDetails? failure)
    {
        if (failure is null)
            return;
        writer.WritePropertyName("FailureDetails"u8);
        WriteFailure(writer, failure);
    }

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
            writer.WriteString(name, text);
    }

    // Enum.ToString is too slow for code that runs in every step.
    private static string NameOf(EventType type) => type switch
    {
        EventType.OrchestratorStarted => nameof(EventType.OrchestratorStarted),
        EventType.OrchestratorCompleted => nameof(EventType.OrchestratorCompleted),
        EventType.TaskScheduled => nameof(EventType.TaskScheduled),
        EventType.TaskCompleted => nameof(EventType.TaskCompleted),
        _ => type.ToString(),
    };
}
