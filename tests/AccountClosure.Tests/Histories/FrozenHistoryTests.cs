using System.Reflection;
using DurableTask.Core.History;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Tests.Histories;

/// <summary>Closures that began under an earlier version of the code go on under today's: docs/versioning.md.</summary>
public sealed class FrozenHistoryTests
{
    /// <summary>Set to a version such as v2, it makes what the scenarios do today the histories of that version.</summary>
    private const string FreezeVariable = "FREEZE_HISTORIES";

    public static TheoryData<string> Files() => [.. FrozenHistory.Names];

    public static TheoryData<string> Scenarios() => [.. HistoryScenarios.All.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_frozen_history_is_repeated_by_todays_orchestrators(string file)
    {
        FrozenHistory.Read(file).Problems(file).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void What_the_scenarios_do_today_can_be_frozen_and_repeated(string scenario)
    {
        var json = HistoryScenarios.Play(scenario).ToJson();

        FrozenHistory.Parse(json).Problems(scenario).ShouldBeEmpty();
        if (Environment.GetEnvironmentVariable(FreezeVariable) is { Length: > 0 } version)
            Freeze(version, scenario, json);
    }

    [Fact]
    public void Every_orchestrator_and_every_scenario_has_a_frozen_history()
    {
        var frozen = FrozenHistory.Names.ToList();
        frozen.Select(Path.GetFileNameWithoutExtension).Distinct().ShouldBe(HistoryScenarios.All.Keys, ignoreOrder: true);

        var started = frozen.SelectMany(name => FrozenHistory.Read(name).Executions).SelectMany(execution => execution)
            .OfType<ExecutionStartedEvent>().Select(event_ => event_.Name).Distinct();
        started.ShouldBe(Orchestrators(), ignoreOrder: true);
    }

    [Fact]
    public void Frozen_histories_are_small_and_hold_nothing_of_the_machine_that_made_them()
    {
        var files = FrozenHistory.Names.ToDictionary(name => name, name => File.ReadAllText(Path.Combine(FrozenHistory.Folder, name)));

        files.GroupBy(file => Path.GetDirectoryName(file.Key)).ShouldAllBe(version => version.Sum(file => file.Value.Length) < 650_000);
        files.Values.ShouldAllBe(text => !text.Contains("StackTrace") && !text.Contains(".cs:line") && !text.Contains('@'));
    }

    [Fact]
    public void A_breaking_change_is_reported_with_both_decisions_and_the_remedy()
    {
        var json = HistoryScenarios.Play("refused-by-a-precondition").ToJson();
        // As if the account had once been verified by an activity of another name.
        var other = FrozenHistory.Parse(json.Replace("\"VerifyAccount\"", "\"InspectAccount\"", StringComparison.Ordinal));

        var problem = other.Problems("v1/refused-by-a-precondition.json").ShouldHaveSingleItem();

        problem.ShouldContain("v1/refused-by-a-precondition.json, execution 1 of 1");
        problem.ShouldContain("its history has decision 2, the activity 'InspectAccount', but the code now makes decision 2, the activity 'VerifyAccount'");
        problem.ShouldContain("docs/versioning.md");
    }

    [Fact]
    public void An_execution_that_went_on_is_frozen_with_its_end()
    {
        HistoryScenarios.Play("three-transfers-and-closed").Executions
            .ShouldAllBe(execution => execution[execution.Count - 2] is ExecutionCompletedEvent);
    }

    private static void Freeze(string version, string scenario, string json)
    {
        var file = Path.Combine(FrozenHistory.Folder, version, scenario + ".json");
        File.Exists(file).ShouldBeFalse($"{version}/{scenario}.json is frozen already; choose another version. What was released is never recorded again.");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, json);
    }

    private static IEnumerable<string> Orchestrators() =>
        from type in typeof(ServiceRegistration).Assembly.GetTypes()
        from method in type.GetMethods()
        where method.GetParameters().Any(parameter => parameter.GetCustomAttribute<OrchestrationTriggerAttribute>() is not null)
        select method.GetCustomAttribute<FunctionAttribute>()!.Name;
}
