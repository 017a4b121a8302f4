using AccountClosure.Simulator;

namespace AccountClosure.FunctionsHost.Hosts;

/// <summary>The environment of a Functions host under test.</summary>
internal static class HostSettings
{
    public const string HostId = "accountclosure";

    /// <summary>The settings of the host, of the app, and of closures that end in minutes.</summary>
    public static Dictionary<string, string> For(CheckOptions options, Storage storage, int port) => new(StringComparer.Ordinal)
    {
        ["AzureWebJobsStorage"] = storage.ConnectionString,
        ["AzureWebJobsSecretStorageType"] = "blob",
        ["AzureWebJobsScriptRoot"] = options.AppFolder,
        ["AzureFunctionsWebHost__hostid"] = HostId,
        ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated",
        ["FUNCTIONS_EXTENSION_VERSION"] = "~4",
        ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Production",
        ["WEBSITE_HOSTNAME"] = $"127.0.0.1:{port}",
        ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",

        // The first two say how long a message that a killed process had taken stays hidden: five minutes unless set, one at least.
        // The third is the longest interval between two polls of an idle queue: 30 seconds unless set.
        ["AzureFunctionsJobHost__extensions__durableTask__storageProvider__controlQueueVisibilityTimeout"] = "00:01:00",
        ["AzureFunctionsJobHost__extensions__durableTask__storageProvider__workItemQueueVisibilityTimeout"] = "00:01:00",
        ["AzureFunctionsJobHost__extensions__durableTask__storageProvider__maxQueuePollingInterval"] = "00:00:02",

        ["Broker__BaseUrl"] = $"http://127.0.0.1:{options.SimulatorPort}",
        ["Broker__ApiKey"] = new SimulatorOptions().ApiKey,
        ["Broker__ApiSecret"] = new SimulatorOptions().ApiSecret,
        ["Broker__MaxRequestsPerSecond"] = "50",
        ["Records__ConnectionString"] = $"Data Source={Path.Combine(options.WorkFolder, "records.db")}",
        ["Notifications__Transport"] = "Folder",
        ["Notifications__Folder"] = Path.Combine(options.WorkFolder, "emails"),

        ["Closure__LiquidationPollInterval"] = "00:00:02",
        ["Closure__SettlementPollInterval"] = "00:00:05",
        ["Closure__TransferPollInterval"] = "00:00:03",
        ["Closure__TransferInDoubtWindow"] = "00:00:20",
        ["Closure__ReturnWindowBusinessDays"] = "0",
        ["Closure__ReturnPollInterval"] = "00:00:05",
        ["Closure__ClosingPollInterval"] = "00:00:03",
        ["Closure__StepRetryInterval"] = "00:00:05",
    };
}
