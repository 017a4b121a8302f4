using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.Serialization;
using System.Text.Json.Nodes;
using DurableTask.Core;
using DurableTask.Core.History;

namespace AccountClosure.Tests.Histories;

/// <summary>
/// Rows as <c>DurableTask.AzureStorage</c> writes them to the history table, exported as JSON. Every data member is a column, and what is
/// not a primitive is JSON as text.
/// </summary>
internal static class ExportedHistory
{
    private const string Time = "yyyy-MM-ddTHH:mm:ss.fffffffZ";

    public static List<JsonObject> Rows(IReadOnlyList<HistoryEvent> execution)
    {
        var executionId = execution.OfType<ExecutionStartedEvent>().Single().OrchestrationInstance.ExecutionId;
        return [.. execution.Select((happened, index) => Row(happened, index, executionId))];
    }

    /// <summary>The part of a file about one execution.</summary>
    public static string File(IEnumerable<JsonObject> rows) => $"[[{string.Join(',', rows.Select(row => row.ToJsonString()))}]]";

    private static JsonObject Row(HistoryEvent happened, int index, string executionId)
    {
        var row = new JsonObject
        {
            ["odata.etag"] = "W/\"datetime'2026-05-01T10%3A00%3A00.1234567Z'\"",
            ["PartitionKey"] = "closure-x",
            ["RowKey"] = index.ToString("X16", CultureInfo.InvariantCulture),
            ["Timestamp"] = "2026-05-01T10:00:00.1234567Z",
        };
        foreach (var (name, type, value) in DataMembers(happened))
        {
            if (Column(value, type) is { } column)
                row[name == "Timestamp" ? "_Timestamp" : name] = column;
        }
        row["ExecutionId"] = executionId;
        return row;
    }

    private static IEnumerable<(string Name, Type Type, object? Value)> DataMembers(HistoryEvent happened)
    {
        const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        for (var type = happened.GetType(); type?.GetCustomAttribute<DataContractAttribute>() is not null; type = type.BaseType)
        {
            foreach (var member in type.GetMembers(Own))
            {
                if (member.GetCustomAttribute<DataMemberAttribute>() is not { } data)
                    continue;
                yield return member is PropertyInfo property
                    ? (data.Name ?? member.Name, property.PropertyType, property.GetValue(happened))
                    : (data.Name ?? member.Name, ((FieldInfo)member).FieldType, ((FieldInfo)member).GetValue(happened));
            }
        }
    }

    // A table has no nulls. A null text has no column in its row, and a null object is the text "null".
    private static JsonNode? Column(object? value, Type type) => value switch
    {
        null when type == typeof(string) || Nullable.GetUnderlyingType(type) is not null => null,
        null => JsonValue.Create("null"),
        string text => JsonValue.Create(text),
        Enum choice => JsonValue.Create(choice.ToString()),
        int number => JsonValue.Create(number),
        bool flag => JsonValue.Create(flag),
        DateTime time => JsonValue.Create(time.ToUniversalTime().ToString(Time, CultureInfo.InvariantCulture)),
        OrchestrationInstance instance => JsonValue.Create(Instance(instance).ToJsonString()),
        ParentInstance parent => JsonValue.Create(Parent(parent).ToJsonString()),
        FailureDetails failure => JsonValue.Create(Failure(failure).ToJsonString()),
        IDictionary tags => JsonValue.Create(System.Text.Json.JsonSerializer.Serialize(tags)),
        _ => JsonValue.Create("{}"),
    };

    private static JsonObject Instance(OrchestrationInstance instance) => new()
    {
        ["$type"] = "DurableTask.Core.OrchestrationInstance",
        ["InstanceId"] = instance.InstanceId,
        ["ExecutionId"] = instance.ExecutionId,
    };

    private static JsonObject Parent(ParentInstance parent) => new()
    {
        ["$type"] = "DurableTask.Core.ParentInstance",
        ["Name"] = parent.Name,
        ["OrchestrationInstance"] = Instance(parent.OrchestrationInstance),
        ["TaskScheduleId"] = parent.TaskScheduleId,
        ["Version"] = "",
    };

    private static JsonObject Failure(FailureDetails failure) => new()
    {
        ["$type"] = "DurableTask.Core.FailureDetails, DurableTask.Core",
        ["ErrorType"] = failure.ErrorType,
        ["ErrorMessage"] = failure.ErrorMessage,
        ["StackTrace"] = failure.StackTrace,
        ["InnerFailure"] = failure.InnerFailure is { } inner ? Failure(inner) : null,
        ["IsNonRetriable"] = failure.IsNonRetriable,
    };
}
