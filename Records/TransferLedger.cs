using System.Data;
using AccountClosure.Closure;
using Dapper;

namespace AccountClosure.Records;

/// <summary>The transfer ledger in the records' database. Its constraints, not this class, keep two intents off one transfer.</summary>
public sealed class TransferLedger(RecordsDatabase database) : ITransferLedger
{
    public Task<LedgerTransfer> RecordIntentAsync(TransferIntent intent, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Write(transaction =>
        {
            transaction.Connection!.Execute(
                """
                INSERT INTO transfer (intent_id, account_id, confirmation_number, sequence, amount_cents, ach_relationship_id,
                                      not_before, created_at, state)
                VALUES (@IntentId, @AccountId, @ConfirmationNumber, @Sequence, @AmountCents, @AchRelationshipId,
                        @NotBefore, @CreatedAt, 'Intended')
                ON CONFLICT (intent_id) DO NOTHING
                """,
                new
                {
                    intent.IntentId,
                    intent.AccountId,
                    intent.ConfirmationNumber,
                    intent.Sequence,
                    AmountCents = intent.Amount.Cents,
                    intent.AchRelationshipId,
                    NotBefore = RecordsDatabase.TimeText(intent.NotBefore),
                    CreatedAt = RecordsDatabase.TimeText(intent.CreatedAt),
                },
                transaction);
            return Require(transaction, intent.IntentId);
        }));

    public Task<bool> TryClaimAsync(
        string intentId, string claimant, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Write(transaction =>
        {
            var claimed = transaction.Connection!.Execute(
                """
                UPDATE transfer SET claimant = @claimant, claimed_until = @until
                WHERE intent_id = @intentId AND state = 'Intended'
                  AND (claimant IS NULL OR claimant = @claimant OR claimed_until <= @now)
                """,
                new { intentId, claimant, now = RecordsDatabase.TimeText(now), until = RecordsDatabase.TimeText(now + lease) },
                transaction);
            if (claimed == 0)
                Require(transaction, intentId);
            return claimed == 1;
        }));

    public Task ReleaseAsync(string intentId, string claimant, CancellationToken cancellationToken = default)
    {
        database.Write(transaction => transaction.Connection!.Execute(
            "UPDATE transfer SET claimant = NULL, claimed_until = NULL WHERE intent_id = @intentId AND claimant = @claimant",
            new { intentId, claimant },
            transaction));
        return Task.CompletedTask;
    }

    public Task RecordAttemptAsync(string intentId, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        database.Write(transaction =>
        {
            var transfer = Require(transaction, intentId);
            if (transfer.AttemptedAt == at)
                return;
            if (transfer.State != LedgerState.Intended)
                throw new InvalidOperationException($"The broker must not be asked again for transfer {intentId}: it is {transfer.State}.");
            transaction.Connection!.Execute(
                "UPDATE transfer SET attempted_at = @at WHERE intent_id = @intentId",
                new { intentId, at = RecordsDatabase.TimeText(at) },
                transaction);
        });
        return Task.CompletedTask;
    }

    public Task BindAsync(
        string intentId, string brokerTransferId, TransferStatus status, DateTimeOffset createdAt, DateTimeOffset seenAt,
        CancellationToken cancellationToken = default)
    {
        database.Write(transaction =>
        {
            var transfer = Require(transaction, intentId);
            if (transfer.BrokerTransferId == brokerTransferId)
                return;
            if (transfer.BrokerTransferId is not null)
                throw new InvalidOperationException($"Transfer {intentId} is bound to another transfer of the broker already.");
            try
            {
                transaction.Connection!.Execute(
                    """
                    UPDATE transfer SET state = 'Bound', broker_transfer_id = @brokerTransferId, broker_created_at = @createdAt,
                                        claimant = NULL, claimed_until = NULL
                    WHERE intent_id = @intentId
                    """,
                    new { intentId, brokerTransferId, createdAt = RecordsDatabase.TimeText(createdAt) },
                    transaction);
            }
            catch (Exception failure) when (database.IsDuplicate(failure))
            {
                throw new InvalidOperationException($"The broker's transfer for {intentId} is bound to another already.", failure);
            }

            AppendStatus(transaction, intentId, status, seenAt);
        });
        return Task.CompletedTask;
    }

