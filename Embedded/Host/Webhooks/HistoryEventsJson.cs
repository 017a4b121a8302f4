using System.Text.Json;
using AccountClosure.Embedded.Engine.Episodes;
using DurableTask.Core;
using DurableTask.Core.History;

namespace AccountClosure.Embedded.Host.Webhooks;

/// <summary>
/// A history as the webhooks show it: what has begun and ended is one entry, at its end, with the time it was scheduled; what has
/// not ended is an entry of its own; the marks of episodes are left out.
/// </summary>
internal static class HistoryEventsJson
{
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<HistoryEvent> history, bool showOutput)
    {
        writer.WriteStartArray();
        foreach (Entry entry in Merge(history))
            Write(writer, entry, showOutput);
        writer.WriteEndArray();
    }

    private static List<Entry> Merge(IReadOnlyList<HistoryEvent> history)
    {
        var entries = new List<Entry>();
        var open = new Dictionary<int, Entry>();
        foreach (HistoryEvent current in history)
        {
            if (current is OrchestratorStartedEvent or OrchestratorCompletedEvent)
                continue;

            var entry = new Entry(current);
            if (current is TaskScheduledEvent or TimerCreatedEvent or SubOrchestrationInstanceCreatedEvent)
                open[current.EventId] = entry;
            else if (OpenTasks.CompletedId(current) is { } id && open.Remove(id, out Entry? begun) && entries.Remove(begun))
                entry = entry with { Begun = begun.Event };
            entries.Add(entry);
        }
        return entries;
    }

    private static void Write(Utf8JsonWriter writer, Entry entry, bool showOutput)
    {
        writer.WriteStartObject();
        writer.WriteString("EventType", EventType(entry.Event));
        WriteDetails(writer, entry.Event, showOutput);
        switch (entry.Begun)
        {
            case TaskScheduledEvent task:
                writer.WriteString("FunctionName", task.Name);
                break;
            case SubOrchestrationInstanceCreatedEvent child:
                writer.WriteString("FunctionName", child.Name);
                writer.WriteString("InstanceId", child.InstanceId);
                break;
        }
        if (entry.Begun is { } begun)
            writer.WriteString("ScheduledTime", begun.Timestamp);
        writer.WriteString("Timestamp", entry.Event.Timestamp);
        writer.WriteEndObject();
    }

    private static void WriteDetails(Utf8JsonWriter writer, HistoryEvent current, bool showOutput)
    {
        switch (current)
        {
            case ExecutionStartedEvent started:
                writer.WriteString("FunctionName", started.Name);
                break;
            case TaskScheduledEvent task:
                writer.WriteString("Name", task.Name);
                break;
            case TaskCompletedEvent task when showOutput:
                InstanceJson.WriteValue(writer, "Result", task.Result);
                break;
            case TaskFailedEvent task:
                WriteFailure(writer, task.FailureDetails);
                break;
            case TimerCreatedEvent timer:
                writer.WriteString("FireAt", timer.FireAt);
                break;
            case TimerFiredEvent timer:
                writer.WriteString("FireAt", timer.FireAt);
                break;
            case SubOrchestrationInstanceCreatedEvent child:
                writer.WriteString("Name", child.Name);
                writer.WriteString("InstanceId", child.InstanceId);
                break;
            case SubOrchestrationInstanceCompletedEvent child when showOutput:
                InstanceJson.WriteValue(writer, "Result", child.Result);
                break;
            case SubOrchestrationInstanceFailedEvent child:
                WriteFailure(writer, child.FailureDetails);
                break;
            case EventRaisedEvent raised:
                writer.WriteString("Name", raised.Name);
                if (showOutput)
                    InstanceJson.WriteValue(writer, "Input", raised.Input);
                break;
            case EventSentEvent sent:
                writer.WriteString("Name", sent.Name);
                writer.WriteString("InstanceId", sent.InstanceId);
                break;
            case ExecutionSuspendedEvent suspended:
                WriteReason(writer, suspended.Reason);
                break;
            case ExecutionResumedEvent resumed:
                WriteReason(writer, resumed.Reason);
                break;
            case ExecutionTerminatedEvent terminated when showOutput:
                InstanceJson.WriteValue(writer, "Result", terminated.Input);
                break;
            case ExecutionCompletedEvent completed:
                writer.WriteString("OrchestrationStatus", completed.OrchestrationStatus.ToString());
                if (completed.FailureDetails is { } failure)
                    WriteFailure(writer, failure);
                else if (showOutput)
                    InstanceJson.WriteValue(writer, "Result", completed.Result);
                break;
        }
    }

    private static void WriteFailure(Utf8JsonWriter writer, FailureDetails? failure)
    {
        writer.WriteString("Reason", failure?.ErrorMessage);
        writer.WriteString("Details", failure?.ErrorType);
    }

    private static void WriteReason(Utf8JsonWriter writer, string? reason)
    {
        if (reason is not null)
            writer.WriteString("Reason", reason);
    }

    // The end of an execution that continues as new is an end like others here.
    private static string EventType(HistoryEvent current) =>
        (current is ExecutionCompletedEvent ? DurableTask.Core.History.EventType.ExecutionCompleted : current.EventType).ToString();

    /// <param name="Event">What happened.</param>
    /// <param name="Begun">What it completes, if it completes something.</param>
    private sealed record Entry(HistoryEvent Event, HistoryEvent? Begun = null);
}
