using System.Data.Common;
using AccountClosure.Closure;

namespace AccountClosure.Records;

/// <summary>Reads a row of the ledger.</summary>
internal static class LedgerRow
{
    public const string Columns =
        """
        intent_id, account_id, confirmation_number, sequence, amount_cents, ach_relationship_id, not_before, created_at,
        state, attempted_at, broker_transfer_id, broker_created_at, status, status_seen_at,
        abandon_cause, abandon_reason, abandoned_at, retry_at,
        declared_stage, declared_by, declared_reason, declared_at
        """;

    public static LedgerTransfer Read(DbDataReader row) => new(
        new TransferIntent(
            row.GetString(0),
            row.GetString(1),
            row.GetString(2),
            row.GetInt32(3),
            Money.FromCents(row.GetInt64(4)),
            row.GetString(5),
            row.Time(6),
            row.Time(7)),
        Enum.Parse<LedgerState>(row.GetString(8)),
        row.OptionalTime(9),
        row.OptionalText(10),
        row.OptionalTime(11),
        row.IsDBNull(12) ? null : new TransferStatus(row.GetString(12)),
        row.OptionalTime(13),
        row.IsDBNull(14)
            ? null
            : new Abandonment(Enum.Parse<AbandonCause>(row.GetString(14)), row.GetString(15), row.Time(16), row.OptionalTime(17)),
        row.IsDBNull(18)
            ? null
            : new Declaration(Enum.Parse<DeclaredStage>(row.GetString(18)), row.GetString(19), row.GetString(20), row.Time(21)));
}
