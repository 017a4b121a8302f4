using System.Net;
using System.Text.Json;
using AccountClosure.Embedded.Host.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Embedded.Host.Tests.Webhooks;

/// <summary>A host with the durable functions, and helpers for its webhooks.</summary>
public abstract class WebhookTest : IAsyncLifetime
{
    internal const string Prefix = "/runtime/webhooks/durabletask";
    internal const string Instances = Prefix + "/instances";

    internal VisitLog Log { get; } = new();

    internal TestHost Host { get; private set; } = null!;

    public virtual async Task InitializeAsync() => Host = await TestHost.StartAsync(
        new TestHostSettings
        {
            ConfigureWorker = worker => worker.Services.AddSingleton(Log)
                .Configure<JsonSerializerOptions>(options => options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase),
        },
        typeof(DurableFunctions));

    public async Task DisposeAsync() => await Host.DisposeAsync();

    /// <summary>Starts an instance through the webhook and runs what is ready.</summary>
    internal async Task StartAsync(string orchestrator, string id, string input = "null")
    {
        var response = await PostAsync($"{Prefix}/orchestrators/{orchestrator}/{id}", input);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync());
        Host.Run.RunReady();
    }

    // Not awaited here: the test's synchronization context would finish the call on another thread, while virtual time goes on.
    internal Task<HttpResponseMessage> PostAsync(string path, string? json = null) =>
        Host.Http.PostAsync(path, json is null ? null : TestHost.Json(json));

    internal static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return json.RootElement.Clone();
    }

    internal async Task<JsonElement> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var response = await Host.Http.GetAsync(path);
        response.StatusCode.ShouldBe(expected, await response.Content.ReadAsStringAsync());
        return await ReadAsync(response);
    }
}
