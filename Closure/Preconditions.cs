namespace AccountClosure.Closure;

/// <summary>The account as found when the closure was requested.</summary>
/// <param name="AccountStatus">Null when the broker does not know the account.</param>
/// <param name="MarketValue">Value of the positions, US dollars.</param>
/// <param name="AchRelationshipStatus">Null when the account has no such relationship.</param>
public sealed record AccountFindings(
    string? AccountStatus,
    bool TradingBlocked,
    bool TransfersBlocked,
    bool AccountBlocked,
    string? AchRelationshipStatus,
    bool DepositClearing,
    Money Cash,
    Money MarketValue = default)
{
    /// <summary>Approximate amount to pay out: prices move until the positions are sold.</summary>
    public Money Worth => Cash + MarketValue;
}

/// <summary>Reason for the refusal of a closure. The names are part of the custom status and the records.</summary>
public enum RefusalCode
{
    AccountNotFound,
    AccountClosed,
    AccountNotActive,
    AccountBlocked,
    TransfersBlocked,
    TradingBlocked,
    AchRelationshipNotFound,
    AchRelationshipNotApproved,

    /// <summary>A deposit has not ended: its money may still arrive, or go back.</summary>
    DepositClearing,
    NegativeBalance,
}

/// <param name="Code">Code for programs; it never changes.</param>
/// <param name="Reason">One sentence, for people.</param>
public sealed record Refusal(RefusalCode Code, string Reason);

/// <summary>
/// Conditions that must hold before a closure changes anything. The first one that does not hold is the reason for the refusal.
/// </summary>
public static class Preconditions
{
    public static Refusal? Check(AccountFindings account, ClosurePolicy policy) => account switch
    {
        { AccountStatus: null } => new(RefusalCode.AccountNotFound, "The broker does not know this account."),
        { AccountStatus: SafetyChecks.Closed } => new(RefusalCode.AccountClosed, "The account is already closed."),
        { AccountStatus: not SafetyChecks.Active } => new(
            RefusalCode.AccountNotActive, $"The account is {account.AccountStatus}; only an ACTIVE account can be closed."),
        { AccountBlocked: true } => new(RefusalCode.AccountBlocked, "The account is blocked at the broker."),
        { TransfersBlocked: true } => new(RefusalCode.TransfersBlocked, "Transfers of the account are blocked at the broker."),
        { TradingBlocked: true } => new(RefusalCode.TradingBlocked, "Trading in the account is blocked at the broker."),
        { AchRelationshipStatus: null } => new(RefusalCode.AchRelationshipNotFound, "The account does not have this ACH relationship."),
        { AchRelationshipStatus: not "APPROVED" } => new(
            RefusalCode.AchRelationshipNotApproved, $"The ACH relationship is {account.AchRelationshipStatus}; it must be APPROVED."),
        { DepositClearing: true } => new(
            RefusalCode.DepositClearing, "A deposit is still clearing. Request the closure again once it has cleared."),
        _ when policy.IsDebt(account.Cash) => new(RefusalCode.NegativeBalance, "The account's cash is negative."),
        _ => null,
    };
}
