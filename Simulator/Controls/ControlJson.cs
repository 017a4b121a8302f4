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
        const string beforeNames = "including: ";
        var missing = error.Message.IndexOf(beforeNames, StringComparison.Ordinal);
        if (missing >= 0)
        {
            var names = error.Message[(missing + beforeNames.Length)..].Split('.')[0];
            return field.Length == 0 ? $"The body lacks {names}." : $"The field '{field}' lacks {names}.";
        }
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
        private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var number))
                return number;
            return reader.TokenType == JsonTokenType.String
                && decimal.TryParse(reader.GetString(), Style, CultureInfo.InvariantCulture, out var read)
                ? read
                : throw new JsonException();
        }

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Json.Text(value));
    }
}
