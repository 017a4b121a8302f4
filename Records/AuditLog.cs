namespace AccountClosure.Records;

/// <summary>The audit log in the records database. Triggers of the database reject a change or deletion of an entry.</summary>
public sealed class AuditLog(RecordsDatabase database) : IAuditLog
{
    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken = default)
    {
        database.Write(session => session.Execute(
            """
            INSERT INTO audit_entry (entry_id, account_id, confirmation_number, at, actor, event, detail)
            VALUES (@entry, @account, @number, @at, @actor, @event, @detail)
            ON CONFLICT (entry_id) DO NOTHING
            """,
            ("@entry", entry.EntryId),
            ("@account", entry.AccountId),
            ("@number", entry.ConfirmationNumber),
            ("@at", RecordsDatabase.TimeText(entry.At)),
            ("@actor", entry.Actor),
            ("@event", entry.Event),
            ("@detail", entry.Detail)));
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<AuditEntry>> ListAsync(string accountId, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<AuditEntry>>(database.Read(session => session.Query(
            """
            SELECT entry_id, account_id, confirmation_number, at, actor, event, detail
            FROM audit_entry WHERE account_id = @account ORDER BY position
            """,
            row => new AuditEntry(
                row.GetString(0), row.GetString(1), row.GetString(2), row.Time(3), row.GetString(4), row.GetString(5), row.OptionalText(6)),
            ("@account", accountId))));
}
