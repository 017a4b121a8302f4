using SQLitePCL;

namespace AccountClosure.Embedded.Engine.Storage;

/// <summary>
/// Connection to the database, for one thread at a time. It calls SQLite directly, because every step of every orchestration runs a few
/// statements and their cost is most of the engine's cost.
/// </summary>
internal sealed class SqliteConnection : IDisposable
{
    private readonly sqlite3 _handle;
    private readonly List<SqliteStatement> _statements = [];
    private SqliteStatement? _begin;
    private SqliteStatement? _commit;
    private SqliteStatement? _rollback;

    static SqliteConnection() => Batteries_V2.Init();

    public SqliteConnection(string path, bool readOnly)
    {
        var flags = readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE;
        var result = raw.sqlite3_open_v2(path, out _handle, flags | raw.SQLITE_OPEN_NOMUTEX, null);
        if (result != raw.SQLITE_OK)
            throw new EngineStorageException($"The database {path} cannot be opened: {Message()}");
        Execute("PRAGMA busy_timeout = 10000");
    }

    public void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    /// <summary>Prepares a statement that lives as long as the connection.</summary>
    public SqliteStatement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement));
        var prepared = new SqliteStatement(this, statement);
        _statements.Add(prepared);
        return prepared;
    }

    public void Begin() => (_begin ??= Prepare("BEGIN IMMEDIATE")).Run();

    public void Commit() => (_commit ??= Prepare("COMMIT")).Run();

    public void Rollback() => (_rollback ??= Prepare("ROLLBACK")).Run();

    public void Dispose()
    {
        foreach (var statement in _statements)
            statement.Dispose();
        raw.sqlite3_close_v2(_handle);
    }

    internal void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
            throw new EngineStorageException($"SQLite error {result}: {Message()}");
    }

    private string Message() => raw.sqlite3_errmsg(_handle).utf8_to_string();
}
