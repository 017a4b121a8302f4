using AccountClosure.Closure;

namespace AccountClosure.Records;

/// <summary>
/// The transfer ledger in the records database. Constraints of the database, not this class, keep two intents from binding to one transfer.
/// </summary>
public sealed class TransferLedger(RecordsDatabase database) : ITransferLedger
{
    private const string ClosureMayAct =
        """
        NOT EXISTS (SELECT 1 FROM closure WHERE closure.confirmation_number = {0}
                    AND (closure.stopped_at IS NOT NULL OR closure.ended_at IS NOT NULL))
        """;

    private static readonly string RecordIntent =
        $"""
        INSERT INTO transfer (intent_id, account_id, confirmation_number, sequence, amount_cents, ach_relationship_id,
                              not_before, created_at, state)
        SELECT @intent, @account, @number, @sequence, @cents, @relationship, @notBefore, @created, 'Intended'
        WHERE {ClosureMayAct.Replace("{0}", "@number", StringComparison.Ordinal)}
        ON CONFLICT (intent_id) DO NOTHING
        """;

    // One statement checks the fence of the closure and records the attempt, so that a stop comes either before or after it.
    private static readonly string RecordAttempt =
        $"""
        UPDATE transfer SET attempted_at = @at
        WHERE intent_id = @intent AND state = 'Intended' AND claimant = @claimant AND COALESCE(attempted_at, '') = COALESCE(@before, '')
          AND {ClosureMayAct.Replace("{0}", "transfer.confirmation_number", StringComparison.Ordinal)}
        """;

    public Task<LedgerTransfer?> RecordIntentAsync(TransferIntent intent, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Write(session =>
        {
            session.Execute(
                RecordIntent,
                ("@intent", intent.IntentId),
                ("@account", intent.AccountId),
                ("@number", intent.ConfirmationNumber),
                ("@sequence", intent.Sequence),
                ("@cents", intent.Amount.Cents),
                ("@relationship", intent.AchRelationshipId),
                ("@notBefore", RecordsDatabase.TimeText(intent.NotBefore)),
                ("@created", RecordsDatabase.TimeText(intent.CreatedAt)));
            return Find(session, intent.IntentId);
        }));

    public Task<bool> TryClaimAsync(
        string intentId, string claimant, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Write(session =>
        {
            var claimed = session.Execute(
                """
                UPDATE transfer SET claimant = @claimant, claimed_until = @until
                WHERE intent_id = @intent AND state = 'Intended'
                  AND (claimant IS NULL OR claimant = @claimant OR claimed_until <= @now)
                """,
                ("@intent", intentId),
                ("@claimant", claimant),
                ("@now", RecordsDatabase.TimeText(now)),
                ("@until", RecordsDatabase.TimeText(now + lease)));
            if (claimed == 0)
                Require(session, intentId);
            return claimed == 1;
        }));

    public Task ReleaseAsync(string intentId, string claimant, CancellationToken cancellationToken = default)
    {
        database.Write(session => session.Execute(
            "UPDATE transfer SET claimant = NULL, claimed_until = NULL WHERE intent_id = @intent AND claimant = @claimant",
            ("@intent", intentId),
            ("@claimant", claimant)));
        return Task.CompletedTask;
    }

    public Task<AttemptResult> TryRecordAttemptAsync(
        string intentId, string claimant, DateTimeOffset at, DateTimeOffset? before, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Write(session =>
        {
            var recorded = session.Execute(
                RecordAttempt,
                ("@intent", intentId),
                ("@claimant", claimant),
                ("@at", RecordsDatabase.TimeText(at)),
                ("@before", RecordsDatabase.TimeText(before)));
            var transfer = Require(session, intentId);
            if (transfer.State != LedgerState.Intended)
                throw new InvalidOperationException($"No POST may be sent for transfer {intentId}: it is {transfer.State}.");
            if (recorded == 1)
                return AttemptResult.Recorded;
            bool isOvertaken = transfer.AttemptedAt != before || session.QueryFirst(
                "SELECT claimant FROM transfer WHERE intent_id = @intent", row => row.OptionalText(0), ("@intent", intentId)) != claimant;
            return isOvertaken ? AttemptResult.Overtaken : AttemptResult.Stopped;
        }));

    public Task BindAsync(
        string intentId, string brokerTransferId, TransferStatus status, DateTimeOffset createdAt, DateTimeOffset seenAt,
        CancellationToken cancellationToken = default)
    {
        database.Write(session =>
        {
            var transfer = Require(session, intentId);
            if (transfer.BrokerTransferId == brokerTransferId)
                return;
            if (transfer.BrokerTransferId is not null)
                throw new InvalidOperationException($"Transfer {intentId} is already bound to another broker transfer.");
            try
            {
                session.Execute(
                    """
                    UPDATE transfer SET state = 'Bound', broker_transfer_id = @brokerTransfer, broker_created_at = @created,
                                        claimant = NULL, claimed_until = NULL
                    WHERE intent_id = @intent
                    """,
                    ("@intent", intentId),
                    ("@brokerTransfer", brokerTransferId),
                    ("@created", RecordsDatabase.TimeText(createdAt)));
            }
            catch (Exception failure) when (database.IsDuplicate(failure))
            {
                throw new InvalidOperationException($"The broker's transfer for {intentId} is already bound to another intent.", failure);
            }

            AppendStatus(session, transfer.Intent, status, seenAt);
        });
        return Task.CompletedTask;
    }

