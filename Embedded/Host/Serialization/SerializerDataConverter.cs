using System.Text;
using System.Text.Json;
using Azure.Core.Serialization;
using Microsoft.DurableTask;

namespace AccountClosure.Embedded.Host.Serialization;

/// <summary>Serializes durable payloads with the worker's serializer, as the Functions worker does.</summary>
internal sealed class SerializerDataConverter(ObjectSerializer serializer) : DataConverter
{
    public override string? Serialize(object? value) => value switch
    {
        null => null,
        // JSON from a webhook stays as the caller wrote it.
        JsonElement json => json.GetRawText(),
        _ => serializer.Serialize(value, value.GetType()).ToString(),
    };

    public override object? Deserialize(string? data, Type targetType)
    {
        if (data is null)
            return null;
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(data), writable: false);
        return serializer.Deserialize(stream, targetType, CancellationToken.None);
    }
}
