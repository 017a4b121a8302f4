using System.Text.Json;
using System.Text.Json.Serialization;

namespace AccountClosure.Embedded.Host.Webhooks;

/// <summary>A serialized input, output or status. The converter writes it unchanged if it is JSON, otherwise as a JSON string.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record DurablePayload(string? Serialized)
{
    private sealed class Converter : JsonConverter<DurablePayload>
    {
        public override DurablePayload Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, DurablePayload value, JsonSerializerOptions options)
        {
            try
            {
                writer.WriteRawValue(value.Serialized ?? "null");
            }
            catch (JsonException)
            {
                writer.WriteStringValue(value.Serialized);
            }
        }
    }
}
