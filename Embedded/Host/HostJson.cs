using Microsoft.Extensions.Configuration;

namespace AccountClosure.Embedded.Host;

/// <summary>Settings of the app's <c>host.json</c> that the embedded host shares with the Functions host.</summary>
public static class HostJson
{
    private static readonly IConfigurationSection DurableTask = new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "host.json"), optional: true)
        .Build()
        .GetSection("extensions:durableTask");

    /// <summary><c>extensions.durableTask.defaultVersion</c>: version of instances that are started without one. Default: null.</summary>
    public static string? DefaultVersion => DurableTask["defaultVersion"];

    /// <summary><c>extensions.durableTask.hubName</c>: name of the task hub in the webhooks. Default: that of the extension.</summary>
    public static string TaskHub => DurableTask["hubName"] ?? "TestHubName";
}
