namespace AccountClosure.Closure;

/// <summary>The account as far as paying out is concerned, at one moment of the broker's clock.</summary>
/// <param name="LimitAvailable">What the rolling 24 hours leave.</param>
/// <param name="LimitFreeAt">When the whole limit is free again; null when it is.</param>
/// <param name="Returned">The closure's transfers that were complete and have come back since; not yet in the ledger.</param>
/// <param name="OtherTransfersPendingSince">Creation of the oldest transfer or deposit, not the closure's, that has not ended; null without one.</param>
public sealed record WithdrawalAssessment(
    Money Cash,
    Money Withdrawable,
    Money LimitAvailable,
    DateTimeOffset? LimitFreeAt,
    DateTimeOffset? OtherTransfersPendingSince,
    IReadOnlyList<ReturnedTransfer> Returned,
    bool Blocked,
    DateTimeOffset BrokerTime);

public enum WithdrawalDecision
{
    /// <summary>Create a transfer of the amount.</summary>
    Transfer,

    /// <summary>The limit is used up: wait until it is free.</summary>
    WaitForLimit,

    /// <summary>Cash is there that is not withdrawable: it must settle first.</summary>
    AwaitSettlement,

    /// <summary>A transfer made by other means has not ended: its money may come back.</summary>
    AwaitOtherTransfers,

    /// <summary>Nothing above the tolerance is left.</summary>
    Done,

    NegativeBalance,
    AccountBlocked,
}

/// <summary>What to pay out next: <c>min(withdrawable, what the limit leaves)</c>, in whole cents, never rounded up.</summary>
/// <param name="Amount">Of the transfer; zero with every other decision.</param>
public sealed record WithdrawalPlan(WithdrawalDecision Decision, Money Amount)
{
    public static WithdrawalPlan For(WithdrawalAssessment account, ClosurePolicy policy)
    {
        if (account.Blocked)
            return Without(WithdrawalDecision.AccountBlocked);
        if (account.Cash.IsNegative)
            return Without(WithdrawalDecision.NegativeBalance);
        var whole = account.Withdrawable.TruncatedToCents();
        var isAllWithdrawable = whole >= account.Cash.TruncatedToCents();
        if (policy.MustBePaidOut(account.Withdrawable) || (isAllWithdrawable && policy.MustBePaidOut(account.Cash)))
        {
            var amount = Money.Min(whole, account.LimitAvailable.TruncatedToCents());
            // A part that the limit leaves must be worth a transfer; the whole is what must go, though it may be as little as the tolerance.
            return amount == whole || amount > policy.CashTolerance
                ? new WithdrawalPlan(WithdrawalDecision.Transfer, amount)
                : Without(WithdrawalDecision.WaitForLimit);
        }
        if (policy.MustBePaidOut(account.Cash))
            return Without(WithdrawalDecision.AwaitSettlement);
        return Without(account.OtherTransfersPendingSince is null ? WithdrawalDecision.Done : WithdrawalDecision.AwaitOtherTransfers);
    }

    private static WithdrawalPlan Without(WithdrawalDecision decision) => new(decision, Money.Zero);
}
