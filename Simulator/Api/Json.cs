using System.Buffers;
using System.Text.Json;

namespace AccountClosure.Simulator.Api;

/// <summary>Writes answers in the broker's form: amounts as strings, times in RFC 3339.</summary>
internal static class Json
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? writer;

    public static ApiAnswer Answer<T>(int status, T value, Action<Utf8JsonWriter, T> write)
    {
        var bytes = buffer ??= new ArrayBufferWriter<byte>(4096);
        bytes.ResetWrittenCount();
        var json = writer ??= new Utf8JsonWriter(bytes);
        json.Reset(bytes);
        write(json, value);
        json.Flush();
        return new ApiAnswer(status, bytes.WrittenSpan.ToArray());
    }

    public static void WriteAmount(this Utf8JsonWriter json, string name, decimal? amount)
    {
        if (amount is { } value)
            json.WriteString(name, Text(value));
        else
            json.WriteNull(name);
    }

    public static void WriteTime(this Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } value)
            json.WriteString(name, value.UtcDateTime);
        else
            json.WriteNull(name);
    }

    /// <summary>All decimals there are, without trailing zeros and never with an exponent.</summary>
    public static string Text(decimal value) => (value / 1.0000000000000000000000000000m).ToString();
}
