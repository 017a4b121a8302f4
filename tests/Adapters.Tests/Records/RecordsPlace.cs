using AccountClosure.Records;

namespace AccountClosure.Adapters.Tests.Records;

/// <summary>The empty database of one test, which several connections can open, repeatedly.</summary>
public abstract class RecordsPlace : IDisposable
{
    public abstract RecordsDatabase Open();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}

public sealed class SqlitePlace : RecordsPlace
{
    private readonly TemporaryFolder folder = new();

    public override RecordsDatabase Open() => new SqliteRecords($"Data Source={folder.File("records.db")}");

    protected override void Dispose(bool disposing) => folder.Dispose();
}

public sealed class PostgresPlace(string connectionString) : RecordsPlace
{
    public override RecordsDatabase Open() => new PostgresRecords(connectionString);

    // The server is deleted with all its databases.
    protected override void Dispose(bool disposing)
    {
    }
}
