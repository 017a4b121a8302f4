namespace AccountClosure.Simulation.World;

/// <summary>The unusual conditions on the app's side in one run, in addition to <see cref="FaultRates"/>.</summary>
/// <param name="HostAhead">How far the clock of the second host is ahead of the first one's; zero for a single host.</param>
/// <param name="Interleaving">The share of requests to the broker, and of writes to a store, that another actor precedes.</param>
/// <param name="Replayed">The share of episodes that start with a replay; for the others the orchestrator stays in memory.</param>
internal sealed record OurConditions(TimeSpan HostAhead, double Interleaving, double Replayed)
{
    public const string Explanation =
        "One of six seeds has a second host whose clock differs by up to 90 seconds; in one of six, somebody acts just before a change "
        + "reaches the "
        + "broker or a store (4 %); in one of six, the database, one store or the mail is down for hours; one of twelve purges or restarts "
        + "an instance. One of five replays before every "
        + "episode, one before every other on average, one never.";

    public static OurConditions Draw(Draws draws) => new(
        draws.Chance(0.16) ? TimeSpan.FromSeconds(draws.OneOf(-90, -20, 20, 90)) : TimeSpan.Zero,
        draws.Chance(0.16) ? 0.04 : 0,
        draws.OneOf(0, 0, 0, 0.5, 1));
}
