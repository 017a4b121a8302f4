namespace AccountClosure.Closure;

/// <summary>What the last look before the close saw, at one moment.</summary>
/// <param name="PendingTransfers">
/// Transfers in either direction without a final status, whoever made them, and those that ended so lately that the balance may not show it.
/// </param>
/// <param name="PendingMoney">On its way in or out by the balances, also when no transfer in the list accounts for it; US dollars.</param>
/// <param name="ReturnedAfterCompletion">Sequences of the closure's transfers that were complete and have come back since.</param>
public sealed record FinalCheck(
    string AccountStatus,
    int OpenOrders,
    int Positions,
    Money Cash,
    int PendingTransfers,
    Money PendingMoney,
    IReadOnlyList<int> ReturnedAfterCompletion,
    bool Blocked);

public enum SafetyFinding
{
    /// <summary>Nothing is left: the account may be closed.</summary>
    Clear,
    AlreadyClosed,
    HoldingsRemain,
    TransferReturned,
    TransferPending,
    CashRemains,
    NegativeBalance,
    AccountBlocked,
}

/// <summary>Never close over money: the rules that must hold at the moment of closing, the first that fails is the finding.</summary>
public static class SafetyChecks
{
    public const string Active = "ACTIVE";
    public const string Closed = "ACCOUNT_CLOSED";

    public static SafetyFinding Evaluate(FinalCheck check, ClosurePolicy policy) => check switch
    {
        { AccountStatus: Closed } => SafetyFinding.AlreadyClosed,
        { AccountStatus: not Active } or { Blocked: true } => SafetyFinding.AccountBlocked,
        { OpenOrders: > 0 } or { Positions: > 0 } => SafetyFinding.HoldingsRemain,
        { ReturnedAfterCompletion.Count: > 0 } => SafetyFinding.TransferReturned,
        { PendingTransfers: > 0 } or { PendingMoney.IsPositive: true } => SafetyFinding.TransferPending,
        _ when policy.IsDebt(check.Cash) => SafetyFinding.NegativeBalance,
        _ when policy.MustBeWithdrawn(check.Cash) => SafetyFinding.CashRemains,
        _ => SafetyFinding.Clear,
    };
}
