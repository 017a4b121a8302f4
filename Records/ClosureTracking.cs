using AccountClosure.Closure;
using Dapper;

namespace AccountClosure.Records;

/// <summary>The tracking rows in the records' database.</summary>
public sealed class ClosureTracking(RecordsDatabase database) : IClosureTracking
{
    private const string Columns =
        """
        SELECT confirmation_number AS ConfirmationNumber, account_id AS AccountId, user_id AS UserId, instance_id AS InstanceId,
               phase AS Phase, started_at AS StartedAt, updated_at AS UpdatedAt, ended_at AS EndedAt,
               withdrawn_cents AS WithdrawnCents, transfer_count AS TransferCount, outcome AS Outcome
        FROM closure

        """;

    public Task SaveAsync(ClosureRecord record, CancellationToken cancellationToken = default)
    {
        database.Write(transaction => transaction.Connection!.Execute(
            """
            INSERT INTO closure (confirmation_number, account_id, user_id, instance_id, phase, started_at, updated_at, ended_at,
                                 withdrawn_cents, transfer_count, outcome)
            VALUES (@ConfirmationNumber, @AccountId, @UserId, @InstanceId, @Phase, @StartedAt, @UpdatedAt, @EndedAt,
                    @WithdrawnCents, @TransferCount, @Outcome)
            ON CONFLICT (confirmation_number) DO UPDATE SET
                account_id = excluded.account_id, user_id = excluded.user_id, instance_id = excluded.instance_id,
                phase = excluded.phase, started_at = excluded.started_at, updated_at = excluded.updated_at,
                ended_at = excluded.ended_at, withdrawn_cents = excluded.withdrawn_cents,
                transfer_count = excluded.transfer_count, outcome = excluded.outcome
            WHERE closure.updated_at <= excluded.updated_at
            """,
            new
            {
                record.ConfirmationNumber,
                record.AccountId,
                record.UserId,
                record.InstanceId,
                record.Phase,
                StartedAt = RecordsDatabase.TimeText(record.StartedAt),
                UpdatedAt = RecordsDatabase.TimeText(record.UpdatedAt),
                EndedAt = RecordsDatabase.TimeText(record.EndedAt),
                WithdrawnCents = record.Withdrawn.Cents,
                record.TransferCount,
                record.Outcome,
            },
            transaction));
        return Task.CompletedTask;
    }

    public Task<ClosureRecord?> FindAsync(string confirmationNumber, CancellationToken cancellationToken = default)
    {
        var row = database.Read(transaction => transaction.Connection!.QuerySingleOrDefault<Row>(
            Columns + "WHERE confirmation_number = @confirmationNumber", new { confirmationNumber }, transaction));
        return Task.FromResult(row?.ToRecord());
    }

    public Task<IReadOnlyList<ClosureRecord>> ListAsync(string accountId, CancellationToken cancellationToken = default)
    {
        var rows = database.Read(transaction => transaction.Connection!.Query<Row>(
            Columns + "WHERE account_id = @accountId ORDER BY started_at DESC, confirmation_number", new { accountId }, transaction).AsList());
        return Task.FromResult<IReadOnlyList<ClosureRecord>>([.. rows.Select(row => row.ToRecord())]);
    }

    private sealed record Row(
        string ConfirmationNumber,
        string AccountId,
        string UserId,
        string InstanceId,
        string Phase,
        string StartedAt,
        string UpdatedAt,
        string? EndedAt,
        long WithdrawnCents,
        long TransferCount,
        string? Outcome)
    {
        public ClosureRecord ToRecord() => new(
            ConfirmationNumber,
            AccountId,
            UserId,
            InstanceId,
            Phase,
            RecordsDatabase.Time(StartedAt),
            RecordsDatabase.Time(UpdatedAt),
            RecordsDatabase.OptionalTime(EndedAt),
            Money.FromCents(WithdrawnCents),
            (int)TransferCount,
            Outcome);
    }
}
