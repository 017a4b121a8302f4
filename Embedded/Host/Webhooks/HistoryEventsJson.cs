using System.Text.Json;
using AccountClosure.Embedded.Engine;

namespace AccountClosure.Embedded.Host.Webhooks;

/// <summary>
/// A history as the webhooks show it: what has begun and ended is one entry, at its end, with the time it was scheduled; what has
/// not ended is an entry of its own; the bookkeeping of turns is left out.
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
        DateTime now = default;
        foreach (HistoryEvent current in history)
        {
            if (current is OrchestratorStarted turn)
            {
                now = turn.Timestamp;
                continue;
            }

            var entry = new Entry(current, now);
            if (current is DecisionEvent decision)
                open[decision.Id] = entry;
            else if (EndedTask(current) is { } id && open.Remove(id, out Entry? begun) && entries.Remove(begun))
                entry = entry with { Begun = begun };
            entries.Add(entry);
        }
        return entries;
    }

    private static int? EndedTask(HistoryEvent current) => current switch
    {
        TaskCompleted task => task.TaskId,
        TaskFailed task => task.TaskId,
        SubOrchestrationCompleted task => task.TaskId,
        SubOrchestrationFailed task => task.TaskId,
        TimerFired timer => timer.TimerId,
        _ => null,
    };

    private static void Write(Utf8JsonWriter writer, Entry entry, bool showOutput)
    {
        writer.WriteStartObject();
        writer.WriteString("EventType", EventType(entry.Event));
        WriteDetails(writer, entry.Event, showOutput);
        switch (entry.Begun?.Event)
        {
            case TaskScheduled task:
                writer.WriteString("FunctionName", task.Name);
                break;
            case SubOrchestrationCreated child:
                writer.WriteString("FunctionName", child.Name);
                writer.WriteString("InstanceId", child.InstanceId);
                break;
        }
        if (entry.Begun is { } begun)
            writer.WriteString("ScheduledTime", begun.Time);
        writer.WriteString("Timestamp", entry.Time);
        writer.WriteEndObject();
    }

    private static void WriteDetails(Utf8JsonWriter writer, HistoryEvent current, bool showOutput)
    {
        switch (current)
        {
            case ExecutionStarted started:
                writer.WriteString("FunctionName", started.Name);
                break;
            case TaskScheduled task:
                writer.WriteString("Name", task.Name);
                break;
            case TaskCompleted task when showOutput:
                InstanceJson.WriteValue(writer, "Result", task.Result);
                break;
            case TaskFailed task:
                WriteFailure(writer, task.Failure);
                break;
            case TimerCreated timer:
                writer.WriteString("FireAt", timer.FireAt);
                break;
            case TimerFired timer:
                writer.WriteString("FireAt", timer.FireAt);
                break;
            case SubOrchestrationCreated child:
                writer.WriteString("Name", child.Name);
                writer.WriteString("InstanceId", child.InstanceId);
                break;
            case SubOrchestrationCompleted child when showOutput:
                InstanceJson.WriteValue(writer, "Result", child.Result);
                break;
            case SubOrchestrationFailed child:
                WriteFailure(writer, child.Failure);
                break;
            case EventRaised raised:
                writer.WriteString("Name", raised.Name);
                if (showOutput)
                    InstanceJson.WriteValue(writer, "Input", raised.Input);
                break;
            case EventSent sent:
                writer.WriteString("Name", sent.Name);
                writer.WriteString("InstanceId", sent.InstanceId);
                break;
            case ExecutionSuspended suspended:
                WriteReason(writer, suspended.Reason);
                break;
            case ExecutionResumed resumed:
                WriteReason(writer, resumed.Reason);
                break;
            case ExecutionTerminated terminated when showOutput:
                InstanceJson.WriteValue(writer, "Result", terminated.Output);
                break;
            case ExecutionCompleted completed:
                writer.WriteString("OrchestrationStatus", completed.Status.ToString());
                if (completed.Failure is { } failure)
                    WriteFailure(writer, failure);
                else if (showOutput)
                    InstanceJson.WriteValue(writer, "Result", completed.Result);
                break;
        }
    }

    private static void WriteFailure(Utf8JsonWriter writer, Failure failure)
    {
        writer.WriteString("Reason", failure.ErrorMessage);
        writer.WriteString("Details", failure.ErrorType);
    }

    private static void WriteReason(Utf8JsonWriter writer, string? reason)
    {
        if (reason is not null)
            writer.WriteString("Reason", reason);
    }

    // The names that Durable Functions uses.
    private static string EventType(HistoryEvent current) => current switch
    {
        SubOrchestrationCreated => "SubOrchestrationInstanceCreated",
        SubOrchestrationCompleted => "SubOrchestrationInstanceCompleted",
        SubOrchestrationFailed => "SubOrchestrationInstanceFailed",
        _ => current.GetType().Name,
    };

    private sealed record Entry(HistoryEvent Event, DateTime Time, Entry? Begun = null);
}
