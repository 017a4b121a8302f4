using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker;
using Microsoft.DurableTask.Worker.Shims;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Engine.Episodes;

/// <summary>Adapts the orchestrators of a catalog to the SDK's executor.</summary>
internal sealed class OrchestratorCode
{
    private readonly FunctionCatalog _catalog;
    private readonly DataConverter _converter;

    /// <param name="catalog">Has the orchestrators.</param>
    /// <param name="converter">Serializes payloads.</param>
    /// <param name="loggers">Creates the loggers of the orchestrators and the SDK.</param>
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

    /// <exception cref="TypeMissingException">There is no orchestrator with that name.</exception>
    public GuardedOrchestrator Create(string name) => _catalog.TryGetOrchestrator(name, out var run)
        ? new GuardedOrchestrator(run, _converter)
        : throw new TypeMissingException($"There is no orchestrator named '{name}'.");
}
