using AccountClosure.Tests.Shared;

namespace AccountClosure.Adapters.Tests.Records;

/// <summary>Databases on a PostgreSQL server of the tests' own.</summary>
public sealed class PostgresServer : IDisposable
{
    private readonly PostgresCluster cluster = new();
    private int databases;

    public void Dispose() => cluster.Dispose();

    /// <param name="owner">Name of a role that is created for the database and that connections take.</param>
    public RecordsPlace NewPlace(string? owner = null)
    {
        string name = $"test_{Interlocked.Increment(ref databases)}";
        cluster.Execute($"CREATE DATABASE {name}");
        string address = $"{cluster.Address};Pooling=false;Database={name}";
        if (owner is null)
            return new PostgresPlace(address);

        cluster.Execute($"CREATE ROLE {owner} NOLOGIN; GRANT USAGE, CREATE ON SCHEMA public TO {owner}", name);
        return new PostgresPlace($"{address};Options=-c role={owner}");
    }
}

[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresServer>
{
    public const string Name = "PostgreSQL";
}
