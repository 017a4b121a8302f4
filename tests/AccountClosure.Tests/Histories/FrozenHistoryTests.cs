using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using AccountClosure.Closure;
using AccountClosure.Orchestrations;
using DurableTask.Core.History;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Tests.Histories;

/// <summary>Closures that started under an earlier version of the code continue under the current one; see docs/versioning.md.</summary>
public sealed class FrozenHistoryTests
{
    /// <summary>If set to a version such as v2, the current histories of the scenarios become the histories of that version.</summary>
    private const string FreezeVariable = "FREEZE_HISTORIES";

    public static TheoryData<string> Files() => [.. FrozenHistory.Names];

    public static TheoryData<string> Scenarios() => [.. HistoryScenarios.All.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void The_current_orchestrators_replay_a_frozen_history(string file)
    {
        FrozenHistory.Read(file).Problems(file).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void The_histories_of_the_current_scenarios_can_be_frozen_and_replayed(string scenario)
    {
        var json = HistoryScenarios.Play(scenario).ToJson();

        FrozenHistory.Parse(json).Problems(scenario).ShouldBeEmpty();
        if (Environment.GetEnvironmentVariable(FreezeVariable) is { Length: > 0 } version)
            Freeze(version, scenario, json);
    }

    [Fact]
    public void Every_orchestrator_and_every_scenario_has_a_frozen_history()
    {
        FrozenHistory.Names.Where(FrozenHistory.IsOfScenario).Select(Path.GetFileNameWithoutExtension).Distinct()
            .ShouldBe(HistoryScenarios.All.Keys, ignoreOrder: true);

        FrozenEvents<ExecutionStartedEvent>().Select(started => started.Name).Distinct()
            .ShouldBe(NamesOf<OrchestrationTriggerAttribute>(), ignoreOrder: true);
    }

    [Fact]
    public void Every_activity_that_an_orchestrator_calls_is_in_a_frozen_history()
    {
        // Otherwise no test detects a change of the steps that call it.
        NamesOf<ActivityTriggerAttribute>().Except(FrozenEvents<TaskScheduledEvent>().Select(scheduled => scheduled.Name)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_current_code_loses_nothing_of_a_recorded_state(string file)
    {
        var lost = from started in FrozenHistory.Read(file).Executions.SelectMany(execution => execution).OfType<ExecutionStartedEvent>()
                   let type = started.Name == nameof(SendEmail) ? typeof(Notification) : typeof(ClosureState)
                   let read = JsonSerializer.Deserialize(started.Input!, type, ClosureJson.Options)
                   from path in Lost(JsonNode.Parse(started.Input!), JsonSerializer.SerializeToNode(read, ClosureJson.Options), "")
                   select path;

        lost.Distinct().ShouldBeEmpty();
    }

    [Fact]
    public void Frozen_histories_are_small_and_hold_nothing_of_the_machine_that_made_them()
    {
        var files = FrozenHistory.Names.Where(FrozenHistory.IsOfScenario)
            .ToDictionary(name => name, name => File.ReadAllText(Path.Combine(FrozenHistory.Folder, name)));

        files.GroupBy(file => Path.GetDirectoryName(file.Key)).ShouldAllBe(version => version.Sum(file => file.Value.Length) < 800_000);
        files.Values.ShouldAllBe(text => IsClean(text));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_recorded_history_has_no_stack_trace_and_no_address(string file)
    {
        IsClean(FrozenHistory.Read(file).ToJson()).ShouldBeTrue("docs/versioning.md says how to take it out.");
    }

    [Fact]
    public void A_breaking_change_is_reported_with_both_decisions_and_the_remedy()
    {
        var json = HistoryScenarios.Play("refused-by-a-precondition").ToJson();
        // As if the account had once been verified by an activity of another name.
        var other = FrozenHistory.Parse(json.Replace("\"VerifyAccount\"", "\"InspectAccount\"", StringComparison.Ordinal));

        var problem = other.Problems("v1/refused-by-a-precondition.json").ShouldHaveSingleItem();

        problem.ShouldContain("v1/refused-by-a-precondition.json, execution 1 of 1");
        problem.ShouldContain(
            "its history has decision 2, the activity 'InspectAccount', but the code now makes decision 2, the activity 'VerifyAccount'");
        problem.ShouldContain("docs/versioning.md");
    }

    [Fact]
    public void An_execution_that_continued_as_new_is_frozen_with_its_end()
    {
        HistoryScenarios.Play("three-transfers-and-closed").Executions
            .ShouldAllBe(execution => execution[execution.Count - 2] is ExecutionCompletedEvent);
    }

    private static void Freeze(string version, string scenario, string json)
    {
        var file = Path.Combine(FrozenHistory.Folder, version, scenario + ".json");
        File.Exists(file).ShouldBeFalse(
            $"{version}/{scenario}.json is frozen already; choose another version. What was released is never recorded again.");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, json);
    }

    private static bool IsClean(string text) => !text.Contains("StackTrace") && !text.Contains(".cs:line") && !text.Contains('@');

    private static IEnumerable<T> FrozenEvents<T>()
        where T : HistoryEvent =>
        FrozenHistory.Names.Where(FrozenHistory.IsOfScenario)
            .SelectMany(name => FrozenHistory.Read(name).Executions).SelectMany(execution => execution).OfType<T>();

    private static IEnumerable<string> NamesOf<TTrigger>()
        where TTrigger : Attribute =>
        from type in typeof(ServiceRegistration).Assembly.GetTypes()
        from method in type.GetMethods()
        where method.GetParameters().Any(parameter => parameter.GetCustomAttribute<TTrigger>() is not null)
        select method.GetCustomAttribute<FunctionAttribute>()!.Name;

    private static IEnumerable<string> Lost(JsonNode? before, JsonNode? after, string path) => (before, after) switch
    {
        (JsonObject one, JsonObject other) => one.SelectMany(member => Lost(member.Value, other[member.Key], $"{path}.{member.Key}")),
        (JsonArray one, JsonArray other) when one.Count == other.Count =>
            one.Zip(other).SelectMany((pair, index) => Lost(pair.First, pair.Second, $"{path}[{index}]")),
        _ => JsonNode.DeepEquals(before, after) ? [] : [path],
    };
}
