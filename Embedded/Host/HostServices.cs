using System.Text.Json;
using AccountClosure.Embedded.Host.Invocation;
using AccountClosure.Embedded.Host.Serialization;
using Azure.Core.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AccountClosure.Embedded.Host;

/// <summary>Builds the services of the functions: those of the worker, then those of the app, which replace them.</summary>
internal static class HostServices
{
    public static ServiceProvider Build(EmbeddedHostOptions options, out WorkerBuilder worker)
    {
        var services = new ServiceCollection();
        services.AddSingleton(options.Configuration);
        services.AddSingleton(options.TimeProvider);
        services.AddOptions();
        services.AddLogging(logging => options.ConfigureLogging?.Invoke(logging));

        // As in the Functions worker: one serializer, System.Text.Json unless the app sets another.
        services.AddOptions<WorkerOptions>().PostConfigure<IOptions<JsonSerializerOptions>>(
            (settings, json) => settings.Serializer ??= new JsonObjectSerializer(json.Value));
        services.AddSingleton<DataConverter>(provider =>
            new SerializerDataConverter(provider.GetRequiredService<IOptions<WorkerOptions>>().Value.Serializer!));

        worker = new WorkerBuilder(services);
        options.ConfigureWorker?.Invoke(worker);
        return services.BuildServiceProvider(validateScopes: true);
    }
}
