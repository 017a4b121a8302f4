namespace AccountClosure.Closure;

/// <summary>
/// Limit on what may leave an account in any 24 hours, whoever sends it. Every created transfer counts, even if it was then rejected or
/// returned: waiting a day too long is harmless, and exceeding the limit is not.
/// </summary>
public static class RollingLimit
{
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    /// <summary>
    /// Tolerance for the broker's clock and its time stamps, which may come from different machines: an event that is dated a little before
    /// a moment can come after it.
    /// </summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    /// <summary>Amount that may still be created at <paramref name="now"/>, by the broker's clock; never negative.</summary>
    public static Money Available(IEnumerable<BrokerTransfer> transfers, Money limit, DateTimeOffset now) =>
        Money.Max(Money.Zero, limit - Counting(transfers, now).Aggregate(Money.Zero, (sum, transfer) => sum + transfer.Amount));

    /// <summary>Time at which the whole limit is free again if nothing more is created; null when it is free now.</summary>
    public static DateTimeOffset? FreeAt(IEnumerable<BrokerTransfer> transfers, DateTimeOffset now) =>
        Counting(transfers, now).Max(transfer => (DateTimeOffset?)transfer.CreatedAt) is { } last ? FreeAfter(last) : null;

    /// <summary>Time at which a transfer that was created at <paramref name="createdAt"/> no longer counts.</summary>
    public static DateTimeOffset FreeAfter(DateTimeOffset createdAt) => createdAt + Window + ClockTolerance + Instant;

    // A transfer that is exactly 24 hours old still counts, so that we are within the limit by every reading of "24 hours".
    private static IEnumerable<BrokerTransfer> Counting(IEnumerable<BrokerTransfer> transfers, DateTimeOffset now) =>
        transfers.Where(transfer => transfer.CreatedAt + Window + ClockTolerance >= now);

    private static readonly TimeSpan Instant = TimeSpan.FromSeconds(1);
}
