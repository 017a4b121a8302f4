using AccountClosure.Simulation.World;

namespace AccountClosure.Simulation;

/// <summary>The result of one seed.</summary>
/// <param name="Violation">The invariant that was violated, and how; null if all held.</param>
/// <param name="Story">The story of a run that violated an invariant.</param>
/// <param name="Injected">How often each kind of fault was injected.</param>
internal sealed record Outcome(
    long Seed,
    FaultRates Rates,
    string? Violation,
    IReadOnlyList<string> Story,
    long Episodes,
    int Crashes,
    IReadOnlyDictionary<string, int> Injected)
{
    /// <summary>Runs the seed.</summary>
    /// <param name="records">Where the records are kept in PostgreSQL; null keeps them in SQLite.</param>
    /// <param name="replayed">The share of episodes that start with a replay; chosen by the seed by default.</param>
    public static Outcome From(long seed, bool tell = false, PostgresRecords? records = null, double? replayed = null)
    {
        Course course = Course.From(seed);
        course = course with { Ours = course.Ours with { Replayed = replayed ?? course.Ours.Replayed } };
        using SimulatedWorld world = new(course, records?.NewPlace());
        string? violation = null;
        try
        {
            world.Run();
            violation = world.Violation;
        }
#pragma warning disable CA1031 // Whatever the app or the harness throws at its driver is a finding about this seed.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            violation = $"an error reached the driver: {exception}";
        }
        string[] story = tell || violation is not null ? [.. world.Story.Lines] : [];
        return new Outcome(seed, course.Rates, violation, story, world.Episodes, world.Crashes, world.Injected);
    }
}
