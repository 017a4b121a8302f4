using AccountClosure.Embedded.Engine;
using AccountClosure.TestKit;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;

namespace AccountClosure.Engine.Tests;

/// <summary>
/// The worked example of docs/versioning.md. Version 1 reserves the money and sends it; version 2 checks it in between. That is a
/// breaking change: a payment in flight has been sent and has no such check in its history.
/// </summary>
public class VersioningTests
{
    private enum Release
    {
        One,
        TwoWithBranch,
        TwoWithoutBranch,
    }

    [Theory, EachWay]
    public void A_version_1_instance_ends_as_version_1_says_under_the_code_of_version_2(Way way)
    {
        using var payments = new Payments(way);
        var old = payments.Begin("1.0");

        payments.Release = Release.TwoWithBranch;
        payments.Arrive(old);

        payments.Engine.Get(old).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
        payments.Done.ShouldBe(["Reserve", "Send"]);
    }

    [Theory, EachWay]
    public void A_version_2_instance_does_what_version_2_says(Way way)
    {
        using var payments = new Payments(way);
        payments.Release = Release.TwoWithBranch;

        payments.Arrive(payments.Begin("2.0"));

        payments.Done.ShouldBe(["Reserve", "Check", "Send"]);
    }

    [Fact]
    public void A_version_1_history_replays_on_version_2_only_with_the_branch()
    {
        using var payments = new Payments(Way.Straight);
        var old = payments.Begin("1.0");
        payments.Arrive(old);
        var frozen = HistoryJson.Write(payments.Engine.History(old));

        payments.Release = Release.TwoWithBranch;
        payments.Replay(frozen).Problem.ShouldBeNull();
        payments.Release = Release.TwoWithoutBranch;

        payments.Replay(frozen).Problem.ShouldNotBeNull().ShouldContain(
            "its history has decision 1, the activity 'Send', but the code now makes decision 1, the activity 'Check'");
    }

    [Theory]
    [InlineData(Way.Replaying)]
    [InlineData(Way.CrashingAfterEachEpisode)]
    public void A_change_without_a_branch_fails_the_instance_in_flight_and_runs_nothing_for_it(Way way)
    {
        using var payments = new Payments(way);
        var old = payments.Begin("1.0");

        payments.Release = Release.TwoWithoutBranch;
        payments.Arrive(old);

        var instance = payments.Engine.Get(old);
        instance.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        instance.FailureDetails!.ErrorType.ShouldBe(typeof(DurableTask.Core.Exceptions.NonDeterministicOrchestrationException).FullName);
        payments.Done.ShouldBe(["Reserve", "Send"]);
    }

    [Fact]
    public void The_next_execution_can_take_on_a_version()
    {
        using var engine = new TestEngine(configure: options => options with { DefaultVersion = "1.0" });
        List<string> versions = [];
        engine.Orchestrator("Steps", context =>
        {
            versions.Add(context.Version);
            if (context.CompareVersionTo("2.0") < 0)
                context.ContinueAsNew(new ContinueAsNewOptions { NewVersion = "2.0" });
            return Task.CompletedTask;
        });

        engine.Run("Steps");

        versions.ShouldBe(["1.0", "2.0"]);
    }

    [Theory, EachWay]
    public void An_instance_without_a_version_has_none_on_replay(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Measure", async context =>
        {
            var length = context.Version.Length;
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return length;
        });

        engine.Run("Measure").ReadOutputAs<int>().ShouldBe(0);
    }

    /// <summary>An engine whose code can change from one episode to the next, as in a deployment.</summary>
    private sealed class Payments : IDisposable
    {
        public Payments(Way way)
        {
            Engine = new TestEngine(way);
            foreach (var activity in (string[])["Reserve", "Check", "Send"])
            {
                Engine.Activity(activity, (string? _) =>
                {
                    Done.Add(activity);
                    return 1;
                });
            }
            Engine.Orchestrator("Pay", Pay);
        }

        public TestEngine Engine { get; }

        public Release Release { get; set; } = Release.One;

        public List<string> Done { get; } = [];

        public string Begin(string version)
        {
            var id = TestEngine.Result(Engine.Client.ScheduleNewOrchestrationInstanceAsync(
                "Pay", null, new StartOrchestrationOptions($"pay-{version}") { Version = version }));
            Engine.Settle();
            return id;
        }

        public void Arrive(string id) => Engine.Raise(id, "Arrived", 1);

        public ReplayReport Replay(string frozen) =>
            HistoryReplayer.Replay(Engine.Catalog, HistoryJson.Read(frozen), JsonDataConverter.Default);

        public void Dispose() => Engine.Dispose();

        private async Task Pay(TaskOrchestrationContext context)
        {
            await context.CallActivityAsync("Reserve");
            var checks = Release switch
            {
                Release.One => false,
                Release.TwoWithBranch => context.CompareVersionTo("2.0") >= 0,
                _ => true,
            };
            if (checks)
                await context.CallActivityAsync("Check");
            await context.CallActivityAsync("Send");
            await context.WaitForExternalEvent<int>("Arrived");
        }
    }
}
