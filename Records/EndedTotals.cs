using AccountClosure.Closure;

namespace AccountClosure.Records;

/// <summary>
/// The totals in the tracking row of a closure that has ended are the ledger's, also when a transfer comes back later: they are written in one
/// transaction with what changes them.
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
        var paid = bound.Where(transfer => transfer.Stage == TransferStage.Completed).Aggregate(Money.Zero, (sum, transfer) => sum + transfer.Intent.Amount);
        // Each row is written, ended or not: a transaction that is ending the closure right now is waited for.
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
