namespace AccountClosure.Closure;

/// <summary>The balances of an account at one moment, US dollars.</summary>
/// <param name="Withdrawable">Settled cash that may leave.</param>
/// <param name="Blocked">The broker has blocked the account or its transfers, or the account is not active.</param>
/// <param name="Closed">The broker has closed the account.</param>
public sealed record AccountBalances(Money Cash, Money Withdrawable, bool Blocked, bool Closed = false);
