namespace AccountClosure.Simulation;

/// <summary>Many seeds, on all processors.</summary>
/// <param name="Failure">The lowest seed that violated an invariant; null when none did.</param>
/// <param name="Told">The run whose story is to be told.</param>
internal sealed record Campaign(int Runs, int Violations, Outcome? Failure, Outcome? Told, long Turns, long Crashes)
{
    /// <summary>Ends early with the first seed that violates an invariant, after those that are under way.</summary>
    public static Campaign Run(long firstSeed, int count, bool tell = false, Action<string>? report = null)
    {
        Lock gate = new();
        Campaign campaign = new(0, 0, null, null, 0, 0);
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (index, loop) =>
        {
            Outcome outcome = Outcome.Of(firstSeed + index, tell && count == 1);
            lock (gate)
            {
                bool isFirst = outcome.Violation is not null && (campaign.Failure is null || outcome.Seed < campaign.Failure.Seed);
                campaign = new Campaign(
                    campaign.Runs + 1,
                    campaign.Violations + (outcome.Violation is null ? 0 : 1),
                    isFirst ? outcome : campaign.Failure,
                    isFirst || (tell && count == 1) ? outcome : campaign.Told,
                    campaign.Turns + outcome.Turns,
                    campaign.Crashes + outcome.Crashes);
                if (campaign.Runs % 100 == 0)
                    report?.Invoke($"{campaign.Runs} seeds …");
            }
            if (outcome.Violation is not null)
                loop.Break();
        });
        return campaign;
    }
}
