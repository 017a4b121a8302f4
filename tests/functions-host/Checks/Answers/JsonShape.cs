using System.Text.Json;

namespace AccountClosure.FunctionsHost.Answers;

/// <summary>The shape of a JSON text: one line for each property, with its path and the kind of its value.</summary>
internal static class JsonShape
{
    // The app writes these with its own serializer, and they change with each step; the hosts only pass them on.
    private static readonly string[] s_opaque = ["input", "Input", "Result"];

    public static IReadOnlySet<string> From(string text)
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
            // The number of elements is not part of the shape. Each kind of event in a history has a shape of its own.
            foreach (JsonElement element in value.EnumerateArray())
                Add(lines, $"{path}[{KindOfEvent(element)}]", element);
        }
    }

    private static string Kind(JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? "a flag" : value.ValueKind.ToString().ToLowerInvariant();

    private static string? KindOfEvent(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("EventType", out JsonElement kind) ? kind.GetString() : null;
}
