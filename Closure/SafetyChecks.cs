namespace AccountClosure.Closure;

/// <summary>What the last check before the close saw.</summary>
/// <param name="PendingTransfers">
/// Number of transfers in either direction without a final status, whoever made them, plus those that ended so recently that the balance
/// may not show it.
/// </param>
/// <param name="PendingMoney">
/// Money on its way in or out by the balances, including money that no listed transfer explains; US dollars.
/// </param>
/// <param name="ReturnedAfterCompletion">Sequence numbers of the closure's transfers that were complete and have come back.</param>
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

/// <summary>
/// Rules that must hold at the moment of the close, so that no account with money in it is closed. The first rule that fails is the
/// finding.
/// </summary>
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
