namespace AccountClosure.Broker;

/// <summary>Spreads waits so that clients that failed together don't come back together. The same seed gives the same waits.</summary>
public sealed class Jitter(int seed)
{
    private readonly Lock gate = new();

    // CA5394: nothing secret depends on it, and a cryptographic source could not be repeated.
#pragma warning disable CA5394
    private readonly Random random = new(seed);

    /// <summary>A share of <paramref name="range"/> from none of it to nearly all.</summary>
    public TimeSpan Share(TimeSpan range)
    {
        lock (gate)
            return range * random.NextDouble();
    }
#pragma warning restore CA5394
}
