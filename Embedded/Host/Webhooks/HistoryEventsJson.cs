using System.Globalization;
using AccountClosure.Embedded.Engine.Episodes;
using DurableTask.Core;
using DurableTask.Core.History;

namespace AccountClosure.Embedded.Host.Webhooks;

/// <summary>
/// Converts a history to the JSON of the webhooks. An activity or sub-orchestration that has ended is one entry, in the place of its end,
/// with its input and its scheduled time. Omits starts and ends of episodes.
/// </summary>
/// <param name="showInput">Whether to include inputs.</param>
/// <param name="showOutput">Whether to include results.</param>
internal sealed class HistoryEventsJson(bool showInput, bool showOutput)
{
    /// <returns>An object for each entry: values by property, in the order in which they are written.</returns>
    public IEnumerable<Dictionary<string, object?>> From(IEnumerable<HistoryEvent> history) => Merge(history).Select(entry =>
        Fields(entry)
            .Where(field => field.Name switch { "Input" => showInput, "Result" => showOutput, _ => true })
            .ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal));

    private static List<HistoryEntry> Merge(IEnumerable<HistoryEvent> history)
    {
        var entries = new List<HistoryEntry>();
        var open = new Dictionary<int, HistoryEntry>();
        foreach (var current in history)
        {
            if (current is OrchestratorStartedEvent or OrchestratorCompletedEvent)
                continue;

            var entry = new HistoryEntry(current);
            if (current is TaskScheduledEvent or SubOrchestrationInstanceCreatedEvent)
                open[current.EventId] = entry;
            else if (OpenTasks.CompletedId(current) is { } id && open.Remove(id, out var begun) && entries.Remove(begun))
                entry = entry with { Begun = begun.Event };
            entries.Add(entry);
        }
        return entries;
    }

    private static IEnumerable<Field> Fields(HistoryEntry entry)
    {
        // ContinueAsNewEvent is an ExecutionCompletedEvent with an event type of its own; callers get one type for both.
        var type = entry.Event is ExecutionCompletedEvent ? EventType.ExecutionCompleted : entry.Event.EventType;
        return
        [
            new("EventType", type.ToString()),
            .. Details(entry.Event),
            new("Timestamp", Time(entry.Event.Timestamp)),
            .. entry.Begun is { } begun ? BegunDetails(begun) : [],
        ];
    }

    private static IEnumerable<Field> Details(HistoryEvent current) => current switch
    {
        ExecutionStartedEvent started => [new("FunctionName", started.Name), new("Input", started.Input)],
        TaskScheduledEvent task => [new("Name", task.Name), new("Input", task.Input)],
        SubOrchestrationInstanceCreatedEvent child =>
            [new("Name", child.Name), new("InstanceId", child.InstanceId), new("Input", child.Input)],
        TaskCompletedEvent task => [Result(task.Result)],
        SubOrchestrationInstanceCompletedEvent child => [Result(child.Result)],
        TaskFailedEvent task => Failure(task.FailureDetails),
        SubOrchestrationInstanceFailedEvent child => Failure(child.FailureDetails),
        TimerCreatedEvent timer => [new("FireAt", Time(timer.FireAt))],
        TimerFiredEvent timer => [new("FireAt", Time(timer.FireAt))],
        EventRaisedEvent raised => [new("Name", raised.Name), new("Input", raised.Input)],
        EventSentEvent sent => [new("Name", sent.Name), new("InstanceId", sent.InstanceId), new("Input", sent.Input)],
        ExecutionSuspendedEvent suspended => [new("Reason", suspended.Reason)],
        ExecutionResumedEvent resumed => [new("Reason", resumed.Reason)],
        ExecutionRewoundEvent rewound => [new("Reason", rewound.Reason)],
        ExecutionTerminatedEvent terminated => [new("Input", terminated.Input)],
        ExecutionCompletedEvent { FailureDetails: { } failure } failed =>
            [new("OrchestrationStatus", failed.OrchestrationStatus.ToString()), .. Failure(failure)],
        ExecutionCompletedEvent completed =>
            [new("OrchestrationStatus", completed.OrchestrationStatus.ToString()), Result(completed.Result)],
        _ => [],
    };

    private static IEnumerable<Field> BegunDetails(HistoryEvent begun) => Details(begun)
        .Select(field => field.Name == "Name" ? field with { Name = "FunctionName" } : field)
        .Prepend(new("ScheduledTime", Time(begun.Timestamp)));

    private static Field Result(string? result) => new("Result", new DurablePayload(result));

    private static IEnumerable<Field> Failure(FailureDetails? failure) =>
        [new("Reason", failure?.ErrorMessage), new("FailureDetails", FailureJson(failure))];

    private static object? FailureJson(FailureDetails? failure) => failure is null ? null : new
    {
        failure.ErrorType,
        failure.ErrorMessage,
        failure.StackTrace,
        InnerFailure = FailureJson(failure.InnerFailure),
        failure.IsNonRetriable,
    };

    private static string Time(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'+00:00'", CultureInfo.InvariantCulture);

    /// <summary>An entry of the JSON.</summary>
    /// <param name="Event">The event.</param>
    /// <param name="Begun">The event that it completes; null for none.</param>
    private sealed record HistoryEntry(HistoryEvent Event, HistoryEvent? Begun = null);

    /// <summary>A property of an entry and its value.</summary>
    private sealed record Field(string Name, object? Value);
}
