namespace AccountClosure.Closure;

/// <summary>The account as it was found when the closure was asked for.</summary>
/// <param name="AccountStatus">Null when the broker does not know the account.</param>
/// <param name="MarketValue">Of the positions, US dollars.</param>
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
    /// <summary>What there is to be paid out, about: prices move until the positions are sold.</summary>
    public Money Worth => Cash + MarketValue;
}

/// <summary>Why a closure is refused. The names are part of the custom status and the records.</summary>
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

    /// <summary>A deposit has not ended: its money may still come, or go back.</summary>
    DepositClearing,
    NegativeBalance,
}

/// <param name="Code">Stable, for programs.</param>
/// <param name="Reason">One sentence, for people.</param>
public sealed record Refusal(RefusalCode Code, string Reason);

/// <summary>What must be true before anything is touched; the first rule that is broken is the reason for the refusal.</summary>
public static class Preconditions
{
    public static Refusal? Check(AccountFindings account, ClosurePolicy policy) => account switch
    {
        { AccountStatus: null } => new(RefusalCode.AccountNotFound, "The broker does not know this account."),
        { AccountStatus: SafetyChecks.Closed } => new(RefusalCode.AccountClosed, "The account is closed already."),
        { AccountStatus: not SafetyChecks.Active } => new(RefusalCode.AccountNotActive, $"The account is {account.AccountStatus}; only an ACTIVE account can be closed."),
        { AccountBlocked: true } => new(RefusalCode.AccountBlocked, "The account is blocked at the broker."),
        { TransfersBlocked: true } => new(RefusalCode.TransfersBlocked, "Transfers of the account are blocked at the broker."),
        { TradingBlocked: true } => new(RefusalCode.TradingBlocked, "Trading in the account is blocked at the broker."),
        { AchRelationshipStatus: null } => new(RefusalCode.AchRelationshipNotFound, "The ACH relationship is not one of this account's."),
        { AchRelationshipStatus: not "APPROVED" } => new(RefusalCode.AchRelationshipNotApproved, $"The ACH relationship is {account.AchRelationshipStatus}; it must be APPROVED."),
        { DepositClearing: true } => new(RefusalCode.DepositClearing, "A deposit is still clearing; ask again when it has ended."),
        _ when policy.IsDebt(account.Cash) => new(RefusalCode.NegativeBalance, "The account's cash is negative."),
        _ => null,
    };
}
