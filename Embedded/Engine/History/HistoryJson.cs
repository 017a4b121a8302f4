using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DurableTask.Core;
using DurableTask.Core.History;

namespace AccountClosure.Embedded.Engine;

/// <summary>
/// Reads and writes histories as JSON, for the database and for frozen histories. The property names are those of the columns of the
/// history table in Azure Storage. An event without a timestamp has the timestamp of its episode.
/// </summary>
public static class HistoryJson
{
    // The text never becomes HTML, and payloads full of \u0022 would be twice as long.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Reused, because an episode writes several times. Each thread has its own, because several threads write at the same time.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    /// <summary>Writes the events as a JSON array, one event per line, for files that people read.</summary>
    public static string Write(IReadOnlyList<HistoryEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        DateTime episode = default;
        var lines = events.Select(happened => Text(writer => episode = HistoryWriter.Write(writer, happened, episode)));
        return $"[\n{string.Join(",\n", lines)}\n]";
    }

    /// <summary>Reads the events of a JSON array.</summary>
    /// <exception cref="InvalidDataException">The text is not a valid history.</exception>
    public static IReadOnlyList<HistoryEvent> Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return ReadBytes(Encoding.UTF8.GetBytes(json));
    }

    internal static byte[] WriteBytes(IReadOnlyList<HistoryEvent> events) => Bytes(writer => HistoryWriter.Write(writer, events));

    /// <exception cref="InvalidDataException">The bytes are not a valid history.</exception>
    internal static List<HistoryEvent> ReadBytes(ReadOnlySpan<byte> json)
    {
        try
        {
            return HistoryReader.Read(json);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"The history cannot be read. {exception.Message}", exception);
        }
    }

    internal static string? WriteFailure(FailureDetails? failure) =>
        failure is null ? null : Text(writer => HistoryWriter.WriteFailure(writer, failure));

    internal static FailureDetails? ReadFailure(string? json) => HistoryReader.ReadText(json, HistoryReader.ReadFailure);

    internal static string? WriteTags(IReadOnlyDictionary<string, string>? tags) =>
        tags is null || tags.Count == 0 ? null : Text(writer => HistoryWriter.WriteTags(writer, tags));

    internal static Dictionary<string, string>? ReadTags(string? json) => HistoryReader.ReadText(json, HistoryReader.ReadTags);

    private static string Text(Action<Utf8JsonWriter> write) => Encoding.UTF8.GetString(Bytes(write));

    private static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        var buffer = _buffer ??= new(8192);
        buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(buffer, Options))
            write(writer);
        return buffer.WrittenSpan.ToArray();
    }
}
