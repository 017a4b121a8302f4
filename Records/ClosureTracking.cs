using System.Data.Common;
using AccountClosure.Closure;

namespace AccountClosure.Records;

/// <summary>The tracking rows in the records database.</summary>
public sealed class ClosureTracking(RecordsDatabase database) : IClosureTracking
{
    private const string SavedColumns =
        "confirmation_number, account_id, user_id, ach_relationship_id, instance_id, phase, started_at, updated_at, ended_at, "
        + "withdrawn_cents, transfer_count, outcome";

    private const string Columns =
        $"{SavedColumns}, stopped_at, stopped_by, stop_reason, cleanup_at, sale_asked_at, liquidation_asked_at, close_asked_at";

    public Task SaveAsync(ClosureRecord record, CancellationToken cancellationToken = default)
    {
        database.Write(session =>
        {
            session.Execute(
                $"""
                INSERT INTO closure ({SavedColumns})
                VALUES (@number, @account, @user, @relationship, @instance, @phase, @started, @updated, @ended,
                        @withdrawn, @transfers, @outcome)
                ON CONFLICT (confirmation_number) DO UPDATE SET
                    account_id = excluded.account_id, user_id = excluded.user_id, instance_id = excluded.instance_id,
                    phase = excluded.phase, started_at = excluded.started_at, updated_at = excluded.updated_at,
                    ended_at = COALESCE(closure.ended_at, excluded.ended_at),
                    withdrawn_cents = excluded.withdrawn_cents,
                    transfer_count = excluded.transfer_count, outcome = excluded.outcome
                WHERE closure.updated_at <= excluded.updated_at
                  AND (closure.ended_at IS NULL OR (excluded.ended_at IS NOT NULL AND excluded.phase = closure.phase))
                """,
                ("@number", record.ConfirmationNumber),
                ("@account", record.AccountId),
                ("@user", record.UserId),
                ("@relationship", record.AchRelationshipId),
                ("@instance", record.InstanceId),
                ("@phase", record.Phase),
                ("@started", RecordsDatabase.TimeText(record.StartedAt)),
                ("@updated", RecordsDatabase.TimeText(record.UpdatedAt)),
                ("@ended", RecordsDatabase.TimeText(record.EndedAt)),
                ("@withdrawn", record.Withdrawn.Cents),
                ("@transfers", record.TransferCount),
                ("@outcome", record.Outcome));
            EndedTotals.Correct(session, record.ConfirmationNumber);
        });
        return Task.CompletedTask;
    }

    public Task<ClosureRecord?> FindAsync(string confirmationNumber, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => Find(session, confirmationNumber)));

    public Task<IReadOnlyList<ClosureRecord>> ListAsync(string accountId, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<ClosureRecord>>(database.Read(session => session.Query(
            $"SELECT {Columns} FROM closure WHERE account_id = @account ORDER BY started_at DESC, confirmation_number",
            Read,
            ("@account", accountId))));

    public Task<IReadOnlyList<ClosureRecord>> ListNotEndedAsync(DateTimeOffset before, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<ClosureRecord>>(database.Read(session => session.Query(
            $"SELECT {Columns} FROM closure WHERE ended_at IS NULL AND updated_at < @before ORDER BY updated_at, confirmation_number",
            Read,
            ("@before", RecordsDatabase.TimeText(before)))));

    public Task<bool> TryAskAsync(
        string confirmationNumber,
        BrokerRequestKind kind,
        DateTimeOffset at,
        DateTimeOffset brokerTime,
        CancellationToken cancellationToken = default)
    {
        var assignments = kind switch
        {
            BrokerRequestKind.CancelOrders => "liquidation_asked_at = @at",
            BrokerRequestKind.Sale => "liquidation_asked_at = @at, sale_asked_at = COALESCE(sale_asked_at, @broker)",
            _ => "close_asked_at = @at",
        };
        return Task.FromResult(database.Write(session => session.Execute(
            $"UPDATE closure SET {assignments} WHERE confirmation_number = @number AND stopped_at IS NULL AND ended_at IS NULL",
            [("@number", confirmationNumber), ("@at", RecordsDatabase.TimeText(at)), .. BrokerTimeParameter(kind, brokerTime)]) == 1));
    }

    public Task<ClosureRecord?> StopAsync(string confirmationNumber, Stop stop, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Write(session =>
        {
            session.Execute(
                """
                UPDATE closure SET stopped_at = COALESCE(stopped_at, @at), stopped_by = COALESCE(stopped_by, @actor),
                                   stop_reason = COALESCE(stop_reason, @reason), cleanup_at = COALESCE(cleanup_at, @cleanup)
                WHERE confirmation_number = @number
                """,
                ("@number", confirmationNumber),
                ("@at", RecordsDatabase.TimeText(stop.At)),
                ("@actor", stop.Actor),
                ("@reason", stop.Reason),
                ("@cleanup", RecordsDatabase.TimeText(stop.CleanupAt)));
            return Find(session, confirmationNumber);
        }));

    private static (string Name, object? Value)[] BrokerTimeParameter(BrokerRequestKind kind, DateTimeOffset brokerTime) =>
        kind == BrokerRequestKind.Sale ? [("@broker", RecordsDatabase.TimeText(brokerTime))] : [];

    private static ClosureRecord? Find(RecordsSession session, string confirmationNumber) =>
        session.QueryFirst($"SELECT {Columns} FROM closure WHERE confirmation_number = @number", Read, ("@number", confirmationNumber));

    private static ClosureRecord Read(DbDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        row.GetString(4),
        row.GetString(5),
        row.Time(6),
        row.Time(7),
        row.OptionalTime(8),
        Money.FromCents(row.GetInt64(9)),
        row.GetInt32(10),
        row.OptionalText(11),
        row.IsDBNull(12) ? null : new Stop(row.Time(12), row.GetString(13), row.GetString(14), row.OptionalTime(15)),
        row.OptionalTime(16),
        row.OptionalTime(17),
        row.OptionalTime(18));
}
