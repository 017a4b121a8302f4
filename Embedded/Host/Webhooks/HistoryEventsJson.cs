using System.Globalization;
using System.Text.Json;
using AccountClosure.Embedded.Engine.Episodes;
using DurableTask.Core;
using DurableTask.Core.History;

namespace AccountClosure.Embedded.Host.Webhooks;

/// <summary>
/// A history as the webhooks show it: an activity or a sub-orchestration that has ended is one entry, at its end, with the time it was
/// scheduled and its input; the marks of episodes are left out.
/// </summary>
/// <param name="writer">Where to.</param>
/// <param name="showInput">Whether inputs are shown.</param>
/// <param name="showOutput">Whether results are shown.</param>
internal sealed class HistoryEventsJson(Utf8JsonWriter writer, bool showInput, bool showOutput)
{
    public void Write(IReadOnlyList<HistoryEvent> history)
    {
        writer.WriteStartArray();
        foreach (Entry entry in Merge(history))
            Write(entry);
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
            if (current is TaskScheduledEvent or SubOrchestrationInstanceCreatedEvent)
                open[current.EventId] = entry;
            else if (OpenTasks.CompletedId(current) is { } id && open.Remove(id, out Entry? begun) && entries.Remove(begun))
                entry = entry with { Begun = begun.Event };
            entries.Add(entry);
        }
        return entries;
    }

    private void Write(Entry entry)
    {
        writer.WriteStartObject();
        // ContinueAsNewEvent is an ExecutionCompletedEvent with an event type of its own; callers get one type for both.
        EventType type = entry.Event is ExecutionCompletedEvent ? EventType.ExecutionCompleted : entry.Event.EventType;
        writer.WriteString("EventType", type.ToString());
        WriteDetails(entry.Event);
        WriteTime("Timestamp", entry.Event.Timestamp);
        switch (entry.Begun)
        {
            case TaskScheduledEvent task:
                WriteBegun(task.Timestamp, task.Name, task.Input);
                break;
            case SubOrchestrationInstanceCreatedEvent child:
                WriteBegun(child.Timestamp, child.Name, child.Input);
                writer.WriteString("InstanceId", child.InstanceId);
                break;
        }
        writer.WriteEndObject();
    }

    private void WriteDetails(HistoryEvent current)
    {
        switch (current)
        {
            case ExecutionStartedEvent started:
                writer.WriteString("FunctionName", started.Name);
                WriteInput(started.Input);
                break;
            case TaskScheduledEvent task:
                writer.WriteString("Name", task.Name);
                WriteInput(task.Input);
                break;
            case SubOrchestrationInstanceCreatedEvent child:
                writer.WriteString("Name", child.Name);
                writer.WriteString("InstanceId", child.InstanceId);
                WriteInput(child.Input);
                break;
            case TaskCompletedEvent task:
                WriteResult(task.Result);
                break;
            case SubOrchestrationInstanceCompletedEvent child:
                WriteResult(child.Result);
                break;
            case TaskFailedEvent task:
                WriteFailure(task.FailureDetails);
                break;
            case SubOrchestrationInstanceFailedEvent child:
                WriteFailure(child.FailureDetails);
                break;
            case TimerCreatedEvent timer:
                WriteTime("FireAt", timer.FireAt);
                break;
            case TimerFiredEvent timer:
                WriteTime("FireAt", timer.FireAt);
                break;
            case EventRaisedEvent raised:
                writer.WriteString("Name", raised.Name);
                WriteInput(raised.Input);
                break;
            case EventSentEvent sent:
                writer.WriteString("Name", sent.Name);
                writer.WriteString("InstanceId", sent.InstanceId);
                WriteInput(sent.Input);
                break;
            case ExecutionSuspendedEvent suspended:
                writer.WriteString("Reason", suspended.Reason);
                break;
            case ExecutionResumedEvent resumed:
                writer.WriteString("Reason", resumed.Reason);
                break;
            case ExecutionRewoundEvent rewound:
                writer.WriteString("Reason", rewound.Reason);
                break;
            case ExecutionTerminatedEvent terminated:
                WriteInput(terminated.Input);
                break;
            case ExecutionCompletedEvent completed:
                writer.WriteString("OrchestrationStatus", completed.OrchestrationStatus.ToString());
                if (completed.FailureDetails is { } failure)
                    WriteFailure(failure);
                else
                    WriteResult(completed.Result);
                break;
        }
    }

    private void WriteBegun(DateTime at, string? name, string? input)
    {
        WriteTime("ScheduledTime", at);
        writer.WriteString("FunctionName", name);
        WriteInput(input);
    }

    private void WriteInput(string? input)
    {
        if (showInput)
            writer.WriteString("Input", input);
    }

    private void WriteResult(string? result)
    {
        if (showOutput)
            InstanceJson.WriteValue(writer, "Result", result);
    }

    private void WriteFailure(FailureDetails? failure)
    {
        writer.WriteString("Reason", failure?.ErrorMessage);
        writer.WritePropertyName("FailureDetails");
        WriteDetails(failure);
    }

    private void WriteDetails(FailureDetails? failure)
    {
        if (failure is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("ErrorType", failure.ErrorType);
        writer.WriteString("ErrorMessage", failure.ErrorMessage);
        writer.WriteString("StackTrace", failure.StackTrace);
        writer.WritePropertyName("InnerFailure");
        WriteDetails(failure.InnerFailure);
        writer.WriteBoolean("IsNonRetriable", failure.IsNonRetriable);
        writer.WriteEndObject();
    }

    private void WriteTime(string property, DateTime time) =>
        writer.WriteString(property, time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'+00:00'", CultureInfo.InvariantCulture));

    /// <param name="Event">What happened.</param>
    /// <param name="Begun">What it completes, if it completes something.</param>
    private sealed record Entry(HistoryEvent Event, HistoryEvent? Begun = null);
}
