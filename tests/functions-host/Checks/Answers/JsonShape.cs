using System.Text.Json;

namespace AccountClosure.FunctionsHost.Answers;

/// <summary>The names and kinds in a JSON text: one line for each property, with its path.</summary>
internal static class JsonShape
{
    // What the app has written with its own serializer, as it is at each step; the hosts only hand it on.
    private static readonly string[] s_opaque = ["input", "Input", "Result"];

    public static IReadOnlySet<string> Of(string text)
    {
        HashSet<string> lines = new(StringComparer.Ordinal);
        if (text.Length == 0)
        {
            lines.Add("no body");
            return lines;
        }
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            Add(lines, "body", document.RootElement);
        }
        catch (JsonException)
        {
            lines.Add("text that is not JSON");
        }
        return lines;
    }

    private static void Add(HashSet<string> lines, string path, JsonElement value)
    {
        lines.Add($"{path} is {Kind(value)}");
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in value.EnumerateObject())
            {
                if (s_opaque.Contains(property.Name, StringComparer.Ordinal))
                    lines.Add($"{path}.{property.Name} is {(property.Value.ValueKind == JsonValueKind.Null ? "null" : "given")}");
                else
                    Add(lines, $"{path}.{property.Name}", property.Value);
            }
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            // How many elements there are is no matter of form; those of a history are of several kinds.
            foreach (JsonElement element in value.EnumerateArray())
                Add(lines, $"{path}[{KindOfEvent(element)}]", element);
        }
    }

    private static string Kind(JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? "a flag" : value.ValueKind.ToString().ToLowerInvariant();

    private static string? KindOfEvent(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("EventType", out JsonElement kind) ? kind.GetString() : null;
}