    public Task RecordStatusAsync(
        string intentId, TransferStatus status, DateTimeOffset seenAt, CancellationToken cancellationToken = default)
    {
        database.Write(session =>
        {
            var transfer = Require(session, intentId);
            if (transfer.State != LedgerState.Bound)
                throw new InvalidOperationException($"Transfer {intentId} has no broker transfer: no status can be recorded.");
            bool isOlder = seenAt < transfer.StatusSeenAt
                || (transfer.Status is { IsFinal: true } && !status.IsFinal)
                || (transfer.Status is { HasComeBack: true } && status.Stage == TransferStage.Completed);
            if (transfer.Status == status || isOlder)
                return;
            AppendStatus(session, transfer.Intent, status, seenAt);
        });
        return Task.CompletedTask;
    }

    public Task AbandonAsync(string intentId, Abandonment abandonment, CancellationToken cancellationToken = default)
    {
        database.Write(session =>
        {
            var transfer = Require(session, intentId);
            if (transfer.State == LedgerState.Bound)
                throw new InvalidOperationException($"Transfer {intentId} cannot be abandoned: the broker has it.");
            session.Execute(
                """
                UPDATE transfer SET state = 'Abandoned', abandon_cause = @cause, abandon_reason = @reason, abandoned_at = @at,
                                    retry_at = @retry, claimant = NULL, claimed_until = NULL
                WHERE intent_id = @intent AND state = 'Intended'
                """,
                ("@intent", intentId),
                ("@cause", abandonment.Cause.ToString()),
                ("@reason", abandonment.Reason),
                ("@at", RecordsDatabase.TimeText(abandonment.At)),
                ("@retry", RecordsDatabase.TimeText(abandonment.RetryAt)));
        });
        return Task.CompletedTask;
    }

    public Task DeclareAsync(string intentId, Declaration declaration, CancellationToken cancellationToken = default)
    {
        database.Write(session =>
        {
            if (Require(session, intentId).State != LedgerState.Bound)
                throw new InvalidOperationException($"Transfer {intentId} is not bound to a broker transfer: abandon it instead.");
            session.Execute(
                """
                UPDATE transfer SET declared_stage = @stage, declared_by = @actor, declared_reason = @reason, declared_at = @at
                WHERE intent_id = @intent AND declared_stage IS NULL
                """,
                ("@intent", intentId),
                ("@stage", declaration.Stage.ToString()),
                ("@actor", declaration.Actor),
                ("@reason", declaration.Reason),
                ("@at", RecordsDatabase.TimeText(declaration.At)));
        });
        return Task.CompletedTask;
    }

    public Task<LedgerTransfer?> FindAsync(string intentId, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => Find(session, intentId)));

    public Task<IReadOnlyList<LedgerTransfer>> ListAsync(string accountId, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<LedgerTransfer>>(database.Read(session => session.Query(
            $"SELECT {LedgerRow.Columns} FROM transfer WHERE account_id = @account ORDER BY created_at, confirmation_number, sequence",
            LedgerRow.Read,
            ("@account", accountId))));

    public Task<IReadOnlyList<SeenStatus>> ListStatusesAsync(string intentId, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<SeenStatus>>(database.Read(session => session.Query(
            "SELECT status, seen_at FROM transfer_status WHERE intent_id = @intent ORDER BY position",
            row => new SeenStatus(new TransferStatus(row.GetString(0)), row.Time(1)),
            ("@intent", intentId))));

    private static LedgerTransfer? Find(RecordsSession session, string intentId) =>
        session.QueryFirst($"SELECT {LedgerRow.Columns} FROM transfer WHERE intent_id = @intent", LedgerRow.Read, ("@intent", intentId));

    private static LedgerTransfer Require(RecordsSession session, string intentId) =>
        Find(session, intentId) ?? throw new InvalidOperationException($"The ledger has no transfer {intentId}: record its intent first.");

    private static void AppendStatus(RecordsSession session, TransferIntent intent, TransferStatus status, DateTimeOffset seenAt)
    {
        var seen = RecordsDatabase.TimeText(seenAt);
        session.Execute(
            "UPDATE transfer SET status = @status, status_seen_at = @seen WHERE intent_id = @intent",
            ("@intent", intent.IntentId),
            ("@status", status.Raw),
            ("@seen", seen));
        session.Execute(
            """
            INSERT INTO transfer_status (intent_id, position, status, seen_at)
            SELECT @intent, COUNT(*) + 1, @status, @seen FROM transfer_status WHERE intent_id = @intent
            """,
            ("@intent", intent.IntentId),
            ("@status", status.Raw),
            ("@seen", seen));
        EndedTotals.Correct(session, intent.ConfirmationNumber);
    }
}
