using AccountClosure.Simulation.World;

namespace AccountClosure.Simulation;

/// <summary>Many seeds, on all processors.</summary>
/// <param name="Failures">The seeds that violated an invariant, the lowest first.</param>
/// <param name="Told">The run whose story is told.</param>
/// <param name="Injected">How often each kind of fault was injected.</param>
internal sealed record Campaign(
    int Runs, IReadOnlyList<Outcome> Failures, Outcome? Told, long Episodes, long Crashes, IReadOnlyDictionary<string, long> Injected)
{
    /// <summary>The lowest seed that violated an invariant; null if none did.</summary>
    public Outcome? Failure => Failures.Count > 0 ? Failures[0] : null;

    /// <summary>Ends early after the first seed that violates an invariant and those that already run, unless it must continue.</summary>
    /// <param name="tell">Whether to tell the story of a single seed even if it held every invariant.</param>
    /// <param name="goOn">Whether to run all seeds.</param>
    /// <param name="records">Where the records are kept in PostgreSQL; null keeps them in SQLite.</param>
    public static Campaign Run(
        long firstSeed,
        int count,
        bool tell = false,
        bool goOn = false,
        PostgresRecords? records = null,
        Action<string>? report = null)
    {
        Lock gate = new();
        int runs = 0;
        long episodes = 0, crashes = 0;
        Outcome? last = null;
        SortedDictionary<long, Outcome> failures = [];
        SortedDictionary<string, long> injected = new(StringComparer.Ordinal);
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (index, loop) =>
        {
            Outcome outcome = Outcome.From(firstSeed + index, tell && count == 1, records);
            lock (gate)
            {
                last = outcome;
                episodes += outcome.Episodes;
                crashes += outcome.Crashes;
                foreach ((string kind, int times) in outcome.Injected)
                    injected[kind] = injected.GetValueOrDefault(kind) + times;
                if (outcome.Violation is not null)
                    failures.Add(outcome.Seed, failures.Count > 0 && goOn ? outcome with { Story = [] } : outcome);
                if (++runs % 100 == 0)
                    report?.Invoke($"{runs} seeds …");
            }
            if (outcome.Violation is not null && !goOn)
                loop.Break();
        });
        return new Campaign(
            runs,
            [.. failures.Values],
            tell && count == 1 ? last : failures.Values.FirstOrDefault(),
            episodes,
            crashes,
            injected);
    }
}
