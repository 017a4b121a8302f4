using System.Text.Json;
using System.Text.Json.Nodes;
using AccountClosure.Embedded.Engine;
using DurableTask.Core.History;

namespace AccountClosure.Tests.Histories;

/// <summary>
/// The history of a real closure can be added to the frozen ones as exported from the history table; see docs/versioning.md.
/// </summary>
public sealed class ExportedHistoryTests
{
    private const string OurParent = """{"Name":"P","InstanceId":"p1","TaskScheduleId":3}""";

    private const string TheirParent =
        """{"Name":"P","OrchestrationInstance":{"InstanceId":"p1","ExecutionId":"e"},"TaskScheduleId":3,"Version":""}""";

    public static TheoryData<string> Scenarios() => FrozenHistoryTests.Scenarios();

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Rows_of_the_history_table_are_read_and_replayed_up_to_every_episode(string scenario)
    {
        foreach (var execution in HistoryScenarios.Executions(scenario))
        {
            var rows = ExportedHistory.Rows(execution);
            HistoryJson.Write(FrozenHistory.Parse(ExportedHistory.File(rows)).Executions[0]).ShouldBe(HistoryJson.Write(execution));

            var ends = Enumerable.Range(1, execution.Count)
                .Where(end => end == execution.Count || execution[end - 1] is OrchestratorCompletedEvent);
            foreach (var end in ends)
                FrozenHistory.Parse(ExportedHistory.File(rows.Take(end))).Problems(scenario).ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_failure_is_read_from_an_object_and_from_text(bool isText)
    {
        const string Failure =
            """{"ErrorType":"A","ErrorMessage":"m","InnerFailure":{"ErrorType":"B","ErrorMessage":"n"},"IsNonRetriable":true}""";
        var failed = (TaskFailedEvent)Read("TaskFailed", "FailureDetails", Failure, isText);

        failed.FailureDetails!.ErrorType.ShouldBe("A");
        failed.FailureDetails.IsNonRetriable.ShouldBeTrue();
        failed.FailureDetails.InnerFailure!.ErrorMessage.ShouldBe("n");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tags_are_read_from_an_object_and_from_text(bool isText)
    {
        var started = (ExecutionStartedEvent)Read("ExecutionStarted", "Tags", """{"a":"b"}""", isText);

        started.Tags.ShouldHaveSingleItem().ShouldBe(new("a", "b"));
    }

    [Theory]
    [InlineData(TheirParent, true)]
    [InlineData(TheirParent, false)]
    [InlineData(OurParent, true)]
    [InlineData(OurParent, false)]
    public void A_parent_is_read_in_the_format_of_the_table_and_in_ours(string parent, bool isText)
    {
        var read = ((ExecutionStartedEvent)Read("ExecutionStarted", "ParentInstance", parent, isText)).ParentInstance.ShouldNotBeNull();

        (read.Name, read.OrchestrationInstance.InstanceId, read.TaskScheduleId).ShouldBe(("P", "p1", 3));
    }

    [Theory]
    [InlineData("FailureDetails", "{")]
    [InlineData("ParentInstance", "none")]
    [InlineData("Tags", "[1]")]
    public void Text_that_holds_no_object_is_refused(string column, string text) =>
        Should.Throw<InvalidDataException>(() => Read("ExecutionStarted", column, text, isText: true));

    [Theory]
    [InlineData("Input")]
    [InlineData("Result")]
    [InlineData("Reason")]
    [InlineData("Tags")]
    [InlineData("FailureDetails")]
    public void A_value_that_is_still_in_a_blob_is_refused_with_instructions(string column)
    {
        var blob = JsonSerializer.Serialize($"closure-x/history-0000000000000001-ExecutionStarted-1A2B3C4D-{column}.json.gz");

        var refused = Should.Throw<InvalidDataException>(() => Read("ExecutionStarted", column + "BlobName", blob, isText: false));

        refused.Message.ShouldEndWith(
            $"'{column}BlobName' names a blob. Decompress the blob (gzip), copy its text to '{column}', and remove '{column}BlobName'.");
    }

    [Fact]
    public void A_row_that_is_no_event_is_refused_with_its_key()
    {
        var rows = ExportedHistory.Rows(HistoryScenarios.Executions("refused-by-a-precondition")[^1]);
        rows.Add(new JsonObject { ["RowKey"] = "sentinel", ["ExecutionId"] = "e", ["IsCheckpointComplete"] = true });

        var refused = Should.Throw<InvalidDataException>(() => FrozenHistory.Parse(ExportedHistory.File(rows)));

        refused.Message.ShouldEndWith("The row 'sentinel' has no EventType, so it is not an event. Remove it.");
    }

    [Fact]
    public void A_real_history_is_replayed_and_needs_no_scenario()
    {
        var folder = Directory.CreateTempSubdirectory("histories-");
        foreach (var name in new[] { "real/a-closure-of-may.json", "v1/a-scenario.json" })
            File.WriteAllText(Path.Combine(folder.CreateSubdirectory(Path.GetDirectoryName(name)!).FullName, Path.GetFileName(name)), "[]");

        var names = FrozenHistory.NamesIn(folder.FullName).ToList();

        names.ShouldBe(["real/a-closure-of-may.json", "v1/a-scenario.json"]);
        names.Where(FrozenHistory.IsOfScenario).ShouldBe(["v1/a-scenario.json"]);
        folder.Delete(recursive: true);
    }

    private static HistoryEvent Read(string type, string column, string json, bool isText)
    {
        var value = isText ? JsonSerializer.Serialize(json) : json;
        return HistoryJson.Read($$"""[{"EventType":"{{type}}","InstanceId":"i","Name":"CloseAccount","{{column}}":{{value}}}]""")[0];
    }
}
