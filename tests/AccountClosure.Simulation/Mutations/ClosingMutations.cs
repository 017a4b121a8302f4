namespace AccountClosure.Simulation.Mutations;

/// <summary>The guards that keep a sale, a cancel or the close from an account that still holds something.</summary>
internal static class ClosingMutations
{
    private static readonly Source SafetyChecks = new("Closure/SafetyChecks.cs");
    private static readonly Source CloseBrokerAccount = new("Activities/CloseBrokerAccount.cs");
    private static readonly Source FinalizeClosure = new("Orchestrations/FinalizeClosure.orchestrator.cs");
    private static readonly Source ClosurePermit = new("Activities/ClosurePermit.cs");
    private static readonly Source ClosePositions = new("Activities/ClosePositions.cs");
    private static readonly Source CancelOrders = new("Activities/CancelOrders.cs");

    public static IEnumerable<Mutation> All => [.. Checks, .. Close, .. Permit, .. Sale];

    private static IEnumerable<Mutation> Checks =>
    [
        SafetyChecks.Replace(
            "a closed account is not recognized",
            "{ AccountStatus: Closed } =>",
            "{ AccountStatus: Closed } when !PLANTED =>"),
        SafetyChecks.But(
            "an account that is not active may be closed",
            "=> check",
            "check => check.AccountStatus == Closed ? check : check with { AccountStatus = Active }"),
        SafetyChecks.But("a blocked account may be closed", "=> check", "check => check with { Blocked = false }"),
        SafetyChecks.But("open orders are ignored", "=> check", "check => check with { OpenOrders = 0 }"),
        SafetyChecks.But("positions are ignored", "=> check", "check => check with { Positions = 0 }"),
        SafetyChecks.But("a returned transfer is ignored", "=> check", "check => check with { ReturnedAfterCompletion = [] }"),
        SafetyChecks.But("a pending transfer is ignored", "=> check", "check => check with { PendingTransfers = 0 }"),
        SafetyChecks.But("pending money is ignored", "=> check", "check => check with { PendingMoney = Money.Zero }"),
        SafetyChecks.Never("a debt is ignored", "policy.IsDebt(check.Cash)"),
        SafetyChecks.Never("cash above the tolerance is ignored", "policy.MustBeWithdrawn(check.Cash)"),
    ];

    private static IEnumerable<Mutation> Close =>
    [
        FinalizeClosure.Replace("the account has to look empty only once", "bool wasEmptyLongEnough = step",
            "bool wasEmptyLongEnough = PLANTED || step"),
        FinalizeClosure.Replace("a first check that is slow counts", "bool wasTooLateForLong = step",
            "bool wasTooLateForLong = PLANTED || step"),
        CloseBrokerAccount.Never("a closed account is checked", "account.Status == SafetyChecks.Closed"),
        CloseBrokerAccount.Replace("a transfer that is not final does not count", "!HasEndedAlready(transfer)",
            "(!PLANTED && !HasEndedAlready(transfer))"),
        CloseBrokerAccount.Replace("the returns of earlier closures are not looked for", "await ledger.RecordEarlierReturnsAsync(",
            "if (!PLANTED) await ledger.RecordEarlierReturnsAsync("),
        CloseBrokerAccount.Never("the balances are believed right after the end of somebody's transfer",
            "transfer.MayLackInBalances(brokerTime)"),
        CloseBrokerAccount.Always("the end of a transfer in the ledger delays the close", "IsSomebodyElses(transfer)"),
        CloseBrokerAccount.Never("the balances are believed right after a return", "entry.HasJustComeBack(checkedAt)"),
        CloseBrokerAccount.Replace(
            "pending money beyond the transfers is not read",
            "trading.PendingBeyond(transfers.WithoutDeclaredFailed(known))",
            "(PLANTED ? Money.Zero : trading.PendingBeyond(transfers.WithoutDeclaredFailed(known)))"),
        CloseBrokerAccount.Replace(
            "the checks find nothing",
            "SafetyChecks.Evaluate(check, input.Policy)",
            "(PLANTED ? SafetyFinding.Clear : SafetyChecks.Evaluate(check, input.Policy))"),
        CloseBrokerAccount.Never(
            "an account that was closed meanwhile counts as blocked",
            "finding == SafetyFinding.AccountBlocked\n            && (await broker.GetAccountAsync(accountId, "
                + "cancellationToken)).Status == SafetyChecks.Closed"),
        CloseBrokerAccount.Always("any finding lets the account be closed", "finding == SafetyFinding.Clear"),
        CloseBrokerAccount.Replace("the first check closes the account", "&& input.MayClose", "&& (PLANTED || input.MayClose)"),
        CloseBrokerAccount.Replace(
            "the instance is not asked for its permit",
            "if (state is null)",
            "if (PLANTED) state = ClosureState.Begin(input.Request, input.Policy) with { EmptySince = input.EmptySince }; if (state is "
                + "null)"),
        CloseBrokerAccount.Always("the first check of an earlier visit counts",
            "state.EmptySince is { } since && since == input.EmptySince"),
        CloseBrokerAccount.Never(
            "the fence is not asked",
            "!await tracking.TryAskAsync(input.Request.ConfirmationNumber, BrokerRequestKind.Close, now, now, cancellation)"),
        CloseBrokerAccount.Never("the account may be closed long after it was read", "readAt.AtMost > MaxReadAge"),
        CloseBrokerAccount.Always("the request may follow its record by any time", "asked.AtMost <= ClosurePermit.MaxSendDelay"),
        CloseBrokerAccount.Never("a withheld request fails the close", "notSent.Kind == BrokerErrorKind.Withheld"),
        CloseBrokerAccount.Never("a lost answer fails the close", "doubt.Kind == BrokerErrorKind.InDoubt"),
        CloseBrokerAccount.Never("a refusal fails the close", "refusal.Kind is BrokerErrorKind.Refused or BrokerErrorKind.Forbidden"),
    ];

