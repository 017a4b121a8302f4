namespace AccountClosure.Simulation;

/// <summary>Whatever goes wrong, every invariant holds.</summary>
public class SimulationTests
{
    private const int Seeds = 2000;

    [Fact]
    public void Two_thousand_seeds_hold_every_invariant()
    {
        Campaign campaign = Campaign.Run(firstSeed: 1, Seeds);

        campaign.Failure.ShouldBeNull(
            $"""
            {campaign.Failure?.Violation}
            Repeat it: ./test --simulate 1 --seed {campaign.Failure?.Seed}
            {string.Join(Environment.NewLine, campaign.Failure?.Story ?? [])}
            """);
        campaign.Runs.ShouldBe(Seeds);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(22)]
    public void The_same_seed_is_the_same_story(long seed) =>
        Outcome.Of(seed, tell: true).Story.ShouldBe(Outcome.Of(seed, tell: true).Story);
}
