namespace AccountClosure.Simulation.PlantedBugs;

/// <summary>The simulation proves itself: it finds every mistake that it is there to find.</summary>
public class PlantedBugTests(MutatedApp app) : IClassFixture<MutatedApp>
{
    private const int Seeds = 2000;

    public static TheoryData<string> Names => [.. PlantedBug.All.Select(bug => bug.Name)];

    /// <summary>What is found is the bug, and not the way in which it was compiled.</summary>
    [Fact]
    public void Without_a_bug_the_same_app_violates_no_invariant()
    {
        (string output, bool found) = app.Simulate(bug: null, 100);

        found.ShouldBeFalse(output);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_planted_bug_is_found(string name)
    {
        (string output, bool found) = app.Simulate(name, Seeds);

        found.ShouldBeTrue($"{name}: {output}");
        PlantedBug.All.Single(bug => bug.Name == name).Violates.ShouldContain(invariant => output.Contains($" violated an invariant. {invariant}: "), output);
        output.ShouldContain("./test --simulate 1 --seed ");
    }
}
