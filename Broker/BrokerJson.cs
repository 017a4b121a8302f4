using System.Text.Json;
using System.Text.Json.Serialization;
using AccountClosure.Closure;

namespace AccountClosure.Broker;

/// <summary>
/// Reads the broker's JSON: names in snake case, amounts as strings or numbers. It ignores unknown fields. Every required field must be
/// present and of the right type, because a closure must not proceed with an incomplete answer.
/// </summary>
internal static class BrokerJson
{
    private const int LongestMessage = 500;

    public static JsonSerializerOptions Options { get; } = Create();

    /// <exception cref="JsonException">The body does not have the shape of <typeparamref name="T"/>.</exception>
    public static T Read<T>(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body, Options) ?? throw new JsonException("The body is null.");
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException or InvalidOperationException)
        {
            throw new JsonException("The body holds a value that is out of range.", wrong);
        }
    }

    /// <exception cref="JsonException">The body is not an array of <typeparamref name="T"/>.</exception>
    public static IReadOnlyList<T> ReadList<T>(string body) where T : class
    {
        var items = Read<List<T?>>(body);
        return items.Contains(null) ? throw new JsonException("The array holds a null.") : [.. items.OfType<T>()];
    }

    /// <summary>Reads the message of an error from <c>{code, message}</c>, from a JSON string, or from any other text.</summary>
    /// <returns>Null when the body has no message.</returns>
    public static string? ReadError(string body)
    {
        if (string.IsNullOrWhiteSpace(body))
            return null;
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.String)
                return Shortened(root.GetString()!);
            if (root.ValueKind == JsonValueKind.Object)
                return root.TryGetProperty("message", out var text) ? Shortened(text.ToString()) : null;
        }
        catch (JsonException)
        {
            // A proxy answers with a page or a line of text, which is the message.
        }

        return Shortened(body);
    }

    private static string Shortened(string text) => text.Length <= LongestMessage ? text : text[..LongestMessage];

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            NumberHandling = JsonNumberHandling.AllowReadingFromString,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
        };
        options.Converters.Add(new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false));
        options.Converters.Add(new OptionalMoneyConverter());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    /// <summary>Reads an amount that may be missing, null or empty as null.</summary>
    private sealed class OptionalMoneyConverter : JsonConverter<Money?>
    {
        private static readonly MoneyJsonConverter Amount = new();

        public override Money? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null || (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(""))
                ? null
                : Amount.Read(ref reader, typeof(Money), options);

        public override void Write(Utf8JsonWriter writer, Money? value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Optional amounts are only read.");
    }
}
