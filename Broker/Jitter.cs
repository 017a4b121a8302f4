namespace AccountClosure.Broker;

/// <summary>Spreads waits, so that clients that failed together do not retry together. The same seed gives the same waits.</summary>
public sealed class Jitter(int seed)
{
    private readonly Lock gate = new();

    // CA5394: no secret depends on the random numbers, and a cryptographic source is not repeatable.
#pragma warning disable CA5394
    private readonly Random random = new(seed);

    /// <summary>A random share of <paramref name="range"/>, from zero up to but not including the whole range.</summary>
    public TimeSpan Share(TimeSpan range)
    {
        lock (gate)
            return range * random.NextDouble();
    }
#pragma warning restore CA5394
}
