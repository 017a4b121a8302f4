using AccountClosure.Closure;

namespace AccountClosure.Records;

/// <summary>A row of the ledger as the database gives it.</summary>
internal sealed record LedgerRow(
    string IntentId,
    string AccountId,
    string ConfirmationNumber,
    long Sequence,
    long AmountCents,
    string AchRelationshipId,
    string NotBefore,
    string CreatedAt,
    string State,
    string? AttemptedAt,
    string? BrokerTransferId,
    string? BrokerCreatedAt,
    string? Status,
    string? StatusSeenAt,
    string? AbandonReason)
{
    public const string Select =
        """
        SELECT intent_id AS IntentId, account_id AS AccountId, confirmation_number AS ConfirmationNumber, sequence AS Sequence,
               amount_cents AS AmountCents, ach_relationship_id AS AchRelationshipId, not_before AS NotBefore,
               created_at AS CreatedAt, state AS State, attempted_at AS AttemptedAt, broker_transfer_id AS BrokerTransferId,
               broker_created_at AS BrokerCreatedAt, status AS Status, status_seen_at AS StatusSeenAt, abandon_reason AS AbandonReason
        FROM transfer

        """;

    public LedgerTransfer ToTransfer() => new(
        new TransferIntent(
            IntentId,
            AccountId,
            ConfirmationNumber,
            (int)Sequence,
            Money.FromCents(AmountCents),
            AchRelationshipId,
            RecordsDatabase.Time(NotBefore),
            RecordsDatabase.Time(CreatedAt)),
        Enum.Parse<LedgerState>(State),
        RecordsDatabase.OptionalTime(AttemptedAt),
        BrokerTransferId,
        RecordsDatabase.OptionalTime(BrokerCreatedAt),
        Status is null ? null : new TransferStatus(Status),
        RecordsDatabase.OptionalTime(StatusSeenAt),
        AbandonReason);
}
