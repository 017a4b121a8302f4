using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using DurableTask.Core;
using DurableTask.Core.History;

namespace AccountClosure.Embedded.Engine;

/// <summary>Reads the events of <see cref="HistoryJson"/>. Ignores unknown properties.</summary>
internal static class HistoryReader
{
    public delegate T ObjectReader<T>(ref Utf8JsonReader reader);

    /// <exception cref="JsonException">The text is not JSON.</exception>
    /// <exception cref="InvalidOperationException">A value has the wrong type.</exception>
    /// <exception cref="FormatException">A value cannot be read.</exception>
    public static List<HistoryEvent> Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        Expect(ref reader, JsonTokenType.StartArray);
        List<HistoryEvent> events = [];
        DateTime episode = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var fields = ReadFields(ref reader);
            var happened = Create(fields);
            happened.Timestamp = fields.Timestamp ?? episode;
            if (happened is OrchestratorStartedEvent)
                episode = happened.Timestamp;
            events.Add(happened);
        }

        return reader.TokenType == JsonTokenType.EndArray ? events : throw new JsonException("An event must be an object.");
    }

    public static FailureDetails ReadFailure(ref Utf8JsonReader reader)
    {
        var type = string.Empty;
        var message = string.Empty;
        string? stackTrace = null;
        var isNonRetriable = false;
        FailureDetails? inner = null;
        while (NextProperty(ref reader) is { } name)
        {
            switch (name)
            {
                case "ErrorType": type = reader.GetString() ?? string.Empty; break;
                case "ErrorMessage": message = reader.GetString() ?? string.Empty; break;
                case "StackTrace": stackTrace = reader.GetString(); break;
                case "IsNonRetriable": isNonRetriable = reader.GetBoolean(); break;
                case "InnerFailure" when reader.TokenType == JsonTokenType.StartObject: inner = ReadFailure(ref reader); break;
                default: reader.Skip(); break;
            }
        }

        return new FailureDetails(type, message, stackTrace, inner, isNonRetriable);
    }

    public static Dictionary<string, string> ReadTags(ref Utf8JsonReader reader)
    {
        Dictionary<string, string> tags = [];
        while (NextProperty(ref reader) is { } name)
            tags[name] = reader.GetString() ?? string.Empty;
        return tags;
    }

    /// <summary>Reads the object in a text; null if the text is empty.</summary>
    public static T? ReadText<T>(string? json, ObjectReader<T> read)
        where T : class
    {
        if (string.IsNullOrEmpty(json))
            return null;
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        return ReadObject(ref reader, read);
    }

    // The columns of the history table contain objects as text.
    private static T? ReadObject<T>(ref Utf8JsonReader reader, ObjectReader<T> read)
        where T : class =>
        reader.TokenType == JsonTokenType.StartObject ? read(ref reader) : ReadText(reader.GetString(), read);

    private static HistoryEvent Create(in Fields its) => its.EventType switch
    {
        nameof(EventType.OrchestratorStarted) => new OrchestratorStartedEvent(-1),
        nameof(EventType.OrchestratorCompleted) => new OrchestratorCompletedEvent(-1),
        nameof(EventType.ExecutionStarted) => new ExecutionStartedEvent(-1, its.Input)
        {
            Name = its.Name,
            Version = its.Version ?? string.Empty,
            OrchestrationInstance = new OrchestrationInstance { InstanceId = its.InstanceId, ExecutionId = its.ExecutionId },
            ParentInstance = its.Parent,
            Tags = its.Tags,
        },
        nameof(EventType.TaskScheduled) => new TaskScheduledEvent(its.EventId, its.Name!, its.Version, its.Input) { Tags = its.Tags },
        nameof(EventType.TaskCompleted) => new TaskCompletedEvent(-1, its.TaskScheduledId, its.Result),
        nameof(EventType.TaskFailed) => new TaskFailedEvent(-1, its.TaskScheduledId, its.Reason, null, its.Failure),
        nameof(EventType.TimerCreated) => new TimerCreatedEvent(its.EventId, its.FireAt),
        nameof(EventType.TimerFired) => new TimerFiredEvent(-1, its.FireAt) { TimerId = its.TimerId },
        nameof(EventType.SubOrchestrationInstanceCreated) => new SubOrchestrationInstanceCreatedEvent(its.EventId)
        {
            Name = its.Name,
            Version = its.Version,
            InstanceId = its.InstanceId,
            Input = its.Input,
            Tags = its.Tags,
        },
        nameof(EventType.SubOrchestrationInstanceCompleted) =>
            new SubOrchestrationInstanceCompletedEvent(-1, its.TaskScheduledId, its.Result),
        nameof(EventType.SubOrchestrationInstanceFailed) =>
            new SubOrchestrationInstanceFailedEvent(-1, its.TaskScheduledId, its.Reason, null, its.Failure),
        nameof(EventType.EventSent) => new EventSentEvent(its.EventId) { InstanceId = its.InstanceId, Name = its.Name, Input = its.Input },
        nameof(EventType.EventRaised) => new EventRaisedEvent(-1, its.Input) { Name = its.Name },
        nameof(EventType.ExecutionSuspended) => new ExecutionSuspendedEvent(-1, its.Reason),
        nameof(EventType.ExecutionResumed) => new ExecutionResumedEvent(-1, its.Reason),
        nameof(EventType.ExecutionRewound) => new ExecutionRewoundEvent(-1, its.Reason),
        nameof(EventType.ExecutionTerminated) when its.Recursive => new RecursiveTermination(-1, its.Input),
        nameof(EventType.ExecutionTerminated) => new ExecutionTerminatedEvent(-1, its.Input),
        nameof(EventType.ExecutionCompleted) => new ExecutionCompletedEvent(its.EventId, its.Result, its.Status, its.Failure),
        nameof(EventType.ContinueAsNew) => new ContinueAsNewEvent(its.EventId, its.Result),
        null => throw new FormatException($"The row '{its.RowKey}' has no EventType, so it is not an event. Remove it."),
        _ => throw new FormatException($"The event type '{its.EventType}' is unknown."),
    };

    private static Fields ReadFields(ref Utf8JsonReader reader)
    {
        var its = new Fields() { EventId = -1 };
        while (NextProperty(ref reader) is { } name)
        {
            switch (name)
            {
                case "EventType": its.EventType = reader.GetString(); break;
                case "EventId": its.EventId = reader.GetInt32(); break;
                case "_Timestamp": its.Timestamp = reader.GetDateTime().ToUniversalTime(); break;
                case "Name": its.Name = reader.GetString(); break;
                case "Version": its.Version = reader.GetString(); break;
                case "Input": its.Input = reader.GetString(); break;
                case "Result": its.Result = reader.GetString(); break;
                case "Reason": its.Reason = reader.GetString(); break;
                case "TaskScheduledId": its.TaskScheduledId = reader.GetInt32(); break;
                case "TimerId": its.TimerId = reader.GetInt32(); break;
                case "FireAt": its.FireAt = reader.GetDateTime().ToUniversalTime(); break;
                case "InstanceId": its.InstanceId = reader.GetString(); break;
                case "ExecutionId": its.ExecutionId = reader.GetString(); break;
                case "OrchestrationStatus": its.Status = Status(reader.GetString()); break;
                case "Recursive": its.Recursive = reader.GetBoolean(); break;
                case "RowKey": its.RowKey = reader.GetString(); break;
                case "OrchestrationInstance": its.InstanceId = ReadObject(ref reader, ReadParent)?.OrchestrationInstance.InstanceId; break;
                case "FailureDetails": its.Failure = ReadObject(ref reader, ReadFailure); break;
                case "ParentInstance": its.Parent = ReadObject(ref reader, ReadParent); break;
                case "Tags": its.Tags = ReadObject(ref reader, ReadTags); break;
                case { } when name.EndsWith("BlobName", StringComparison.Ordinal) && reader.TokenType == JsonTokenType.String:
                    throw new FormatException(
                        $"'{name}' names a blob. Decompress the blob (gzip), copy its text to '{name[..^"BlobName".Length]}', "
                        + $"and remove '{name}'.");
                default: reader.Skip(); break;
            }
        }

        return its;
    }

    private static OrchestrationStatus Status(string? text) =>
        Enum.TryParse(text, out OrchestrationStatus status) ? status : throw new FormatException($"The status '{text}' is unknown.");

    private static ParentInstance ReadParent(ref Utf8JsonReader reader)
    {
        var parent = new ParentInstance() { OrchestrationInstance = new OrchestrationInstance() };
        while (NextProperty(ref reader) is { } name)
        {
            switch (name)
            {
                case "Name": parent.Name = reader.GetString(); break;
                case "InstanceId": parent.OrchestrationInstance.InstanceId = reader.GetString(); break;
                // The history table has the id one level deeper.
                case "OrchestrationInstance" when reader.TokenType == JsonTokenType.StartObject:
                    parent.OrchestrationInstance = ReadParent(ref reader).OrchestrationInstance;
                    break;
                case "TaskScheduleId": parent.TaskScheduleId = reader.GetInt32(); break;
                default: reader.Skip(); break;
            }
        }

        return parent;
    }

    /// <summary>Moves to the value of the next property of an object.</summary>
    /// <returns>The property's name; null at the object's end.</returns>
    private static string? NextProperty(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
            return null;
        var name = reader.GetString();
        reader.Read();
        return name;
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (!reader.Read() || reader.TokenType != token)
            throw new JsonException("A history must be a JSON array.");
    }

    /// <summary>Properties of all event types.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Fields
    {
        public string? EventType;
        public string? RowKey;
        public int EventId;
        public DateTime? Timestamp;
        public string? Name;
        public string? Version;
        public string? Input;
        public string? Result;
        public string? Reason;
        public int TaskScheduledId;
        public int TimerId;
        public DateTime FireAt;
        public string? InstanceId;
        public string? ExecutionId;
        public OrchestrationStatus Status;
        public bool Recursive;
        public FailureDetails? Failure;
        public ParentInstance? Parent;
        public Dictionary<string, string>? Tags;
    }
}
