namespace AccountClosure.Simulation.Mutations;

/// <summary>The guards in the ledger and the fence, which separate late and concurrent executions.</summary>
internal static class RecordsMutations
{
    private static readonly Source TransferLedger = new("Records/TransferLedger.cs");
    private static readonly Source ClosureTracking = new("Records/ClosureTracking.cs");

    private const string Intent = "                RecordIntent";
    private const string Claim = "AND (claimant IS NULL OR claimant = @claimant OR claimed_until <= @now)\n                \"\"\"";
    private const string Release = "WHERE intent_id = @intent AND claimant = @claimant\"";
    private const string Attempt = "                RecordAttempt";
    private const string Abandonment =
        "claimant = NULL, claimed_until = NULL\n                WHERE intent_id = @intent AND state = 'Intended'\n                \"\"\"";
    private const string Declaration = "WHERE intent_id = @intent AND declared_stage IS NULL\n                \"\"\"";
    private const string Save =
        "AND (closure.ended_at IS NULL OR (excluded.ended_at IS NOT NULL AND excluded.phase = closure.phase))\n                \"\"\"";
    private const string Ask = "WHERE confirmation_number = @number AND stopped_at IS NULL AND ended_at IS NULL\"";
    private const string Sale = "sale_asked_at = COALESCE(sale_asked_at, @broker)\"";
    private const string Stop = "WHERE confirmation_number = @number\n                \"\"\"";

    public static IEnumerable<Mutation> All => [.. Ledger, .. Fence];

    private static IEnumerable<Mutation> Ledger =>
    [
        TransferLedger.Sql("an intent that is recorded again has the new amount", Intent, "DO NOTHING",
            "DO UPDATE SET amount_cents = excluded.amount_cents"),
        TransferLedger.Sql("an intent that has ended can be claimed", Claim, "state = 'Intended'", "1 = 1"),
        TransferLedger.Sql("two can hold the claim", Claim, "claimant IS NULL OR", "1 = 1 OR"),
        TransferLedger.Sql("a claim never expires", Claim, "claimed_until <= @now", "(1 = 0 AND claimed_until <= @now)"),
        TransferLedger.Sql("a claim is released by another", Release, "claimant = @claimant", "(1 = 1 OR claimant = @claimant)"),
        TransferLedger.Sql("an attempt can follow the end of an intent", Attempt, "state = 'Intended'", "1 = 1") with
        {
            Survives = "An attempt needs the claim, which no intent has that has ended. The error that follows undoes the write.",
        },
        TransferLedger.Never("an attempt for an intent that has ended is not an error", "transfer.State != LedgerState.Intended"),
        TransferLedger.Sql("an attempt can follow the stop of the closure", Attempt, "closure.stopped_at IS NOT NULL", "1 = 0"),
        TransferLedger.Sql("an attempt can follow the end of the closure", Attempt, "closure.ended_at IS NOT NULL", "1 = 0"),
        TransferLedger.Sql("an attempt can be made without the claim", Attempt, "claimant = @claimant", "(1 = 1 OR claimant = @claimant)"),
        TransferLedger.Sql("an attempt can follow one that it has not seen", Attempt, "COALESCE(attempted_at, '') = COALESCE(@before, '')",
            "(1 = 1 OR attempted_at = @before)"),
        TransferLedger.Sql("an intent can follow the stop of the closure", Intent, "closure.stopped_at IS NOT NULL", "1 = 0"),
        TransferLedger.Never("binding twice is an error", "transfer.BrokerTransferId == brokerTransferId"),
        TransferLedger.Never("an intent can be bound to another transfer", "transfer.BrokerTransferId is not null"),
        TransferLedger.Never("a transfer of two intents is another error", "database.IsDuplicate(failure)"),
        TransferLedger.Replace("a status is recorded of an intent without a transfer", "if (transfer.State != LedgerState.Bound)",
            "if (!PLANTED && transfer.State != LedgerState.Bound)"),
        TransferLedger.Never("an older poll overwrites a later one", "seenAt < transfer.StatusSeenAt"),
        TransferLedger.Never("a transfer that has ended can be in progress again",
            "transfer.Status is { IsFinal: true } && !status.IsFinal"),
        TransferLedger.Never("a transfer that came back can be complete again",
            "transfer.Status is { HasComeBack: true } && status.Stage == TransferStage.Completed"),
        TransferLedger.Never("the same status is recorded again", "transfer.Status == status"),
        TransferLedger.Replace("a late return leaves the totals as they were", "EndedTotals.Correct(",
            "if (!PLANTED) EndedTotals.Correct("),
        TransferLedger.Never("a bound intent can be abandoned without an error", "transfer.State == LedgerState.Bound"),
        TransferLedger.Sql("abandoning overwrites", Abandonment, " AND state = 'Intended'", ""),
        TransferLedger.Never("something is declared of an intent without a transfer",
            "Require(session, intentId).State != LedgerState.Bound"),
        TransferLedger.Sql("a second declaration overwrites the first", Declaration, " AND declared_stage IS NULL", ""),
    ];

    private static IEnumerable<Mutation> Fence =>
    [
        ClosureTracking.Sql("an older phase overwrites a later one", Save, "closure.updated_at <= excluded.updated_at", "1 = 1"),
        ClosureTracking.Sql("a closure that has ended can go on", Save, "closure.ended_at IS NULL OR", "1 = 1 OR"),
        ClosureTracking.Sql("a stopped closure may ask the broker", Ask, " AND stopped_at IS NULL", ""),
        ClosureTracking.Sql("a closure that has ended may ask the broker", Ask, " AND ended_at IS NULL", ""),
        ClosureTracking.Sql("the last sale counts as the first", Sale, "COALESCE(sale_asked_at, @broker)", "@broker"),
        ClosureTracking.Sql("a second stop overwrites the first", Stop, "COALESCE(stopped_by, @actor)", "@actor"),
        ClosureTracking.Sql("a closure that has ended can end otherwise", Save, " AND excluded.phase = closure.phase", ""),
        ClosureTracking.Sql("an end that is told again is a later one", Save, "COALESCE(closure.ended_at, excluded.ended_at)",
            "excluded.ended_at"),
    ];
}
