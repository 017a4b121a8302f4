using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AccountClosure.Simulator.Api;

namespace AccountClosure.Simulator.Controls;

/// <summary>The JSON of the controls: camel case, amounts as strings; numbers are taken too. What is not known is an error.</summary>
internal static class ControlJson
{
    private static readonly JsonSerializerOptions Options = Create();

    /// <exception cref="ControlException">The body is not what is wanted; the message says where.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body.IsEmpty ? "{}"u8 : body.Span, Options)
                ?? throw new ControlException("The body must be a JSON object.");
        }
        catch (JsonException error)
        {
            throw new ControlException(Sentence(error), error);
        }
    }

    public static ApiAnswer Answer<T>(int status, T value) => new(status, JsonSerializer.SerializeToUtf8Bytes(value, Options));

    public static ApiAnswer Problem(int status, string title, string detail) =>
        new(status, JsonSerializer.SerializeToUtf8Bytes(new { type = "about:blank", title, status, detail }, Options), ApiAnswer.Problem);

    private static string Sentence(JsonException error)
    {
        var field = error.Path?.TrimStart('$', '.') ?? "";
        var missing = error.Message.IndexOf("including: ", StringComparison.Ordinal);
        if (missing >= 0)
            return $"{(field.Length == 0 ? "The body" : $"The field '{field}'")} lacks {error.Message[(missing + 11)..].Split(';')[0].TrimEnd('.')}.";
        return field.Length == 0
            ? "The body must be a JSON object."
            : $"The field '{field}' is not known, or its value is not of the right kind.";
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new AmountConverter());
        return options;
    }

    private sealed class AmountConverter : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.Number when reader.TryGetDecimal(out var number) => number,
            JsonTokenType.String when decimal.TryParse(
                reader.GetString(),
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var number) => number,
            _ => throw new JsonException(),
        };

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Json.Text(value));
    }
}
