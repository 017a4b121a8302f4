namespace AccountClosure.Closure;

public enum SettlementDecision
{
    /// <summary>The broker has closed the account.</summary>
    AccountClosed,
    AccountBlocked,
    NegativeBalance,

    /// <summary>All cash is withdrawable.</summary>
    Complete,

    /// <summary>Cash is still not withdrawable at the deadline.</summary>
    Overdue,
    Pending,
}

/// <summary>Decides whether all cash has settled. A sale settles one business day after the trade (T+1, SEC rule 15c6-1).</summary>
public static class Settlement
{
    public static SettlementDecision Decide(AccountBalances balances, ClosurePolicy policy, DateTimeOffset? deadline, DateTimeOffset now) =>
        balances switch
        {
            { Closed: true } => SettlementDecision.AccountClosed,
            { Blocked: true } => SettlementDecision.AccountBlocked,
            _ when policy.IsDebt(balances.Cash) => SettlementDecision.NegativeBalance,
            _ when balances.Withdrawable.TruncatedToCents() >= balances.Cash.TruncatedToCents() => SettlementDecision.Complete,
            _ when now >= deadline => SettlementDecision.Overdue,
            _ => SettlementDecision.Pending,
        };
}
