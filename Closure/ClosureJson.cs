using System.Text.Json;
using System.Text.Json.Serialization;

namespace AccountClosure.Closure;

/// <summary>The one JSON form of this app: HTTP bodies, durable inputs and outputs, custom status. Camel case, enums by name.</summary>
public static class ClosureJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        };
        options.Converters.Add(new JsonStringEnumConverter());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
