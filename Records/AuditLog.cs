using Dapper;

namespace AccountClosure.Records;

/// <summary>The audit log in the records' database, where triggers refuse to change or delete an entry.</summary>
public sealed class AuditLog(RecordsDatabase database) : IAuditLog
{
    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken = default)
    {
        database.Write(transaction => transaction.Connection!.Execute(
            """
            INSERT INTO audit_entry (entry_id, account_id, confirmation_number, at, actor, event, detail)
            VALUES (@EntryId, @AccountId, @ConfirmationNumber, @At, @Actor, @Event, @Detail)
            ON CONFLICT (entry_id) DO NOTHING
            """,
            new
            {
                entry.EntryId,
                entry.AccountId,
                entry.ConfirmationNumber,
                At = RecordsDatabase.TimeText(entry.At),
                entry.Actor,
                entry.Event,
                entry.Detail,
            },
            transaction));
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<AuditEntry>> ListAsync(string accountId, CancellationToken cancellationToken = default)
    {
        var rows = database.Read(transaction => transaction.Connection!.Query<Row>(
            """
            SELECT entry_id AS EntryId, account_id AS AccountId, confirmation_number AS ConfirmationNumber, at AS At, actor AS Actor,
                   event AS Event, detail AS Detail
            FROM audit_entry WHERE account_id = @accountId ORDER BY position
            """,
            new { accountId },
            transaction).AsList());
        return Task.FromResult<IReadOnlyList<AuditEntry>>([.. rows.Select(row => new AuditEntry(
            row.EntryId, row.AccountId, row.ConfirmationNumber, RecordsDatabase.Time(row.At), row.Actor, row.Event, row.Detail))]);
    }

    private sealed record Row(
        string EntryId, string AccountId, string ConfirmationNumber, string At, string Actor, string Event, string? Detail);
}
