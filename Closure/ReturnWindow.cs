namespace AccountClosure.Closure;

/// <summary>The time after the last complete transfer in which the bank may still send it back; the account stays open meanwhile.</summary>
/// <param name="From">When the last transfer was complete, UTC; null without one.</param>
/// <param name="Until">The end of the window, UTC; null when it is not known yet, or there is none.</param>
public sealed record ReturnWindow(DateTimeOffset? From, DateTimeOffset? Until)
{
    /// <param name="othersCompletedAt">When the last transfer was complete that is not among the closure's completions, UTC; null without one.</param>
    public static ReturnWindow After(Payout payout, DateTimeOffset? othersCompletedAt)
    {
        var from = Later(payout.LastCompletedAt, othersCompletedAt);
        // A later completion, of a transfer made by other means, starts the window again.
        return new(from, from > payout.ReturnsFrom ? null : payout.ReturnsUntil);
    }

    public bool IsOver(DateTimeOffset now) => Until is null || now >= Until;

    /// <summary>When to check for returns again; not after the end of the window.</summary>
    public DateTimeOffset NextPoll(DateTimeOffset now, ClosurePolicy policy)
    {
        var poll = now + policy.ReturnPollInterval;
        return poll < Until ? poll : Until ?? poll;
    }

    private static DateTimeOffset? Later(DateTimeOffset? left, DateTimeOffset? right) => left > right || right is null ? left : right;
}
