namespace AccountClosure.Closure;

/// <summary>
/// Time after the last complete transfer during which the bank may still send it back; the account stays open until its end.
/// </summary>
/// <param name="From">Time at which the last transfer was complete, UTC; null without one.</param>
/// <param name="Until">End of the window, UTC; null when it is not yet known or there is none.</param>
public sealed record ReturnWindow(DateTimeOffset? From, DateTimeOffset? Until)
{
    /// <param name="othersCompletedAt">Time of the last completion that is not among the closure's own, UTC; null without one.</param>
    public static ReturnWindow After(Payout payout, DateTimeOffset? othersCompletedAt)
    {
        var from = Later(payout.LastCompletedAt, othersCompletedAt);
        // A later completion, of a transfer made by other means, starts the window again.
        return new(from, from > payout.ReturnsFrom ? null : payout.ReturnsUntil);
    }

    public bool IsOver(DateTimeOffset now) => Until is null || now >= Until;

    /// <summary>Time of the next check for returns, which is not after the end of the window.</summary>
    public DateTimeOffset NextPoll(DateTimeOffset now, ClosurePolicy policy)
    {
        var poll = now + policy.ReturnPollInterval;
        return poll < Until ? poll : Until ?? poll;
    }

    private static DateTimeOffset? Later(DateTimeOffset? left, DateTimeOffset? right) => left > right || right is null ? left : right;
}
