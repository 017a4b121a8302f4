using AccountClosure.Embedded.Engine;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging.Abstractions;

namespace AccountClosure.Engine.Tests;

/// <summary>Engines with threads, one after another on the same file.</summary>
public sealed class ThreadedEngines : IDisposable
{
    /// <summary>Longest wait. Only a hang takes this long, and no test measures anything with it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("engine-");

    public FunctionCatalog Catalog { get; } = new();

    public string File => Path.Combine(_folder.FullName, "engine.db");

    public DurableEngine Open(Func<EngineOptions, EngineOptions>? configure = null)
    {
        var options = new EngineOptions() { DataSource = File };
        var engine = DurableEngine.Open(
            configure?.Invoke(options) ?? options,
            Catalog,
            JsonDataConverter.Default,
            TimeProvider.System,
            NullLoggerFactory.Instance);
        engine.Start();
        return engine;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
