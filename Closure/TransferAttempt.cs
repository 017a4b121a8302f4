namespace AccountClosure.Closure;

public enum CreateTransferOutcome
{
    /// <summary>The broker has the transfer, and the ledger is bound to it.</summary>
    Exists,

    /// <summary>The transfer may or may not exist: search again later.</summary>
    InDoubt,

    /// <summary>The broker was certainly not asked this time, or did nothing: try again later.</summary>
    NotSent,

    /// <summary>The rolling limit does not leave the amount; the intent has ended.</summary>
    OverLimit,

    /// <summary>The broker refused the transfer; the intent has ended.</summary>
    Refused,

    /// <summary>The account no longer holds the amount; the intent has ended.</summary>
    CashChanged,

    /// <summary>Two transfers match, or it is not certain that one is the intent's: a person decides.</summary>
    Ambiguous,

    /// <summary>
    /// The closure was stopped, and its cleanup finishes the intent. Or the closure ends and no transfer was found, so the intent has
    /// ended.
    /// </summary>
    Stopped,

    /// <summary>A person decided that no transfer is created; the intent has ended.</summary>
    Decided,
}

/// <param name="CreatedAt">Time of creation, UTC, by the broker's clock.</param>
/// <param name="RetryAt">OverLimit: time of the next attempt, UTC, by the broker's clock.</param>
/// <param name="Ambiguity">Ambiguous: what is not certain, for the person who decides.</param>
public sealed record CreateTransferResult(
    CreateTransferOutcome Outcome,
    DateTimeOffset BrokerTime,
    DateTimeOffset? CreatedAt = null,
    TransferStatus? Status = null,
    DateTimeOffset? RetryAt = null,
    string? Ambiguity = null);

/// <summary>Decides how a closure continues after an attempt to create its intended transfer.</summary>
public static class TransferAttempt
{
    public static ClosureState After(this ClosureState state, CreateTransferResult attempt, DateTimeOffset now)
    {
        var open = state.Payout.InDoubt()!;
        return attempt.Outcome switch
        {
            CreateTransferOutcome.Exists => state.Follow(attempt, now),
            CreateTransferOutcome.InDoubt => state.AwaitCertainty(
                open with { InDoubtCount = open.InDoubtCount + 1 },
                now,
                "It is not yet certain whether this transfer, or one of an earlier closure, reached the broker. "
                + "Nothing is sent until that is known."),
            CreateTransferOutcome.NotSent => state.AwaitCertainty(
                open, now, "A transfer could not be sent yet: the broker, or its rate limit, did not take the request in time."),
            CreateTransferOutcome.OverLimit => state.WithoutTransferInDoubt().OverLimit(attempt, now),
            CreateTransferOutcome.CashChanged => state.WithoutTransferInDoubt()
                .RestartFrom(ClosurePhase.Settling, now, "The account's cash changed before a transfer was sent."),
            CreateTransferOutcome.Ambiguous => state.NeedsReview(
                ReviewCode.AmbiguousTransfer,
                now,
                attempt.Ambiguity ?? $"Two transfers of {open.Amount.ForPeople()} could be transfer {open.Sequence}.",
                [open.IntentId]),
            CreateTransferOutcome.Stopped => state.Stopped(now),
            CreateTransferOutcome.Decided => state.WithoutTransferInDoubt().GoOnAtOnce(),
            _ => state.WithoutTransferInDoubt().Refused(open, now),
        };
    }

    private static ClosureState Follow(this ClosureState state, CreateTransferResult attempt, DateTimeOffset now)
    {
        var createdAt = attempt.CreatedAt ?? attempt.BrokerTime;
        var since = BrokerTime.ToOurs(createdAt, attempt.BrokerTime, now);
        var payout = state.Payout.Exists(createdAt, attempt.Status ?? default, since + state.Policy.TransferTimeout);
        return (state with { Payout = payout with { NextTransferAt = RollingLimit.FreeAfter(since) } }).AwaitTransfers(now);
    }

    private static ClosureState AwaitCertainty(this ClosureState state, OpenTransfer open, DateTimeOffset now, string error)
    {
        if (open.IsOverdue(now))
            return state.NeedsReview(ReviewCode.TransferOverdue, now, $"It is not certain whether transfer {open.Sequence} exists.");
        return (state with
        {
            Payout = state.Payout.StillInDoubt(open, now + state.Policy.TransferTimeout),
            LastError = error,
        }).WaitFor(WaitKind.TransferInDoubt, now + open.InDoubtWait(state.Policy));
    }

    // A transfer that uses the limit and is missing from the broker's list stops counting after a day. A limit of the broker that is lower
    // than ours stays.
    private static ClosureState OverLimit(this ClosureState state, CreateTransferResult attempt, DateTimeOffset now)
    {
        var since = state.Payout.LimitRefusedSince ?? now;
        if (now >= since + (2 * RollingLimit.Window))
        {
            return (state with { Payout = state.Payout with { LimitRefusedSince = null } }).NeedsReview(
                ReviewCode.TooManyFailedTransfers, now, "For two days the broker has refused every transfer as over its daily limit.");
        }
        var retryAt = attempt.RetryAt is { } at && at > attempt.BrokerTime
            ? BrokerTime.ToOurs(at, attempt.BrokerTime, now)
            : now + TimeSpan.FromHours(1);
        return (state with { Payout = state.Payout with { LimitRefusedSince = since } }).AwaitLimit(retryAt, now);
    }

    private static ClosureState Refused(this ClosureState state, OpenTransfer open, DateTimeOffset now)
    {
        var again = now + state.Policy.TransferPollInterval;
        return (state with
        {
            Payout = state.Payout with { Failed = state.Payout.Failed + 1, NextTransferAt = again },
            LastError = $"The broker refused transfer {open.Sequence}.",
        }).WaitFor(WaitKind.TransferRetry, again);
    }

    private static ClosureState WithoutTransferInDoubt(this ClosureState state) =>
        state with { Payout = state.Payout.WithoutTransferInDoubt() };
}
