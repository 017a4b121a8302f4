namespace AccountClosure.Closure;

/// <summary>The balances of an account at one moment, US dollars.</summary>
/// <param name="Withdrawable">Settled cash that may leave the account.</param>
/// <param name="Blocked">Whether the broker has blocked the account or its transfers, or the account is not active.</param>
/// <param name="Closed">Whether the broker has closed the account.</param>
public sealed record AccountBalances(Money Cash, Money Withdrawable, bool Blocked, bool Closed = false);
