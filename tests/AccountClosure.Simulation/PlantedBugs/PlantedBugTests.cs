using AccountClosure.Simulation.Mutations;

namespace AccountClosure.Simulation.PlantedBugs;

/// <summary>The simulation finds every planted bug.</summary>
[Collection(nameof(MutatedApp))]
public class PlantedBugTests(PlantedBugTests.App app) : IClassFixture<PlantedBugTests.App>
{
    private const int FewSeeds = 300;
    private const int Seeds = 3000;

    public static TheoryData<string> Names => [.. PlantedBug.All.Select(bug => bug.Name)];

    public static TheoryData<string> FoundEarly => [.. PlantedBug.All.Where(bug => bug.IsFoundEarly).Select(bug => bug.Name)];

    /// <summary>Proves that the simulation finds the bug and not the way in which it was compiled.</summary>
    [Fact]
    public void Without_a_bug_the_same_app_violates_no_invariant()
    {
        (string output, Finding? finding) = app.Simulate(mutation: null, 100);

        finding.ShouldBeNull(output);
    }

    [Theory]
    [MemberData(nameof(FoundEarly))]
    public void A_planted_bug_is_found_early(string name) => Find(name, FewSeeds);

    [Theory]
    [MemberData(nameof(Names))]
    [Trait("Length", "Long")]
    public void A_planted_bug_is_found(string name) => Find(name, Seeds);

    private void Find(string name, int seeds)
    {
        (string output, Finding? finding) = app.Simulate(name, seeds);

        finding.ShouldNotBeNull($"{name}: {output}");
        PlantedBug.All.Single(bug => bug.Name == name).Violates.ShouldContain(finding.Invariant, output);
        output.ShouldContain("./test --simulate 1 --seed ");
    }

    /// <summary>The app with every planted bug.</summary>
    public sealed class App() : MutatedApp(PlantedBug.All);
}