    public Task RecordStatusAsync(string intentId, TransferStatus status, DateTimeOffset seenAt, CancellationToken cancellationToken = default)
    {
        database.Write(transaction =>
        {
            var transfer = Require(transaction, intentId);
            if (transfer.State != LedgerState.Bound)
                throw new InvalidOperationException($"Transfer {intentId} has no transfer of the broker whose status could be recorded.");
            if (seenAt < transfer.StatusSeenAt)
                return;
            if (transfer.Status != status)
                AppendStatus(transaction, intentId, status, seenAt);
            else
                NoteStatus(transaction, intentId, status, seenAt);
        });
        return Task.CompletedTask;
    }

    public Task AbandonAsync(string intentId, string reason, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        database.Write(transaction =>
        {
            var transfer = Require(transaction, intentId);
            if (transfer.State == LedgerState.Bound)
                throw new InvalidOperationException($"Transfer {intentId} cannot be abandoned: the broker has it.");
            transaction.Connection!.Execute(
                """
                UPDATE transfer SET state = 'Abandoned', abandon_reason = @reason, abandoned_at = @at, claimant = NULL, claimed_until = NULL
                WHERE intent_id = @intentId AND state = 'Intended'
                """,
                new { intentId, reason, at = RecordsDatabase.TimeText(at) },
                transaction);
        });
        return Task.CompletedTask;
    }

    public Task<LedgerTransfer?> FindAsync(string intentId, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(transaction => Find(transaction, intentId)));

    public Task<IReadOnlyList<LedgerTransfer>> ListAsync(string accountId, CancellationToken cancellationToken = default)
    {
        var rows = database.Read(transaction => transaction.Connection!.Query<LedgerRow>(
            LedgerRow.Select + "WHERE account_id = @accountId ORDER BY created_at, confirmation_number, sequence",
            new { accountId },
            transaction).AsList());
        return Task.FromResult<IReadOnlyList<LedgerTransfer>>([.. rows.Select(row => row.ToTransfer())]);
    }

    public Task<IReadOnlyList<SeenStatus>> ListStatusesAsync(string intentId, CancellationToken cancellationToken = default)
    {
        var rows = database.Read(transaction => transaction.Connection!.Query<(string Status, string SeenAt)>(
            "SELECT status, seen_at FROM transfer_status WHERE intent_id = @intentId ORDER BY position", new { intentId }, transaction).AsList());
        return Task.FromResult<IReadOnlyList<SeenStatus>>(
            [.. rows.Select(row => new SeenStatus(new TransferStatus(row.Status), RecordsDatabase.Time(row.SeenAt)))]);
    }

    private static LedgerTransfer? Find(IDbTransaction transaction, string intentId) =>
        transaction.Connection!.QuerySingleOrDefault<LedgerRow>(
            LedgerRow.Select + "WHERE intent_id = @intentId", new { intentId }, transaction)?.ToTransfer();

    private static LedgerTransfer Require(IDbTransaction transaction, string intentId) =>
        Find(transaction, intentId) ?? throw new InvalidOperationException($"The ledger has no transfer {intentId}: its intent comes first.");

    private static void AppendStatus(IDbTransaction transaction, string intentId, TransferStatus status, DateTimeOffset seenAt)
    {
        NoteStatus(transaction, intentId, status, seenAt);
        transaction.Connection!.Execute(
            """
            INSERT INTO transfer_status (intent_id, position, status, seen_at)
            SELECT @intentId, COUNT(*) + 1, @status, @seenAt FROM transfer_status WHERE intent_id = @intentId
            """,
            new { intentId, status = status.Raw, seenAt = RecordsDatabase.TimeText(seenAt) },
            transaction);
    }

    private static void NoteStatus(IDbTransaction transaction, string intentId, TransferStatus status, DateTimeOffset seenAt) =>
        transaction.Connection!.Execute(
            "UPDATE transfer SET status = @status, status_seen_at = @seenAt WHERE intent_id = @intentId",
            new { intentId, status = status.Raw, seenAt = RecordsDatabase.TimeText(seenAt) },
            transaction);
}
