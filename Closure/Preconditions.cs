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

/// <param name="Code">Stable, for programs.</param>
/// <param name="Reason">One sentence, for people.</param>
public sealed record Refusal(string Code, string Reason);

/// <summary>What must be true before anything is touched; the first rule that is broken is the reason for the refusal.</summary>
public static class Preconditions
{
    public const string AccountNotFound = "AccountNotFound";

    public static Refusal? Check(AccountFindings account) => account switch
    {
        { AccountStatus: null } => new(AccountNotFound, "The broker does not know this account."),
        { AccountStatus: SafetyChecks.Closed } => new("AccountClosed", "The account is closed already."),
        { AccountStatus: not SafetyChecks.Active } => new("AccountNotActive", $"The account is {account.AccountStatus}; only an ACTIVE account can be closed."),
        { AccountBlocked: true } => new("AccountBlocked", "The account is blocked at the broker."),
        { TransfersBlocked: true } => new("TransfersBlocked", "Transfers of the account are blocked at the broker."),
        { TradingBlocked: true } => new("TradingBlocked", "Trading in the account is blocked at the broker."),
        { AchRelationshipStatus: null } => new("AchRelationshipNotFound", "The ACH relationship is not one of this account's."),
        { AchRelationshipStatus: not "APPROVED" } => new("AchRelationshipNotApproved", $"The ACH relationship is {account.AchRelationshipStatus}; it must be APPROVED."),
        { DepositClearing: true } => new("DepositClearing", "A deposit is still clearing; ask again when it has ended."),
        { Cash.IsNegative: true } => new("NegativeBalance", "The account's cash is negative."),
        _ => null,
    };
}
