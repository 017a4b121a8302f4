using System.Text.Json;

namespace AccountClosure.Embedded.Host;

/// <summary>What the Functions host reads from the app's <c>host.json</c> and the embedded host has to know too.</summary>
public static class HostJson
{
    /// <summary><c>extensions.durableTask.defaultVersion</c>: the version of instances that are started without one; null when there is none.</summary>
    public static string? DefaultVersion { get; } = DurableTask("defaultVersion");

    /// <summary><c>extensions.durableTask.hubName</c>: what the webhooks call the store of the instances.</summary>
    public static string TaskHub { get; } = DurableTask("hubName") ?? "TestHubName";

    private static string? DurableTask(string setting)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "host.json");
        if (!File.Exists(file))
            return null;
        using var settings = JsonDocument.Parse(File.ReadAllBytes(file));
        return settings.RootElement.TryGetProperty("extensions", out var extensions)
            && extensions.TryGetProperty("durableTask", out var durable)
            && durable.TryGetProperty(setting, out var value)
                ? value.GetString()
                : null;
    }
}
