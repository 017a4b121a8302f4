namespace AccountClosure.Closure;

/// <summary>What the plan of the next transfer needs to know about the account, at one moment of the broker's clock.</summary>
/// <param name="LimitAvailable">Amount that the rolling 24 hours leave.</param>
/// <param name="LimitFreeAt">Time at which the whole limit is free again; null when it is free.</param>
/// <param name="Returned">Transfers of the closure that were complete and have come back; not yet in the ledger.</param>
/// <param name="OtherTransfersPendingSince">
/// Creation of the oldest transfer or deposit that is not the closure's and has not ended; the current time when only the balances show
/// pending money; null without either.
/// </param>
/// <param name="BalancesHoldFrom">
/// Time until which the balances may not show the latest transfer, by the broker's clock; null without a transfer.
/// </param>
/// <param name="Closed">Whether the broker has closed the account.</param>
/// <param name="EndedAs">
/// Set when the closure was stopped or has ended in the records, so that this instance has no right to continue; null while it has.
/// </param>
/// <param name="LastCompletedAt">
/// Time of the last completion that the closure's state does not have, UTC: of a transfer of an earlier closure, of one made by other
/// means, or of one that a person had declared ended. Null without one.
/// </param>
/// <param name="Forgotten">Transfers of the closure in the ledger that its state does not have.</param>
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
    /// <summary>Amount that may be sent, in whole cents. The cash is its maximum, whatever the broker calls withdrawable.</summary>
    public Money Sendable() => Money.Min(Cash, Withdrawable).TruncatedToCents();
}

public enum WithdrawalDecision
{
    /// <summary>Create a transfer of the amount.</summary>
    Transfer,

    /// <summary>The limit is used up: wait until it is free.</summary>
    WaitForLimit,

    /// <summary>Some cash is not withdrawable: it must settle first.</summary>
    AwaitSettlement,

    /// <summary>A transfer made by other means has not ended: its money may come back.</summary>
    AwaitOtherTransfers,

    /// <summary>A transfer, whoever made it, was created or ended so recently that the balances may not yet show it.</summary>
    AwaitBalances,

    /// <summary>Nothing above the tolerance is left.</summary>
    Done,

    NegativeBalance,
    AccountBlocked,
    AccountClosed,
}

/// <summary>Plan of the next transfer: <c>min(withdrawable, what the limit leaves)</c>, in whole cents, never rounded up.</summary>
/// <param name="Amount">Amount of the transfer; zero with every other decision.</param>
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
            // A part that the limit leaves must be worth a transfer. The whole must go, even if it is as little as the tolerance.
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
