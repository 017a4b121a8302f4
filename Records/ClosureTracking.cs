using System.Data.Common;
using AccountClosure.Closure;

namespace AccountClosure.Records;

/// <summary>The tracking rows in the records' database.</summary>
public sealed class ClosureTracking(RecordsDatabase database) : IClosureTracking
{
    private const string Columns =
        "confirmation_number, account_id, user_id, instance_id, phase, started_at, updated_at, ended_at, withdrawn_cents, transfer_count, outcome";

    public Task SaveAsync(ClosureRecord record, CancellationToken cancellationToken = default)
    {
        database.Write(session => session.Execute(
            $"""
            INSERT INTO closure ({Columns})
            VALUES (@number, @account, @user, @instance, @phase, @started, @updated, @ended, @withdrawn, @transfers, @outcome)
            ON CONFLICT (confirmation_number) DO UPDATE SET
                account_id = excluded.account_id, user_id = excluded.user_id, instance_id = excluded.instance_id,
                phase = excluded.phase, started_at = excluded.started_at, updated_at = excluded.updated_at,
                ended_at = excluded.ended_at, withdrawn_cents = excluded.withdrawn_cents,
                transfer_count = excluded.transfer_count, outcome = excluded.outcome
            WHERE closure.updated_at < excluded.updated_at
                OR (closure.updated_at = excluded.updated_at AND (closure.ended_at IS NULL OR excluded.ended_at IS NOT NULL))
            """,
            ("@number", record.ConfirmationNumber),
            ("@account", record.AccountId),
            ("@user", record.UserId),
            ("@instance", record.InstanceId),
            ("@phase", record.Phase),
            ("@started", RecordsDatabase.TimeText(record.StartedAt)),
            ("@updated", RecordsDatabase.TimeText(record.UpdatedAt)),
            ("@ended", RecordsDatabase.TimeText(record.EndedAt)),
            ("@withdrawn", record.Withdrawn.Cents),
            ("@transfers", record.TransferCount),
            ("@outcome", record.Outcome)));
        return Task.CompletedTask;
    }

    public Task<ClosureRecord?> FindAsync(string confirmationNumber, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => session.QueryFirst(
            $"SELECT {Columns} FROM closure WHERE confirmation_number = @number", Read, ("@number", confirmationNumber))));

    public Task<IReadOnlyList<ClosureRecord>> ListAsync(string accountId, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<ClosureRecord>>(database.Read(session => session.Query(
            $"SELECT {Columns} FROM closure WHERE account_id = @account ORDER BY started_at DESC, confirmation_number",
            Read,
            ("@account", accountId))));

    private static ClosureRecord Read(DbDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        row.GetString(4),
        row.Time(5),
        row.Time(6),
        row.OptionalTime(7),
        Money.FromCents(row.GetInt64(8)),
        row.GetInt32(9),
        row.OptionalText(10));
}
