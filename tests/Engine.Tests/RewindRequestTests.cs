using AccountClosure.Embedded.Engine;
using AccountClosure.TestKit;
using DurableTask.Core.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging.Abstractions;

namespace AccountClosure.Engine.Tests;

/// <summary>Which requests to rewind an instance are accepted, and what they restart.</summary>
public class RewindRequestTests
{
    [Theory]
    [InlineData("unknown")]
    [InlineData("@counter@one")]
    public void An_unknown_instance_or_an_entity_is_refused_with_an_argument_exception(string id)
    {
        using var engine = new TestEngine();

        Should.Throw<ArgumentException>(() => TestEngine.Done(engine.Client.RewindInstanceAsync(id, "why")));
    }

    [Fact]
    public void Only_a_failed_instance_can_be_rewound()
    {
        using var engine = new TestEngine();
        engine.Orchestrator("Quick", _ => Task.FromResult(1));
        engine.Orchestrator("Wait", context => context.WaitForExternalEvent<int>("Go"));
        engine.Run("Quick", id: "Completed");
        foreach (var id in new[] { "Running", "Suspended", "Terminated" })
            engine.Begin("Wait", id: id);
        TestEngine.Done(engine.Client.SuspendInstanceAsync("Suspended"));
        TestEngine.Done(engine.Client.TerminateInstanceAsync("Terminated"));
        engine.Settle();
        engine.Schedule("Wait", id: "Pending");

        foreach (var id in new[] { "Completed", "Running", "Suspended", "Terminated", "Pending" })
        {
            var events = engine.History(id).Count;
            ShouldBeRefused(engine, id).ShouldContain(id);
            engine.Get(id).RuntimeStatus.ToString().ShouldBe(id);
            engine.History(id).Count.ShouldBe(events);
        }
    }

    [Theory, EachWay]
    public void A_second_rewind_is_refused_because_the_instance_is_running(Way way)
    {
        using var engine = new TestEngine(way);
        Broken(engine);

        engine.Run("Broken", id: "it");
        TestEngine.Done(engine.Client.RewindInstanceAsync("it", "one"));
        ShouldBeRefused(engine, "it").ShouldContain("Running");
        engine.RunToEnd();

        engine.History("it").OfType<ExecutionRewoundEvent>().ShouldHaveSingleItem().Reason.ShouldBe("one");
    }

    [Fact]
    public void An_instance_whose_history_cannot_be_read_is_refused_and_stays_as_it_is()
    {
        using var engine = new TestEngine(Way.CrashingAfterEachEpisode);
        Broken(engine);
        engine.Orchestrator("Parent", context => context.CallSubOrchestratorAsync(
            "Broken", options: new SubOrchestrationOptions(instanceId: "child")));

        engine.Run("Parent", id: "it");
        engine.Damage("UPDATE history SET events = 'x' WHERE instance = (SELECT key FROM instances WHERE id = 'child')");

        ShouldBeRefused(engine, "it").ShouldContain("cannot be read");
        engine.Get("it").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        engine.Get("it").FailureDetails.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(Way.Replaying)]
    [InlineData(Way.CrashingAfterEachEpisode)]
    public void Open_work_of_a_failed_instance_starts_again(Way way)
    {
        using var engine = new TestEngine(way);
        var isWrong = false;
        var runs = 0;
        engine.SlowActivity("Work", TimeSpan.FromHours(2), () => runs++);
        engine.Orchestrator("Both", async context =>
        {
            var timer = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            var work = isWrong ? Task.CompletedTask : context.CallActivityAsync("Work");
            await context.WaitForExternalEvent<int>("Go");
            await timer;
            var then = context.CurrentUtcDateTime;
            await work;
            return then;
        });

        engine.Begin("Both", id: "it");
        isWrong = true;
        engine.Raise("it", "Go", 1);
        engine.Get("it").FailureDetails.ShouldNotBeNull().ErrorType.ShouldContain("NonDeterministic");
        isWrong = false;
        TestEngine.Done(engine.Client.RewindInstanceAsync("it", "the right code is back"));
        engine.RunToEnd();

        engine.Get("it").ReadOutputAs<DateTime>().ShouldBe(TestEngine.Start.UtcDateTime.AddHours(1));
        runs.ShouldBeGreaterThan(0);
    }

