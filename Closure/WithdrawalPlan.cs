namespace AccountClosure.Closure;

/// <summary>The account as far as paying out is concerned, at one moment of the broker's clock.</summary>
/// <param name="LimitAvailable">What the rolling 24 hours leave.</param>
/// <param name="LimitFreeAt">When the whole limit is free again; null when it is.</param>
/// <param name="Returned">The closure's transfers that were complete and have come back since; not yet in the ledger.</param>
/// <param name="OtherTransfersPendingSince">
/// Creation of the oldest transfer or deposit that is not the closure's and has not ended; the present time when only the balances show
/// pending money; null without either.
/// </param>
/// <param name="BalancesHoldFrom">
/// Until then the balances may not show the latest transfer, by the broker's clock; null without a transfer.
/// </param>
/// <param name="Closed">The broker has closed the account.</param>
/// <param name="EndedAs">The closure was stopped in the records, or has ended there: this instance has no right to go on. Null while it has.</param>
/// <param name="LastCompletedAt">
/// When the last transfer was complete that the closure's state does not know as such, UTC: one of an earlier closure, one made by other
/// means, or one that a person had declared ended. Null without one.
/// </param>
/// <param name="Forgotten">The closure's transfers in the ledger that its state does not know.</param>
public sealed record WithdrawalAssessment(
    Money Cash,
    Money Withdrawable,
    Money LimitAvailable,
    DateTimeOffset? LimitFreeAt,
    DateTimeOffset? OtherTransfersPendingSince,
    IReadOnlyList<ReturnedTransfer> Returned,
    bool Blocked,
    DateTimeOffset BrokerTime,
    DateTimeOffset? BalancesHoldFrom = null,
    bool Closed = false,
    IReadOnlyList<OpenTransfer>? Forgotten = null,
    ClosurePhase? EndedAs = null,
    DateTimeOffset? LastCompletedAt = null)
{
    /// <summary>What may be sent, in whole cents: at most the cash, whatever the broker calls withdrawable.</summary>
    public Money Sendable() => Money.Min(Cash, Withdrawable).TruncatedToCents();
}

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

    /// <summary>A transfer, whoever made it, is so recent or ended so lately that the balances may not show it yet.</summary>
    AwaitBalances,

    /// <summary>Nothing above the tolerance is left.</summary>
    Done,

    NegativeBalance,
    AccountBlocked,
    AccountClosed,
}

/// <summary>What to pay out next: <c>min(withdrawable, what the limit leaves)</c>, in whole cents, never rounded up.</summary>
/// <param name="Amount">Of the transfer; zero with every other decision.</param>
public sealed record WithdrawalPlan(WithdrawalDecision Decision, Money Amount)
{
    public static WithdrawalPlan For(WithdrawalAssessment account, ClosurePolicy policy)
    {
        if (account.Closed)
            return Without(WithdrawalDecision.AccountClosed);
        if (account.Blocked)
            return Without(WithdrawalDecision.AccountBlocked);
        if (account.BalancesHoldFrom is { } from && account.BrokerTime < from)
            return Without(WithdrawalDecision.AwaitBalances);
        if (policy.IsDebt(account.Cash))
            return Without(WithdrawalDecision.NegativeBalance);
        var whole = account.Sendable();
        var isAllWithdrawable = whole >= account.Cash.TruncatedToCents();
        if (policy.MustBeWithdrawn(whole) || (isAllWithdrawable && policy.MustBeWithdrawn(account.Cash)))
        {
            var amount = Money.Min(whole, account.LimitAvailable.TruncatedToCents());
            // A part that the limit leaves must be worth a transfer; the whole is what must go, though it may be as little as the tolerance.
            return amount == whole || amount > policy.CashTolerance
                ? new WithdrawalPlan(WithdrawalDecision.Transfer, amount)
                : Without(WithdrawalDecision.WaitForLimit);
        }
        if (policy.MustBeWithdrawn(account.Cash))
            return Without(WithdrawalDecision.AwaitSettlement);
        return Without(account.OtherTransfersPendingSince is null ? WithdrawalDecision.Done : WithdrawalDecision.AwaitOtherTransfers);
    }

    private static WithdrawalPlan Without(WithdrawalDecision decision) => new(decision, Money.Zero);
}
