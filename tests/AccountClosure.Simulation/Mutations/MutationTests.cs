namespace AccountClosure.Simulation.Mutations;

/// <summary>The simulation or a test detects the mutation of every guard. The result is a table in TestResults/long/mutations.md.</summary>
[Collection(nameof(MutatedApp))]
[Trait("Length", "Long")]
public class MutationTests(MutationRun run) : IClassFixture<MutationRun>
{
    public static TheoryData<string> Names => [.. Mutation.All.Select(mutation => mutation.Name)];

    /// <summary>Proves that the tests find the mutation and not the way in which it was compiled.</summary>
    [Fact]
    public void Without_a_mutation_the_same_app_passes()
    {
        run.Simulate(mutation: null, seeds: 100).ShouldBeNull();
        run.Baseline.ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mutation_is_found(string name)
    {
        Mutation mutation = Mutation.All.Single(mutation => mutation.Name == name);

        string? foundBy = run.Find(mutation);

        if (mutation.Survives is null)
            foundBy.ShouldNotBeNull($"{name}: neither the simulation nor a test finds it.");
    }
}
