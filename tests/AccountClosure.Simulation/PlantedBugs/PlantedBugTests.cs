namespace AccountClosure.Simulation.PlantedBugs;

/// <summary>The simulation proves itself: it finds every mistake that it is there to find.</summary>
public class PlantedBugTests
{
    private const int Seeds = 2000;

    public static TheoryData<string> Names => [.. PlantedBug.All.Select(bug => bug.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_planted_bug_is_found(string name)
    {
        using MutatedApp app = new(PlantedBug.All.Single(bug => bug.Name == name));

        (string output, bool found) = app.Simulate(Seeds);

        found.ShouldBeTrue($"{name}: {output}");
        Console.WriteLine($"{name}: {output.Split((char)10).First(l => l.StartsWith("Seed "  ) && l.Contains("broke"))} {output.Split((char)10).Last(l => l.Contains("seeds a minute"))}");
        output.ShouldContain("./test --simulate 1 --seed ");
    }
}
