namespace AccountClosure.Closure;

/// <summary>Decides how a closure that ends continues, from its orders, its transfers, and the account.</summary>
public static class EndSteps
{
    /// <summary>Waits for the closure's own orders. A sale may still be on its way to the broker.</summary>
    /// <param name="open">Number of open orders; null when the broker refuses to show them.</param>
    /// <param name="arrivesBy">Time by which the last order has reached the broker, UTC.</param>
    /// <returns>Null when the orders have ended and none can still arrive.</returns>
    public static ClosureState? AwaitOwnOrders(this ClosureState state, int? open, DateTimeOffset arrivesBy, DateTimeOffset now)
    {
        if (open == 0 && now >= arrivesBy)
            return null;
        state = state with { Deadline = state.Deadline ?? Later(arrivesBy, now) + state.Policy.LiquidationTimeout };
        if (state.IsOverdue(now))
        {
            return state.NeedsReview(
                ReviewCode.OrdersRemain, now, open is null ? state.LastError : $"{open} orders of the closure are still open.");
        }
        var poll = now + state.Policy.LiquidationPollInterval;
        return state.WaitFor(WaitKind.OwnOrders, open == 0 ? Later(arrivesBy, poll) : poll);
    }

    /// <summary>Waits for the transfers that have not ended; asks a person after the deadline.</summary>
    /// <param name="left">Transfers that have not ended; one or more.</param>
    public static ClosureState AwaitOpenTransfers(this ClosureState state, IReadOnlyList<OpenTransfer> left, DateTimeOffset now)
    {
        state = state with { Deadline = state.Deadline ?? now + state.Policy.TransferTimeout };
        if (state.IsOverdue(now))
        {
            return state.NeedsReview(
                ReviewCode.TransferOverdue,
                now,
                $"{left.Count} transfers have not ended: {string.Join(", ", left.Select(transfer => transfer.Status?.Raw ?? "in doubt"))}.",
                [.. left.Select(transfer => transfer.IntentId)],
                canDeclare: left is [{ Status.IsKnown: false }]);
        }
        return left.Any(transfer => !transfer.Exists())
            ? state.WaitFor(WaitKind.TransferInDoubtBeforeEnd, now + state.Policy.TransferInDoubtWindow)
            : state.WaitFor(WaitKind.TransfersBeforeEnd, now + state.Policy.TransferPollInterval);
    }

    /// <summary>
    /// Waits for a close that the broker may have been asked for: an execution whose result was lost may have sent the request, and a close
    /// takes time.
    /// </summary>
    /// <returns>Null when the broker was not asked, or can no longer close the account.</returns>
    public static ClosureState? AwaitRequestedClose(this ClosureState state, DateTimeOffset now) =>
        state.Ending!.Asked!.CloseAt is { } askedAt && now < askedAt + state.Policy.ClosingTimeout
            ? state.WaitFor(WaitKind.RequestedClose, now + state.Policy.ClosingPollInterval)
            : null;

    /// <summary>Waits until the balances of the closed account show what arrived just before the close.</summary>
    /// <returns>Null when they do.</returns>
    public static ClosureState? AwaitClosedBalances(this ClosureState state, DateTimeOffset now)
    {
        var showAllFrom = state.ClosedSeenAt!.Value + ClosurePolicy.BalanceLag;
        return now >= showAllFrom ? null : state.WaitFor(WaitKind.ClosedAccount, showAllFrom);
    }

    /// <summary>Asks a person about what is left in the closed account.</summary>
    /// <param name="what">What is left, in words.</param>
    public static ClosureState ReviewLeftInAccount(this ClosureState state, LeftInAccount left, string what, DateTimeOffset now)
    {
        var returns = left.Returns > 0 ? " A transfer has come back since the broker was asked to close the account." : "";
        var asked = state.NeedsReview(ReviewCode.ClosedWithAssets, now, $"The account is closed with {what}.{returns}");
        // After the decision the closure asks again for what the broker refuses to show: days may have passed.
        var ending = asked.Ending is { } before ? before with { AssetsRefusedSince = null } : null;
        return asked with { Ending = ending, Review = asked.Review! with { Left = left } };
    }

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
