namespace AccountClosure.Simulation.PlantedBugs;

/// <summary>The simulation proves itself: it finds every mistake that it is there to find.</summary>
public class PlantedBugTests
{
    private const int Seeds = 2000;

    public static TheoryData<string> Names => [.. PlantedBug.All.Select(bug => bug.Name)];

    /// <summary>What is found is the bug, and not the way in which it was compiled.</summary>
    [Fact]
    public void Without_a_bug_the_same_way_finds_nothing()
    {
        using MutatedApp app = new(new PlantedBug("None", [], []));

        (string output, bool found) = app.Simulate(100);

        found.ShouldBeFalse(output);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_planted_bug_is_found(string name)
    {
        PlantedBug bug = PlantedBug.All.Single(each => each.Name == name);
        using MutatedApp app = new(bug);

        (string output, bool found) = app.Simulate(Seeds);

        found.ShouldBeTrue($"{name}: {output}");
        bug.Breaks.ShouldContain(promise => output.Contains($" broke a promise. {promise}: "), output);
        output.ShouldContain("./test --simulate 1 --seed ");
    }
}
