using System.Data;
using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AccountClosure.Records;

/// <summary>
/// The records in PostgreSQL, for many processes. Every transaction is serializable: what it reads is still true when it writes, as in
/// SQLite, which has one writer. A transaction that the database cannot serialize runs again.
/// </summary>
public sealed class PostgresRecords : RecordsDatabase
{
    private const int MaxAttempts = 20;

    /// <summary>Key of the lock that lets one process at a time migrate the schema. The number has no other meaning.</summary>
    private const long SchemaLock = 0x436c6f73757265;

    private static readonly string[] AzureScopes = ["https://ossrdbms-aad.database.windows.net/.default"];

    private readonly NpgsqlDataSource source;

    public PostgresRecords(IOptions<RecordsOptions> options)
        : this(options.Value.ConnectionString, options.Value.IdentityClientId)
    {
    }

    /// <param name="identityClientId">
    /// Client id of the Azure managed identity that signs in. When it is empty, the connection string says how to sign in.
    /// </param>
    public PostgresRecords(string connectionString, string identityClientId = "")
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        if (identityClientId.Length > 0)
            UseIdentity(builder, new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(identityClientId)));
        source = builder.Build();
        try
        {
            using var guard = source.OpenConnection();
            Run(guard, $"SELECT pg_advisory_lock({SchemaLock})");
            try
            {
                Migrate("Postgres");
            }
            finally
            {
                Run(guard, $"SELECT pg_advisory_unlock({SchemaLock})");
            }
        }
        catch
        {
            Dispose(true);
            throw;
        }
    }

    public override T Write<T>(Func<RecordsSession, T> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return RunOnce(work);
            }
            catch (PostgresException collision) when (IsCollision(collision) && attempt < MaxAttempts)
            {
                // The database has undone the transaction, so it can run again.
            }
        }
    }

    public override T Read<T>(Func<RecordsSession, T> work) => Write(work);

    public override bool IsDuplicate(Exception failure) => failure is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    internal static bool Understands(string connectionString)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            return !string.IsNullOrWhiteSpace(settings.Host) && !string.IsNullOrWhiteSpace(settings.Database);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
    }

    private static bool IsCollision(PostgresException failure) =>
        failure.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    private static void UseIdentity(NpgsqlDataSourceBuilder builder, TokenCredential credential)
    {
        var request = new TokenRequestContext(AzureScopes);
        builder.UsePasswordProvider(
            _ => credential.GetToken(request, CancellationToken.None).Token,
            async (_, cancellationToken) => (await credential.GetTokenAsync(request, cancellationToken)).Token);
    }

    private static void Run(NpgsqlConnection connection, string sql)
    {
        // CA2100: the only part of the statement that is not a literal is a constant number of this class.
#pragma warning disable CA2100
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private T RunOnce<T>(Func<RecordsSession, T> work)
    {
        using var connection = source.OpenConnection();
        using var transaction = connection.BeginTransaction(IsolationLevel.Serializable);
        using var session = new RecordsSession(connection);
        var result = work(session);
        transaction.Commit();
        return result;
    }
}
