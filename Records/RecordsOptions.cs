using Microsoft.Extensions.Options;

namespace AccountClosure.Records;

public enum RecordsProvider
{
    Sqlite,
}

/// <summary>The section <c>Records</c> of the configuration: where the ledger, the audit log, the tracking and the customer records are kept.</summary>
public sealed class RecordsOptions
{
    public const string Section = "Records";

    public RecordsProvider Provider { get; set; } = RecordsProvider.Sqlite;

    /// <summary>For SQLite: <c>Data Source=data/records.db</c>, or <c>Data Source=:memory:</c> for what need not last.</summary>
    public string ConnectionString { get; set; } = "";
}

public sealed class RecordsOptionsValidator : IValidateOptions<RecordsOptions>
{
    public ValidateOptionsResult Validate(string? name, RecordsOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.ConnectionString))
        {
            return ValidateOptionsResult.Fail(
                "Records:ConnectionString is missing: set Records__ConnectionString to a value such as Data Source=data/records.db.");
        }

        return SqliteRecords.Understands(options.ConnectionString)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                "Records:ConnectionString cannot be understood: set Records__ConnectionString to a value such as Data Source=data/records.db.");
    }
}
