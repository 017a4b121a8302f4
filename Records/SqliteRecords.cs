using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace AccountClosure.Records;

/// <summary>
/// The records in SQLite, for one machine. All callers share one connection and take turns, because SQLite has one writer, and ":memory:"
/// lives as long as its connection. A commit is on the disk when it returns (WAL, synchronous=FULL). Calls complete on the caller's thread.
/// </summary>
public sealed class SqliteRecords : RecordsDatabase
{
    private readonly Lock gate = new();
    private readonly SqliteConnection connection;
    private readonly RecordsSession session;

    public SqliteRecords(IOptions<RecordsOptions> options)
        : this(options.Value.ConnectionString)
    {
    }

    public SqliteRecords(string connectionString)
    {
        // Pooling would keep the file open after Dispose.
        var settings = new SqliteConnectionStringBuilder(connectionString) { Pooling = false };
        if (Path.GetDirectoryName(settings.DataSource) is { Length: > 0 } folder)
            Directory.CreateDirectory(folder);
        connection = new SqliteConnection(settings.ToString());
        session = new RecordsSession(connection);
        try
        {
            connection.Open();
            // recursive_triggers: without it, INSERT OR REPLACE bypasses the triggers that reject a deletion.
            session.Execute(
                """
                PRAGMA busy_timeout = 30000;
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA foreign_keys = ON;
                PRAGMA recursive_triggers = ON;
                """);
            Migrate("Sqlite");
        }
        catch
        {
            Dispose(true);
            throw;
        }
    }

    // Immediate: the transaction locks the file at its start, so that what it reads is still true when it writes.
    public override T Write<T>(Func<RecordsSession, T> work) => Run("BEGIN IMMEDIATE", work);

    public override T Read<T>(Func<RecordsSession, T> work) => Run("BEGIN DEFERRED", work);

    public override bool IsDuplicate(Exception failure) =>
        failure is SqliteException
        {
            SqliteExtendedErrorCode: SQLitePCL.raw.SQLITE_CONSTRAINT_UNIQUE or SQLitePCL.raw.SQLITE_CONSTRAINT_PRIMARYKEY
        };

    internal static bool Understands(string connectionString)
    {
        try
        {
            return new SqliteConnectionStringBuilder(connectionString).DataSource.Length > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        session.Dispose();
        connection.Dispose();
    }

    private T Run<T>(string begin, Func<RecordsSession, T> work)
    {
        lock (gate)
        {
            session.Execute(begin);
            try
            {
                var result = work(session);
                session.Execute("COMMIT");
                return result;
            }
            catch
            {
                // Some failures, such as a full disk, have already ended the transaction.
                if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0)
                    session.Execute("ROLLBACK");
                throw;
            }
        }
    }
}
