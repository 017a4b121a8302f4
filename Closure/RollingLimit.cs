namespace AccountClosure.Closure;

/// <summary>
/// The limit on what may leave in any 24 hours, whoever sends it. Every transfer that was created counts, also one that was then
/// rejected or returned: waiting a day too long is harmless, being over the limit is not.
/// </summary>
public static class RollingLimit
{
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    /// <summary>
    /// The broker's clock and its time stamps may be of several machines: what it dates a little before another moment can be after it.
    /// </summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    /// <summary>What may still be created at <paramref name="now"/> (the broker's time); never negative.</summary>
    public static Money Available(IEnumerable<BrokerTransfer> transfers, Money limit, DateTimeOffset now) =>
        Money.Max(Money.Zero, limit - Counting(transfers, now).Aggregate(Money.Zero, (sum, transfer) => sum + transfer.Amount));

    /// <summary>When the whole limit is free again, if nothing more is created; null when it is free now.</summary>
    public static DateTimeOffset? FreeAt(IEnumerable<BrokerTransfer> transfers, DateTimeOffset now) =>
        Counting(transfers, now).Max(transfer => (DateTimeOffset?)transfer.CreatedAt) is { } last ? FreeAfter(last) : null;

    /// <summary>When a transfer that was created at <paramref name="createdAt"/> counts no more.</summary>
    public static DateTimeOffset FreeAfter(DateTimeOffset createdAt) => createdAt + Window + ClockTolerance + Instant;

    // A transfer exactly 24 hours old still counts: no reading of "24 hours" can then find us over the limit.
    private static IEnumerable<BrokerTransfer> Counting(IEnumerable<BrokerTransfer> transfers, DateTimeOffset now) =>
        transfers.Where(transfer => transfer.CreatedAt + Window + ClockTolerance >= now);

    private static readonly TimeSpan Instant = TimeSpan.FromSeconds(1);
}
