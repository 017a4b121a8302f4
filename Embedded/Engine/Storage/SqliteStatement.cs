using SQLitePCL;

namespace AccountClosure.Embedded.Engine.Storage;

/// <summary>
/// A prepared statement. Bind the parameters in order, read the rows with <c>while (statement.Step())</c>, and call <see cref="Reset"/>
/// before the next use.
/// </summary>
internal sealed class SqliteStatement(SqliteConnection connection, sqlite3_stmt statement) : IDisposable
{
    private int _parameters;

    public SqliteStatement Bind(long value)
    {
        connection.Check(raw.sqlite3_bind_int64(statement, ++_parameters, value));
        return this;
    }

    public SqliteStatement Bind(long? value) => value is { } present ? Bind(present) : BindNull();

    public SqliteStatement Bind(string? value)
    {
        if (value is null)
            return BindNull();
        connection.Check(raw.sqlite3_bind_text(statement, ++_parameters, value));
        return this;
    }

    public SqliteStatement Bind(ReadOnlySpan<byte> value)
    {
        connection.Check(raw.sqlite3_bind_blob(statement, ++_parameters, value));
        return this;
    }

    /// <summary>Moves to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Step()
    {
        var result = raw.sqlite3_step(statement);
        if (result == raw.SQLITE_ROW)
            return true;
        if (result != raw.SQLITE_DONE)
        {
            Reset();
            connection.Check(result);
        }

        return false;
    }

    /// <summary>Runs a statement that returns no rows.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    /// <summary>Reads the first column of the only row; null without a row or for NULL.</summary>
    public long? Scalar()
    {
        var value = Step() ? NullableInteger(0) : null;
        Reset();
        return value;
    }

    public void Reset()
    {
        _ = raw.sqlite3_reset(statement);
        _parameters = 0;
    }

    public long Integer(int column) => raw.sqlite3_column_int64(statement, column);

    public long? NullableInteger(int column) => IsNull(column) ? null : Integer(column);

    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public string? NullableText(int column) => IsNull(column) ? null : Text(column);

    /// <summary>Reads a blob, which is valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(statement, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public void Dispose() => statement.Dispose();

    private SqliteStatement BindNull()
    {
        connection.Check(raw.sqlite3_bind_null(statement, ++_parameters));
        return this;
    }
}
