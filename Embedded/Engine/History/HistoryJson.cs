using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DurableTask.Core;
using DurableTask.Core.History;

namespace AccountClosure.Embedded.Engine;

/// <summary>
/// Histories as JSON: what the database keeps, and what frozen histories in files look like. The names are those of the columns
/// of the history table in Azure Storage. An event without a time stamp has that of the episode it is in.
/// </summary>
public static class HistoryJson
{
    private static readonly JsonWriterOptions s_compact = Options(indented: false);

    private static readonly JsonWriterOptions s_indented = Options(indented: true);

    /// <summary>The events as an indented JSON array, for a file that people read too.</summary>
    public static string Write(IReadOnlyList<HistoryEvent> events) => Encoding.UTF8.GetString(Write(events, s_indented));

    /// <summary>The events of a JSON array.</summary>
    /// <exception cref="InvalidDataException">It is not a history.</exception>
    public static IReadOnlyList<HistoryEvent> Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return ReadBytes(Encoding.UTF8.GetBytes(json));
    }

    internal static byte[] WriteBytes(IReadOnlyList<HistoryEvent> events) => Write(events, s_compact);

    /// <exception cref="InvalidDataException">They are not events.</exception>
    internal static List<HistoryEvent> ReadBytes(ReadOnlySpan<byte> json)
    {
        try
        {
            return HistoryReader.Read(json);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("The history cannot be read.", exception);
        }
    }

    internal static string? WriteFailure(FailureDetails? failure) =>
        failure is null ? null : Encoding.UTF8.GetString(Write(writer => HistoryWriter.WriteFailure(writer, failure), s_compact));

    internal static FailureDetails? ReadFailure(string? json)
    {
        if (json is null)
            return null;
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(json));
        reader.Read();
        return HistoryReader.ReadFailure(ref reader);
    }

    internal static string? WriteTags(IReadOnlyDictionary<string, string>? tags) => tags is null || tags.Count == 0
        ? null
        : Encoding.UTF8.GetString(Write(writer => HistoryWriter.WriteTags(writer, tags), s_compact));

    internal static Dictionary<string, string>? ReadTags(string? json)
    {
        if (json is null)
            return null;
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(json));
        reader.Read();
        return HistoryReader.ReadTags(ref reader);
    }

    private static byte[] Write(IReadOnlyList<HistoryEvent> events, JsonWriterOptions options) =>
        Write(writer => HistoryWriter.Write(writer, events), options);

    private static byte[] Write(Action<Utf8JsonWriter> write, JsonWriterOptions options)
    {
        ArrayBufferWriter<byte> buffer = new(1024);
        using (Utf8JsonWriter writer = new(buffer, options))
            write(writer);
        return buffer.WrittenSpan.ToArray();
    }

    // Nothing here is ever put into HTML, and payloads full of \u0022 would be twice as long.
    private static JsonWriterOptions Options(bool indented) => new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Indented = indented,
        NewLine = "\n",
    };
}
