namespace AccountClosure.Simulation.Mutations;

/// <summary>The guards that decide whether, when and how much money is sent.</summary>
internal static class TransferMutations
{
    private static readonly Source CreateTransfer = new("Activities/CreateTransfer.cs");
    private static readonly Source AlpacaBroker = new("Broker/AlpacaBroker.cs");
    private static readonly Source BrokerClock = new("Activities/BrokerClock.cs");
    private static readonly Source BrokerConnection = new("Broker/BrokerConnection.cs");
    private static readonly Source AssessWithdrawal = new("Activities/AssessWithdrawal.cs");
    private static readonly Source Withdrawal = new("Closure/Withdrawal.cs");
    private static readonly Source ReturnWindow = new("Closure/ReturnWindow.cs");
    private static readonly Source ClosureState = new("Closure/ClosureState.cs");
    private static readonly Source BrokerRetry = new("Broker/BrokerRetry.cs");
    private static readonly Source TransferMatch = new("Closure/TransferMatch.cs");
    private static readonly Source RollingLimit = new("Closure/RollingLimit.cs");
    private static readonly Source WithdrawalPlan = new("Closure/WithdrawalPlan.cs");

    public static IEnumerable<Mutation> All => [.. Creation, .. Listing, .. Returns, .. FarDates, .. Match, .. Limit, .. Plan];

    private static IEnumerable<Mutation> Creation =>
    [
        CreateTransfer.Never("a second execution does not need the claim",
            "!await ledger.TryClaimAsync(input.IntentId, claimant, clock.Now, Lease, cancellationToken)"),
        CreateTransfer.Never("an intent that has ended is created again", "known.State != LedgerState.Intended"),
        CreateTransfer.But(
            "the intents of other closures are not known",
            "entry is { State: LedgerState.Intended, AttemptedAt: not null })\n            .ToList()",
            "_ => []"),
        CreateTransfer.Always(
            "an ended intent of another closure counts as in doubt",
            "entry is { State: LedgerState.Intended, AttemptedAt: not null }"),
        CreateTransfer.But(
            "a transfer of another intent is adopted",
            "ledgered.Select(entry => entry.BrokerTransferId).OfType<string>()",
            "_ => []"),
        CreateTransfer.Never(
            "a transfer is adopted that another closure may have created",
            "match.Kind != TransferMatchKind.None && others.Any(other => IsAlike(known.Intent, other.Intent))"),
        CreateTransfer.Never("an ambiguous match creates another transfer", "match.Kind == TransferMatchKind.Ambiguous"),
        CreateTransfer.Never(
            "nobody is asked about a transfer that an old intent did not ask for",
            "match.Kind != TransferMatchKind.None\n                && clock.Now >= known.Intent.NotBefore + "
                + "RollingLimit.ClockTolerance + input.InDoubtWindow"),
        CreateTransfer.Never("the broker's transfer is not adopted", "match is { Kind: TransferMatchKind.One, Transfer: { } found }"),
        CreateTransfer.Never("the in-doubt window is ignored",
            "known.AttemptedAt is { } attemptedAt && clock.Now < attemptedAt + input.InDoubtWindow"),
        CreateTransfer.Replace("a closure that ends creates the transfer", "if (input.FindOnly)", "if (!PLANTED && input.FindOnly)"),
        CreateTransfer.Never("another closure's intent does not delay the transfer", "others.Count > 0"),
        CreateTransfer.Replace("a bound transfer that the list does not show is not counted", "transfers.Outgoing().Including(ledgered)",
            "(PLANTED ? transfers.Outgoing() : transfers.Outgoing().Including(ledgered))"),
        CreateTransfer.Never("the limit is not checked again",
            "RollingLimit.Available(outgoing, input.DailyTransferLimit, clock.Now) < amount"),
        CreateTransfer.Replace("the cash is not checked again", " < amount\n            ? await Abandon(",
            " < (PLANTED ? Money.Zero : amount)\n            ? await Abandon("),
        CreateTransfer.Replace("cash that is not withdrawable counts", "Money.Min(account.Cash, account.CashWithdrawable)",
            "(PLANTED ? account.Cash : Money.Min(account.Cash, account.CashWithdrawable))"),
        CreateTransfer.Never("the instance is not asked for its permit",
            "!await client.IsRunningInAsync(input.InstanceId, input.ConfirmationNumber, Phases, cancellation)"),
        CreateTransfer.Always("a closure in another phase counts as stopped", "await IsStopped(input, client, cancellation)"),
        CreateTransfer.Never("a stopped closure counts as in doubt",
            "await client.GetInstanceAsync(input.InstanceId, cancellationToken) is null or { IsCompleted: true }"),
        BrokerClock.Replace("a clock that is set ends the doubt", "ReadAt + Elapsed.AtLeast",
            "ReadAt + (PLANTED ? Elapsed.AtMost : Elapsed.AtLeast)"),
        BrokerClock.Replace("a pause of the machine is not noticed", "ReadAt + Elapsed.AtMost",
            "ReadAt + (PLANTED ? Elapsed.AtLeast : Elapsed.AtMost)"),
        CreateTransfer.Never("a transfer may be created long after the account was read", "!clock.IsWithin(MaxReadAge, listedAt)"),
        CreateTransfer.Never("the claim is not renewed before the request",
            "!await ledger.TryClaimAsync(input.IntentId, claimant, clock.Now, Lease, cancellation)") with
        {
            Survives = "The record of the attempt needs the claim, and whoever claims the intent after it waits because of the attempt.",
        },
        CreateTransfer.Always("an attempt that the ledger refused is made", "attempt == AttemptResult.Recorded"),
        CreateTransfer.Always("a request may follow its attempt by any time", "clock.IsWithin(ClosurePermit.MaxSendDelay, attemptedAt)"),
        CreateTransfer.Replace("a refusal counts as in doubt", "catch (BrokerRefusedException refusal)",
            "catch (BrokerRefusedException refusal) when (!PLANTED)"),
        CreateTransfer.Never("the broker's limit counts as a refusal", "refusal.IsTransferLimit()"),
        CreateTransfer.Replace(
            "a lost answer counts as a refusal",
            "catch (BrokerException failure)\n        {",
            "catch (BrokerException failure)\n        {\n            if (PLANTED) return await Abandon(input, AbandonCause.Refused, "
                + "failure.Message, clock.ReadAt, null, cancellationToken);"),
        BrokerConnection.Never("any status below 500 is a refusal of a transfer", "request.SendsMoney"),
        BrokerRetry.Replace(
            "a request that changes something is sent again after a 429",
            "(kind == BrokerErrorKind.RateLimited && request.IsRead)",
            "(kind == BrokerErrorKind.RateLimited && (PLANTED || request.IsRead))"),
        CreateTransfer.Replace("an intent that was never sent adopts the customer's transfer", "&& !isUnasked)",
            "&& (PLANTED || !isUnasked))"),
        CreateTransfer.Never("a balance is believed right after the end of somebody's transfer", "transfer.MayLackInBalances(clock.Now)"),
        CreateTransfer.Always("the end of the closure's own transfer makes the balance old", "!IsOwn(transfer)"),
        AssessWithdrawal.But(
            "a plan is made right after the end of somebody's transfer",
            "transfers.Select(transfer => (DateTimeOffset?)transfer.ChangedBalancesAt())", "_ => []"),
        CreateTransfer.Replace("a balance is believed right after somebody's transfer", "return isBalanceOld ||",
            "return (isBalanceOld && !PLANTED) ||"),
    ];

