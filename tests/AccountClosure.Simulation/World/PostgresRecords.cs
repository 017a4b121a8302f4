using AccountClosure.Tests.Shared;

namespace AccountClosure.Simulation.World;

/// <summary>The records of runs in PostgreSQL, with a schema for each run in one database.</summary>
internal sealed class PostgresRecords : IDisposable
{
    private readonly PostgresCluster _cluster = new();
    private long _schemas;

    public void Dispose() => _cluster.Dispose();

    /// <returns>The connection string of a new, empty schema.</returns>
    public string NewPlace()
    {
        string schema = $"run_{Interlocked.Increment(ref _schemas)}";
        _cluster.Execute($"CREATE SCHEMA {schema}");
        return $"{_cluster.Address};Database=postgres;Maximum Pool Size=4;Options=-c search_path={schema}";
    }
}
