using AccountClosure.Simulation.PlantedBugs;

namespace AccountClosure.Simulation.Mutations;

/// <summary>The quick half of the mutations. A change of the mutated code fails these tests at once.</summary>
public class EditTests
{
    [Fact]
    public void Each_edit_finds_its_text_once_in_the_current_code() =>
        MutatedApp.Misplaced([.. Mutation.All, .. PlantedBug.All]).ShouldBeEmpty();

    [Fact]
    public void No_two_mutations_have_the_same_name() =>
        Mutation.All.Concat(PlantedBug.All).GroupBy(mutation => mutation.Name).Where(group => group.Count() > 1).ShouldBeEmpty();
}
