using System.Text.Json;
using System.Text.Json.Serialization;
using AccountClosure.Simulator.Api;
using AccountClosure.Simulator.Controls;
using Microsoft.Data.Sqlite;

namespace AccountClosure.Simulator.Accounts;

/// <summary>
/// The account state in a SQLite file. A commit outlives the end of the process, however sudden, which is what the
/// owner of a killed process must find. Nothing is synced to the disk: a loss of power may damage the account state.
/// </summary>
internal sealed class AccountStateStore : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand upsert;
    private readonly List<(string Kind, string Id, string Account, int Number, byte[] Body)> pending = [];

    public AccountStateStore(string path)
    {
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA busy_timeout = 5000;");
        Execute(
            """
            CREATE TABLE IF NOT EXISTS entry (
                kind TEXT NOT NULL,
                id TEXT NOT NULL,
                account TEXT NOT NULL,
                number INTEGER NOT NULL,
                body BLOB NOT NULL,
                PRIMARY KEY (kind, id)
            )
            """);
        upsert = connection.CreateCommand();
        upsert.CommandText = "INSERT OR REPLACE INTO entry (kind, id, account, number, body) VALUES ($kind, $id, $account, $number, $body)";
        foreach (var name in (string[])["$kind", "$id", "$account", "$number", "$body"])
            upsert.Parameters.Add(new SqliteParameter(name, null));
    }

    /// <summary>Keeps an entry for the next <see cref="Commit"/>.</summary>
    /// <param name="number">The place of the entry among those of its kind and account.</param>
    public void Put<T>(string kind, string id, string account, int number, T entry) =>
        pending.Add((kind, id, account, number, JsonSerializer.SerializeToUtf8Bytes(entry, typeof(T), AccountStateJson.Default)));

    public void Commit()
    {
        if (pending.Count == 0)
            return;
        // One entry is a transaction of its own, and most requests change one entry.
        using var transaction = pending.Count > 1 ? connection.BeginTransaction() : null;
        upsert.Transaction = transaction;
        foreach (var (kind, id, account, number, body) in pending)
        {
            upsert.Parameters[0].Value = kind;
            upsert.Parameters[1].Value = id;
            upsert.Parameters[2].Value = account;
            upsert.Parameters[3].Value = number;
            upsert.Parameters[4].Value = body;
            upsert.ExecuteNonQuery();
        }
        transaction?.Commit();
        pending.Clear();
    }

    /// <summary>All entries of one kind, those of one account in their order.</summary>
    public IEnumerable<(string Account, T Entry)> Read<T>(string kind)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT account, body FROM entry WHERE kind = $kind ORDER BY number";
        command.Parameters.AddWithValue("$kind", kind);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var entry = JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(1), typeof(T), AccountStateJson.Default);
            yield return (reader.GetString(0), (T)entry!);
        }
    }

    public void Dispose()
    {
        upsert.Dispose();
        connection.Dispose();
    }

    private void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

/// <summary>The JSON of the account state, generated at build time because it is written with every change.</summary>
[JsonSerializable(typeof(Account))]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Transfer))]
[JsonSerializable(typeof(FaultRules.Kept))]
[JsonSerializable(typeof(IReadOnlyList<SettlementHold>))]
[JsonSerializable(typeof(List<SettlementHold>))]
[JsonSerializable(typeof(List<LateRequest>))]
internal sealed partial class AccountStateJson : JsonSerializerContext;
