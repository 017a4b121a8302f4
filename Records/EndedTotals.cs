using AccountClosure.Closure;

namespace AccountClosure.Records;

/// <summary>
/// Keeps the totals in the tracking row of an ended closure equal to those of the ledger, even when the bank returns a transfer later. The
/// correction is part of the transaction that changes the ledger or ends the closure.
/// </summary>
internal static class EndedTotals
{
    public static void Correct(RecordsSession session, string confirmationNumber)
    {
        var bound = session.Query(
            $"SELECT {LedgerRow.Columns} FROM transfer WHERE confirmation_number = @number AND state = 'Bound'",
            LedgerRow.Read,
            ("@number", confirmationNumber));
        if (bound.Count == 0)
            return;
        var paid = bound
            .Where(transfer => transfer.Stage == TransferStage.Completed)
            .Aggregate(Money.Zero, (sum, transfer) => sum + transfer.Intent.Amount);
        // Write the row even when the closure has not ended: the write waits for a transaction that is ending the closure at the same time.
        session.Execute(
            """
            UPDATE closure SET withdrawn_cents = CASE WHEN ended_at IS NULL THEN withdrawn_cents ELSE @paid END,
                               transfer_count = CASE WHEN ended_at IS NULL THEN transfer_count ELSE @count END
            WHERE confirmation_number = @number
            """,
            ("@number", confirmationNumber),
            ("@paid", paid.Cents),
            ("@count", bound.Count));
    }
}
