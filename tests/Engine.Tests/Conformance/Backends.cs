using System.Reflection;
using System.Text.Json;
using AccountClosure.Embedded.Engine;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Sdk;

namespace AccountClosure.Engine.Tests.Conformance;

/// <summary>What runs the orchestrations of a test.</summary>
public enum Backend
{
    /// <summary>This project's engine, with its own threads and the machine's clock.</summary>
    Embedded,

    /// <summary>The in-process test host of the package Microsoft.DurableTask.InProcessTestHost.</summary>
    TestHost,
}

/// <summary>Runs the test on each backend.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EachBackendAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        Enum.GetValues<Backend>().Select(backend => new object[] { backend });
}

/// <summary>
/// The two backends, with the same orchestrators and activities. The tests of a class share them, so each makes its own instances.
/// </summary>
public sealed class Backends : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private DurableEngine? _engine;
    private DurableTaskTestHost? _host;

    public async Task InitializeAsync()
    {
        var catalog = new FunctionCatalog();
        foreach ((var name, var run) in Workflows.Orchestrators)
            catalog.AddOrchestrator(name, context => run(context, context.GetInput<JsonElement?>()));
        foreach ((var name, var run) in Workflows.Activities)
            catalog.AddActivity(name, call => Task.FromResult(run(JsonDataConverter.Default.Deserialize<string>(call.Input))));
        _engine = DurableEngine.Open(
            new EngineOptions(), catalog, JsonDataConverter.Default, TimeProvider.System, NullLoggerFactory.Instance);
        _engine.Start();
        _host = await DurableTaskTestHost.StartAsync(
            registry =>
            {
                foreach ((var name, var run) in Workflows.Orchestrators)
                    registry.AddOrchestratorFunc<JsonElement?, object?>(name, run);
                foreach ((var name, var run) in Workflows.Activities)
                    registry.AddActivityFunc<string?, object?>(name, (_, input) => run(input));
            },
            new DurableTaskTestHostOptions { LoggerFactory = NullLoggerFactory.Instance });
    }

    public async Task DisposeAsync()
    {
        await _engine!.DisposeAsync();
        await _host!.DisposeAsync();
    }

    public DurableTaskClient this[Backend backend] => backend == Backend.Embedded ? _engine!.Client : _host!.Client;

    /// <summary>Starts an instance and waits for its end.</summary>
    public async Task<OrchestrationMetadata> RunAsync(Backend backend, string orchestrator, object? input = null) =>
        await EndAsync(backend, await this[backend].ScheduleNewOrchestrationInstanceAsync(orchestrator, input));

    /// <summary>Starts an instance and waits until it has set its custom status to "ready".</summary>
    public async Task<string> BeginAsync(Backend backend, string orchestrator, object? input = null)
    {
        var id = await this[backend].ScheduleNewOrchestrationInstanceAsync(orchestrator, input);
        await UntilAsync(backend, id, instance => instance.SerializedCustomStatus == "\"ready\"");
        return id;
    }

    public async Task<OrchestrationMetadata> EndAsync(Backend backend, string id)
    {
        using var patience = new CancellationTokenSource(Patience);
        return await this[backend].WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, patience.Token);
    }

    /// <summary>Polls until the instance meets the condition.</summary>
    public async Task<OrchestrationMetadata> UntilAsync(Backend backend, string id, Func<OrchestrationMetadata, bool> isAsWanted)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var interval = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            if (await this[backend].GetInstanceAsync(id, getInputsAndOutputs: true, patience.Token) is { } instance && isAsWanted(instance))
                return instance;
            await interval.WaitForNextTickAsync(patience.Token);
        }
    }
}
