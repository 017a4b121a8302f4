using Microsoft.Extensions.Configuration;

namespace AccountClosure.Embedded.Host;

/// <summary>What the Functions host reads from the app's <c>host.json</c> and the embedded host has to know too.</summary>
public static class HostJson
{
    private static readonly IConfigurationSection DurableTask = new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "host.json"), optional: true)
        .Build()
        .GetSection("extensions:durableTask");

    /// <summary><c>extensions.durableTask.defaultVersion</c>: the version of instances that are started without one; null when there is none.</summary>
    public static string? DefaultVersion => DurableTask["defaultVersion"];

    /// <summary><c>extensions.durableTask.hubName</c>: what the webhooks call the store of the instances.</summary>
    public static string TaskHub => DurableTask["hubName"] ?? "TestHubName";
}