    private static IEnumerable<Mutation> Listing =>
    [
        AlpacaBroker.Replace("a list that shifted while it was read counts as whole", "new TransferPass(IsWhole: false,",
            "new TransferPass(IsWhole: PLANTED,"),
        AlpacaBroker.Never("the list of a broker that knows no offset has no end", "first is null && repeated?.SetEquals(ids) == true"),
        AlpacaBroker.Replace(
            "a transfer keeps the status that it was first listed with",
            "transfers[transfer.Id] = transfer.ToTransfer();",
            "{ if (!PLANTED || !transfers.ContainsKey(transfer.Id)) transfers[transfer.Id] = transfer.ToTransfer(); }"),
    ];

    private static IEnumerable<Mutation> Returns =>
    [
        AssessWithdrawal.Replace(
            "the time for returns begins with the closure's own transfers only",
            "transfer is { Direction: TransferDirection.Outgoing, Status.Stage: TransferStage.Completed }",
            "!PLANTED && transfer is { Direction: TransferDirection.Outgoing, Status.Stage: TransferStage.Completed }"),
        AssessWithdrawal.Always("a transfer that settles later begins the time for returns anew", "!seen.Contains(transfer.Id)"),
        ReturnWindow.Never("a later completion does not begin the time for returns anew", "from > payout.ReturnsFrom"),
    ];

    private static IEnumerable<Mutation> FarDates =>
    [
        ClosureState.Always("the broker's dates are believed however far ahead", "date < now + ClosurePolicy.LongestWait"),
        Withdrawal.Replace(
            "nobody is asked about a transfer that is dated far ahead",
            "state.Deadline ?? now + state.Policy.TransferTimeout",
            "(PLANTED ? null : state.Deadline) ?? now + state.Policy.TransferTimeout"),
    ];