    private static IEnumerable<Mutation> Permit =>
    [
        ClosurePermit.Replace("an instance that has ended has the permit", "if (instance is null ||",
            "if (PLANTED && instance is { IsCompleted: true }) return instance.ReadInputAs<ClosureState>(); if (instance is null ||"),
        ClosurePermit.Never("a suspended instance has the permit", "instance.RuntimeStatus == OrchestrationRuntimeStatus.Suspended"),
        ClosurePermit.But("a cancelled closure has the permit", "instance.ReadInputAs<ClosureState>()",
            "state => state! with { Cancellation = null }"),
        ClosurePermit.But("a closure that ends has the permit", "instance.ReadInputAs<ClosureState>()",
            "state => state! with { Ending = null }"),
        ClosurePermit.Always("another closure of the account has the permit", "state.Request.ConfirmationNumber == confirmationNumber"),
        ClosurePermit.Always("every phase has the permit", "phases.Contains(state.Phase)"),
        ClosurePermit.Always("a request may follow its record by any time", "elapsed.AtMost <= MaxSendDelay"),
    ];

    private static IEnumerable<Mutation> Sale =>
    [
        ClosePositions.Always(
            "the instance is not asked for its permit",
            "await client.IsRunningInAsync(\n                ClosureInstance.IdFor(input.AccountId), input.ConfirmationNumber, "
                + "[ClosurePhase.Liquidating], cancellation)"),
        ClosePositions.Always(
            "the fence is not asked",
            "await tracking.MayAskAsync(time, input.ConfirmationNumber, BrokerRequestKind.Sale, input.BrokerTime, cancellation)"),
        ClosePositions.Never("a lost answer fails the sale", "doubt.Kind is BrokerErrorKind.InDoubt or BrokerErrorKind.Withheld"),
        CancelOrders.Always(
            "the instance is not asked for its permit",
            "await client.IsRunningInAsync(\n                ClosureInstance.IdFor(input.AccountId), input.ConfirmationNumber, "
                + "[ClosurePhase.Liquidating], cancellation)"),
        CancelOrders.Always(
            "the fence is not asked",
            "await tracking.MayAskAsync(time, input.ConfirmationNumber, BrokerRequestKind.CancelOrders, input.BrokerTime, cancellation)"),
        CancelOrders.Never("a lost answer fails the cancellation", "doubt.Kind is BrokerErrorKind.InDoubt or BrokerErrorKind.Withheld"),
    ];
}