    [Theory, EachWay]
    public void A_rewound_history_is_read_back_as_it_was_written_and_replays(Way way)
    {
        using var engine = new TestEngine(way);
        var isBroken = true;
        engine.Activity("Step", (int number) => isBroken && number == 2 ? throw new InvalidOperationException() : number);
        engine.Orchestrator("Three", async context => (await Task.WhenAll(
            Enumerable.Range(1, 3).Select(number => context.CallActivityAsync<int>("Step", number)))).Sum());

        engine.Run("Three", id: "it");
        isBroken = false;
        TestEngine.Done(engine.Client.RewindInstanceAsync("it", "mended"));
        engine.RunToEnd();
        var json = HistoryJson.Write(engine.History("it"));

        HistoryJson.Write(HistoryJson.Read(json)).ShouldBe(json);
        json.ShouldContain("\"EventType\":\"ExecutionRewound\"");
        HistoryReplayer.Replay(engine.Catalog, HistoryJson.Read(json), JsonDataConverter.Default).Problem.ShouldBeNull();
    }

    [Fact]
    public async Task Of_many_rewinds_at_the_moment_of_the_failure_exactly_one_is_accepted()
    {
        using var engines = new ThreadedEngines();
        var clock = new HeldCommits();
        var failures = 0;
        engines.Catalog.AddActivity(
            "Step", _ => failures++ == 0 ? throw new InvalidOperationException("once") : Task.FromResult<object?>(5));
        engines.Catalog.AddOrchestrator("Call", async context => await context.CallActivityAsync<int>("Step"));
        DurableTaskClient client = null!;
        List<Task> requests = [];
        var failing = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = new EngineOptions()
        {
            DataSource = engines.File,
            ExecutionEnded = (_, _) =>
            {
                clock.Hold(() => requests.Add(client.RewindInstanceAsync("it", "too early")));
                failing.TrySetResult(true);
            },
        };
        await using var engine = DurableEngine.Open(
            options, engines.Catalog, JsonDataConverter.Default, clock, NullLoggerFactory.Instance);
        engine.Start();
        client = engine.Client;
        await client.ScheduleNewOrchestrationInstanceAsync("Call", null, new StartOrchestrationOptions("it"));

        // While a commit is blocked, the failure and most of these requests wait for the next transaction.
        await failing.Task.WaitAsync(ThreadedEngines.Patience);
        for (var count = 0; count < 1000; count++)
        {
            requests.Add(client.RewindInstanceAsync("it", "again"));
            Thread.Yield();
        }

        clock.Release();
        await Task.WhenAll(requests).ContinueWith(_ => { }, TaskScheduler.Default);

        requests.Count(request => request.IsCompletedSuccessfully).ShouldBe(1);
        requests.Where(request => request.IsFaulted).ShouldAllBe(request => request.Exception!.InnerException is InvalidOperationException);
        var ended = await client.WaitForInstanceCompletionAsync("it", getInputsAndOutputs: true)
            .WaitAsync(ThreadedEngines.Patience);
        ended.ReadOutputAs<int>().ShouldBe(5);
    }

    private static string ShouldBeRefused(TestEngine engine, string id) =>
        Should.Throw<InvalidOperationException>(() => TestEngine.Done(engine.Client.RewindInstanceAsync(id, "refused"))).Message;

    private static void Broken(TestEngine engine) =>
        engine.Orchestrator("Broken", new Func<TaskOrchestrationContext, Task>(_ => throw new InvalidOperationException("no")));

    /// <summary>A clock that blocks the thread that commits, when a rewind asks it for the time.</summary>
    private sealed class HeldCommits : TimeProvider
    {
        private readonly ManualResetEventSlim _isHeld = new();
        private readonly ManualResetEventSlim _released = new(initialState: true);

        public override DateTimeOffset GetUtcNow()
        {
            if (!_released.IsSet && Thread.CurrentThread.Name == "durable-commits")
            {
                _isHeld.Set();
                _released.Wait();
            }

            return base.GetUtcNow();
        }

        /// <summary>Requests a rewind, and returns when the commit blocks. Does nothing after the first call.</summary>
        public void Hold(Action ask)
        {
            if (_isHeld.IsSet)
                return;
            _released.Reset();
            ask();
            _isHeld.Wait();
        }

        public void Release() => _released.Set();
    }
}
