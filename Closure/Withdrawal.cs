namespace AccountClosure.Closure;

/// <summary>Decides how a closure that pays out continues, from its transfers and the account.</summary>
public static class Withdrawal
{
    /// <summary>Whether another transfer may be planned now.</summary>
    public static bool IsTimeForAnother(this ClosureState state, DateTimeOffset now) =>
        state.Payout.Open.Count == 0 || (state.HasRoomForAnother() && !(now < state.Payout.NextTransferAt));

    /// <returns>The state in manual review when an open transfer is past its deadline; otherwise null.</returns>
    public static ClosureState? ReviewOverdueTransfer(this ClosureState state, DateTimeOffset now)
    {
        if (state.Payout.Existing().FirstOrDefault(transfer => transfer.IsOverdue(now)) is not { } late)
            return null;
        bool isKnown = late.Status is not { IsKnown: false };
        return state.NeedsReview(
            ReviewCode.TransferOverdue, now, $"Transfer {late.Sequence} is {late.Status}.", [late.IntentId], canDeclare: !isKnown);
    }

    /// <summary>Returns to the phase in which transfers are created, if the closure waits for the limit.</summary>
    public static ClosureState Withdrawing(this ClosureState state, DateTimeOffset now) =>
        state.Phase == ClosurePhase.Withdrawing ? state : state.Enter(ClosurePhase.Withdrawing, now);

    /// <summary>Counts complete transfers that have come back; the closure pays out their money again.</summary>
    public static ClosureState CountReturns(this ClosureState state, IReadOnlyList<ReturnedTransfer> returned, DateTimeOffset now) =>
        state.Withdrawing(now) with
        {
            Payout = state.Payout.Returned(returned),
            Wait = null,
            LastError = $"Returned after completion: transfer {string.Join(", ", returned.Select(transfer => transfer.Sequence))}.",
        };

    /// <summary>Waits for the next poll, or until the limit leaves something for another transfer, whichever is earlier.</summary>
    public static ClosureState AwaitTransfers(this ClosureState state, DateTimeOffset now)
    {
        var poll = now + state.Policy.TransferPollInterval;
        return state.HasRoomForAnother() && state.Payout.NextTransferAt is { } free && free > now && free < poll
            ? state.WaitFor(WaitKind.DailyLimit, free)
            : state.WaitFor(WaitKind.Transfers, poll);
    }

    /// <param name="freeAt">Time at which the limit leaves something again, UTC, by our clock.</param>
    public static ClosureState AwaitLimit(this ClosureState state, DateTimeOffset freeAt, DateTimeOffset now)
    {
        state = state with { Payout = state.Payout with { NextTransferAt = freeAt } };
        if (state.Payout.Open.Count > 0)
            return state.AwaitTransfers(now);
        var waiting = state.Phase == ClosurePhase.WaitingForNextTransfer ? state : state.Enter(ClosurePhase.WaitingForNextTransfer, now);
        return waiting.WaitForDate(WaitKind.DailyLimit, freeAt, now);
    }

    /// <summary>Waits until the balances show the last transfer.</summary>
    public static ClosureState AwaitBalances(this ClosureState state, WithdrawalAssessment account, DateTimeOffset now)
    {
        state = state with { Deadline = state.Deadline ?? now + state.Policy.TransferTimeout };
        // The broker's dates can be wrong: it may date the last transfer next year.
        return state.IsOverdue(now)
            ? state.NeedsReview(
                ReviewCode.OtherTransferOverdue,
                now,
                $"By the broker's dates, the balances show the last transfer only from {account.BalancesHoldFrom:u}.")
            : state.WaitForDate(WaitKind.Balances, BrokerTime.ToOurs(account.BalancesHoldFrom!.Value, account.BrokerTime, now), now);
    }

    /// <summary>
    /// Waits for pending money that is not the closure's. It can still come back, so the account is not empty before it has arrived.
    /// </summary>
    public static ClosureState AwaitOtherMoney(this ClosureState state, WithdrawalAssessment account, DateTimeOffset now)
    {
        var since = BrokerTime.ToOurs(account.OtherTransfersPendingSince ?? account.BrokerTime, account.BrokerTime, now);
        state = state with { Deadline = state.Deadline ?? (since > now ? since : now) + state.Policy.TransferTimeout };
        return state.IsOverdue(now)
            ? state.NeedsReview(ReviewCode.OtherTransferOverdue, now)
            : state.WaitFor(WaitKind.OtherMoney, now + state.Policy.TransferPollInterval);
    }
}
