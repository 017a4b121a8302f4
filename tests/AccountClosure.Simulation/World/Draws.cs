namespace AccountClosure.Simulation.World;

/// <summary>
/// One stream of a seed's random choices. Each subject has its own stream, so that an additional choice about one subject does not
/// change the others.
/// </summary>
internal sealed class Draws
{
    private readonly Random _random;

    public Draws(long seed, string subject)
    {
        // FNV-1a gives the same value on every machine and in every process.
        ulong hash = 14695981039346656037;
        unchecked
        {
            foreach (char letter in $"{seed}/{subject}")
                hash = (hash ^ letter) * 1099511628211;
            _random = new Random((int)(hash ^ (hash >> 32)));
        }
    }

    public bool Chance(double probability) => _random.NextDouble() < probability;

    /// <summary>Draws an integer from the range, including both ends.</summary>
    public int Between(int least, int most) => _random.Next(least, most + 1);

    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * _random.NextDouble());

    /// <summary>Draws a duration of at most <paramref name="longest"/>. Short ones are more frequent than long ones.</summary>
    public TimeSpan MostlyShort(TimeSpan longest)
    {
        double share = _random.NextDouble();
        return longest * (share * share * share * share);
    }

    public decimal Dollars(decimal least, decimal most, int decimals = 2) =>
        decimal.Round(least + ((most - least) * (decimal)_random.NextDouble()), decimals);

    public T OneOf<T>(params ReadOnlySpan<T> values) => values[_random.Next(values.Length)];

    public int Index(int count) => _random.Next(count);
}
