using AccountClosure.Simulation.World;

namespace AccountClosure.Simulation;

/// <summary>Every invariant holds, whatever goes wrong.</summary>
public class SimulationTests
{
    [Fact]
    public void Five_hundred_seeds_hold_every_invariant() => Hold(firstSeed: 1, count: 500);

    [Fact]
    [Trait("Length", "Long")]
    public void The_seeds_from_501_to_5000_hold_every_invariant() => Hold(firstSeed: 501, count: 4500);

    [Fact]
    [Trait("Length", "Long")]
    public void Two_hundred_seeds_hold_every_invariant_on_PostgreSQL()
    {
        using PostgresRecords records = new();
        Hold(firstSeed: 1, count: 200, records);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(22)]
    public void The_same_seed_produces_the_same_story(long seed) =>
        Outcome.From(seed, tell: true).Story.ShouldBe(Outcome.From(seed, tell: true).Story);

    [Theory]
    [InlineData(5)]
    [InlineData(13)]
    [InlineData(40)]
    public void An_in_memory_and_a_replayed_orchestrator_produce_the_same_story(long seed) =>
        Outcome.From(seed, tell: true, replayed: 1).Story.ShouldBe(Outcome.From(seed, tell: true, replayed: 0).Story);

    private static void Hold(long firstSeed, int count, PostgresRecords? records = null)
    {
        Campaign campaign = Campaign.Run(firstSeed, count, records: records);

        campaign.Failure.ShouldBeNull(
            $"""
            {campaign.Failure?.Violation}
            Repeat it: ./test --simulate 1 --seed {campaign.Failure?.Seed}{(records is null ? "" : " --postgres")}
            {string.Join(Environment.NewLine, campaign.Failure?.Story ?? [])}
            """);
        campaign.Runs.ShouldBe(count);
    }
}
