using Microsoft.Extensions.Options;

namespace AccountClosure.Records;

public enum RecordsProvider
{
    Sqlite,
    Postgres,
}

/// <summary>
/// The section <c>Records</c> of the configuration: where the ledger, the audit log, the tracking table and the customer records are kept.
/// </summary>
public sealed class RecordsOptions
{
    public const string Section = "Records";

    public RecordsProvider Provider { get; set; } = RecordsProvider.Sqlite;

    /// <summary>
    /// Connection string of the database. For SQLite: <c>Data Source=data/records.db</c>, or <c>Data Source=:memory:</c> for records that
    /// end with the process. For PostgreSQL: <c>Host=localhost;Database=records;Username=closures;Password=…</c>.
    /// </summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// Client id of the managed identity that signs in to PostgreSQL in Azure, in place of a password. Empty for other databases.
    /// </summary>
    public string IdentityClientId { get; set; } = "";
}

public sealed class RecordsOptionsValidator : IValidateOptions<RecordsOptions>
{
    public ValidateOptionsResult Validate(string? name, RecordsOptions options)
    {
        var (isUnderstood, example) = options.Provider == RecordsProvider.Postgres
            ? (PostgresRecords.Understands(options.ConnectionString), "Host=localhost;Database=records;Username=closures")
            : (SqliteRecords.Understands(options.ConnectionString), "Data Source=data/records.db");
        if (string.IsNullOrWhiteSpace(options.ConnectionString))
        {
            return ValidateOptionsResult.Fail(
                $"Records:ConnectionString is missing: set Records__ConnectionString to a value such as {example}.");
        }
        return isUnderstood
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Records:ConnectionString is not a valid connection string: set Records__ConnectionString to a value such as {example}.");
    }
}
