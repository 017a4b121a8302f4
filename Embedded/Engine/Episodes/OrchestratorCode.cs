using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker;
using Microsoft.DurableTask.Worker.Shims;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Engine.Episodes;

/// <summary>The orchestrators of a catalog, ready for the SDK's executor.</summary>
internal sealed class OrchestratorCode
{
    private readonly FunctionCatalog _catalog;
    private readonly DataConverter _converter;

    /// <param name="catalog">The code.</param>
    /// <param name="converter">Serializes payloads.</param>
    /// <param name="loggers">For the orchestrators and the SDK.</param>
    /// <param name="defaultVersion">Version of sub-orchestrations that are called without one.</param>
    public OrchestratorCode(FunctionCatalog catalog, DataConverter converter, ILoggerFactory loggers, string? defaultVersion)
    {
        _catalog = catalog;
        _converter = converter;
        var options = new DurableTaskWorkerOptions()
        {
            DataConverter = new PayloadConverter(converter),
            Versioning = new DurableTaskWorkerOptions.VersioningOptions { DefaultVersion = defaultVersion ?? string.Empty },
        };
        Shims = new DurableTaskShimFactory(options, loggers);
    }

    /// <summary>Adapts the SDK's orchestrators to DurableTask.Core.</summary>
    public DurableTaskShimFactory Shims { get; }

    /// <exception cref="TypeMissingException">There is no orchestrator of that name.</exception>
    public GuardedOrchestrator Create(string name) => _catalog.TryGetOrchestrator(name, out Func<TaskOrchestrationContext, Task<object?>>? run)
        ? new GuardedOrchestrator(run, _converter)
        : throw new TypeMissingException($"There is no orchestrator named '{name}'.");
}
