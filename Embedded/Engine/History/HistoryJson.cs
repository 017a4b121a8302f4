using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AccountClosure.Embedded.Engine;

/// <summary>Histories as JSON: what the database keeps and what frozen histories in files look like.</summary>
[JsonSerializable(typeof(List<HistoryEvent>))]
[JsonSerializable(typeof(Failure))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class HistoryJsonContext : JsonSerializerContext;

/// <inheritdoc cref="HistoryJsonContext"/>
public static class HistoryJson
{
    private static readonly HistoryJsonContext s_compact = new(Options(indented: false));

    private static readonly HistoryJsonContext s_indented = new(Options(indented: true));

    /// <summary>The events as an indented JSON array, for a file that people read too.</summary>
    public static string Write(IReadOnlyList<HistoryEvent> events) =>
        JsonSerializer.Serialize([.. events], s_indented.ListHistoryEvent);

    /// <summary>The events of a JSON array.</summary>
    /// <exception cref="InvalidDataException">It is not a history.</exception>
    public static IReadOnlyList<HistoryEvent> Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            return JsonSerializer.Deserialize(json, s_compact.ListHistoryEvent) ?? [];
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new InvalidDataException("The history cannot be read.", exception);
        }
    }

    internal static byte[] WriteBytes(List<HistoryEvent> events) =>
        JsonSerializer.SerializeToUtf8Bytes(events, s_compact.ListHistoryEvent);

    internal static byte[] WriteBytes(HistoryEvent single) => WriteBytes([single]);

    /// <exception cref="InvalidDataException">They are not events.</exception>
    internal static List<HistoryEvent> ReadBytes(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, s_compact.ListHistoryEvent) ?? [];
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new InvalidDataException("The history cannot be read.", exception);
        }
    }

    internal static string? Write(Failure? failure) =>
        failure is null ? null : JsonSerializer.Serialize(failure, s_compact.Failure);

    internal static Failure? ReadFailure(string? json) =>
        json is null ? null : JsonSerializer.Deserialize(json, s_compact.Failure);

    internal static string? Write(IReadOnlyDictionary<string, string>? tags) =>
        tags is null || tags.Count == 0
            ? null
            : JsonSerializer.Serialize(new Dictionary<string, string>(tags), s_compact.DictionaryStringString);

    internal static Dictionary<string, string>? ReadTags(string? json) =>
        json is null ? null : JsonSerializer.Deserialize(json, s_compact.DictionaryStringString);

    // Nothing here is ever put into HTML, and payloads full of \u0022 would be twice as long.
    private static JsonSerializerOptions Options(bool indented) => new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter<Microsoft.DurableTask.Client.OrchestrationRuntimeStatus>() },
        WriteIndented = indented,
    };
}
