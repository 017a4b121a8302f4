using System.Collections.Concurrent;

namespace AccountClosure.Embedded.Engine.Storage;

/// <summary>
/// The database file, with one connection that writes and as many connections that read as are needed at the same time. In memory, or
/// with a single thread, one connection does both.
/// </summary>
internal sealed class Database : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly StoreReader? _sharedReader;
    private readonly ConcurrentBag<(SqliteConnection Connection, StoreReader Reader)> _readers = [];
    private readonly string _path;
    private readonly bool _isInMemory;
    private readonly FileStream? _ownership;

    private Database(string path, bool oneConnection, bool flush)
    {
        _isInMemory = path == EngineOptions.InMemory;
        _path = path;
        _ownership = _isInMemory ? null : Own(path);
        try
        {
            _connection = new SqliteConnection(path, readOnly: false);
            if (!_isInMemory)
            {
                _connection.Execute("PRAGMA journal_mode = WAL");
                _connection.Execute(flush ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF");
                _connection.Execute("PRAGMA wal_autocheckpoint = 4000");
            }

            Schema.Prepare(_connection);
            if (_isInMemory)
                _connection.Begin();
            Writer = new StoreWriter(_connection);
            if (_isInMemory || oneConnection)
                _sharedReader = Writer.Reader;
        }
        catch
        {
            _connection?.Dispose();
            _ownership?.Dispose();
            throw;
        }
    }

    /// <summary>Lock for the writing connection.</summary>
    public Lock WriteGate { get; } = new();

    public StoreWriter Writer { get; }

    /// <summary>Opens the file, or creates it.</summary>
    /// <param name="path">Path of the file, or <see cref="EngineOptions.InMemory"/>.</param>
    /// <param name="oneConnection">Whether reads also use the writing connection.</param>
    /// <param name="flush">Whether a commit waits until it is on the disk.</param>
    /// <exception cref="EngineStorageException">The file cannot be opened, or another process uses it.</exception>
    public static Database Open(string path, bool oneConnection, bool flush) => new(path, oneConnection, flush);

    // An in-memory database is never durable. One transaction that never ends saves the cost of each commit.
    public void Begin()
    {
        if (!_isInMemory)
            _connection.Begin();
    }

    public void Commit()
    {
        if (!_isInMemory)
            _connection.Commit();
    }

    /// <summary>Undoes the changes since <see cref="Begin"/>. Does nothing if SQLite has rolled back or nothing has started.</summary>
    public void Rollback()
    {
        try
        {
            if (!_isInMemory)
                _connection.Rollback();
        }
        catch (EngineStorageException)
        {
            // The caller reports the error that caused the rollback.
        }
    }

    /// <summary>Runs a query on the committed data.</summary>
    public T Read<T>(Func<StoreReader, T> query)
    {
        if (_sharedReader is not null)
        {
            lock (WriteGate)
                return query(_sharedReader);
        }

        if (!_readers.TryTake(out var rented))
        {
            var connection = new SqliteConnection(_path, readOnly: true);
            rented = (connection, new StoreReader(connection));
        }

        try
        {
            return query(rented.Reader);
        }
        finally
        {
            _readers.Add(rented);
        }
    }

    public void Dispose()
    {
        lock (WriteGate)
        {
            while (_readers.TryTake(out var reader))
                reader.Connection.Dispose();
            _connection.Dispose();
            _ownership?.Dispose();
        }
    }

    // Two engines on one file would run everything twice. The operating system releases the lock of a process that dies.
    private static FileStream Own(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new EngineStorageException($"The database {path} is in use by another process.", exception);
        }
    }
}