    private static IEnumerable<Mutation> Match =>
    [
        TransferMatch.Always("the bank is ignored", "string.Equals(named, achRelationshipId, StringComparison.OrdinalIgnoreCase)"),
        TransferMatch.Replace("a transfer without a bank is nobody's", ": !transfer.IsWire", ": !PLANTED && !transfer.IsWire"),
        TransferMatch.Replace("a transfer without a bank is adopted", "TransferMatchKind.Ambiguous, unnamed",
            "PLANTED ? TransferMatchKind.One : TransferMatchKind.Ambiguous, unnamed"),
        TransferMatch.Always("the amount is ignored", "transfer.Amount == amount"),
        TransferMatch.Always("the time of creation is ignored", "transfer.CreatedAt >= notBefore"),
        TransferMatch.Always("a transfer matches that is bound to another intent", "!boundToOthers.Contains(transfer.Id)"),
        TransferMatch.Replace(
            "the first of two matches is adopted", "_ => new TransferMatch(TransferMatchKind.Ambiguous, null)",
            "_ => PLANTED ? new TransferMatch(TransferMatchKind.One, candidates[0]) "
                + ": new TransferMatch(TransferMatchKind.Ambiguous, null)"),
        TransferMatch.Always("intents of different amounts are alike", "amount == otherAmount"),
        TransferMatch.Always("intents for different banks are alike",
            "string.Equals(achRelationshipId, otherRelationshipId, StringComparison.OrdinalIgnoreCase)"),
    ];

    private static IEnumerable<Mutation> Limit =>
    [
        RollingLimit.Replace("what remains of the limit can be negative", "Money.Max(Money.Zero,",
            "Money.Max(PLANTED ? new Money(-1e9m) : Money.Zero,"),
        RollingLimit.Replace("no transfer counts", ".Aggregate(", ".But(PLANTED, _ => []).Aggregate("),
        RollingLimit.Replace("the limit is free with the first transfer",
            "Counting(transfers, now).Max(transfer => (DateTimeOffset?)transfer.CreatedAt)",
            "(PLANTED ? Counting(transfers, now).Min(transfer => (DateTimeOffset?)transfer.CreatedAt) : Counting(transfers, "
                + "now).Max(transfer => (DateTimeOffset?)transfer.CreatedAt))"),
        RollingLimit.Replace("the limit is free while the transfer still counts", "createdAt + Window + ClockTolerance + Instant",
            "createdAt + Window + ClockTolerance + (PLANTED ? TimeSpan.Zero : Instant)"),
        RollingLimit.Replace("the broker's machines share one clock", "transfer.CreatedAt + Window + ClockTolerance >= now",
            "transfer.CreatedAt + Window + (PLANTED ? TimeSpan.Zero : ClockTolerance) >= now"),
    ];

    private static IEnumerable<Mutation> Plan =>
    [
        WithdrawalPlan.Replace("more than the cash is sendable", "Money.Min(Cash, Withdrawable)",
            "(PLANTED ? Withdrawable : Money.Min(Cash, Withdrawable))"),
        WithdrawalPlan.Replace("a fraction of a cent is sendable", ".TruncatedToCents();\n}",
            ".But(!PLANTED, cash => cash.TruncatedToCents());\n}"),
        WithdrawalPlan.Replace("a closed account is paid out", "if (account.Closed)", "if (!PLANTED && account.Closed)"),
        WithdrawalPlan.Replace("a blocked account is paid out", "if (account.Blocked)", "if (!PLANTED && account.Blocked)"),
        WithdrawalPlan.Never("balances are believed that may lag", "account.BalancesHoldFrom is { } from && account.BrokerTime < from"),
        WithdrawalPlan.Never("a debt is not noticed", "policy.IsDebt(account.Cash)"),
        WithdrawalPlan.Replace("unsettled cash counts as withdrawable", "|| (isAllWithdrawable &&",
            "|| ((PLANTED || isAllWithdrawable) &&"),
        WithdrawalPlan.Replace("the limit does not bound the amount", "Money.Min(whole, account.LimitAvailable.TruncatedToCents())",
            "(PLANTED ? whole : Money.Min(whole, account.LimitAvailable.TruncatedToCents()))"),
        WithdrawalPlan.Always("a part as little as the tolerance is sent", "amount == whole || amount > policy.CashTolerance"),
        WithdrawalPlan.Replace("unsettled cash is left behind", "if (policy.MustBeWithdrawn(account.Cash))",
            "if (!PLANTED && policy.MustBeWithdrawn(account.Cash))"),
        WithdrawalPlan.Always("transfers made by others are not waited for", "account.OtherTransfersPendingSince is null"),
    ];
}
