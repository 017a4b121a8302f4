using AccountClosure.Embedded.Engine;
using AccountClosure.TestKit;
using DurableTask.Core.History;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Engine.Tests;

public class DeterminismTests
{
    [Theory, EachWay]
    public void Time_and_new_ids_are_the_same_on_every_replay(Way way)
    {
        using var engine = new TestEngine(way);
        HashSet<string> seen = [];
        engine.Orchestrator("Look", async context =>
        {
            seen.Add($"{context.CurrentUtcDateTime:O} {context.NewGuid()}");
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            seen.Add($"{context.CurrentUtcDateTime:O} {context.NewGuid()}");
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
        });

        engine.Run("Look").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);

        seen.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(Way.Replaying)]
    [InlineData(Way.CrashingAfterEachEpisode)]
    public void Each_step_is_new_once_and_a_replay_afterwards(Way way)
    {
        using var engine = new TestEngine(way);
        List<string> log = [];
        engine.Orchestrator("Look", async context =>
        {
            log.Add(context.IsReplaying ? "first again" : "first");
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            log.Add(context.IsReplaying ? "second again" : "second");
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            log.Add("third");
        });

        engine.Run("Look");

        log.ShouldBe(["first", "first again", "second", "first again", "second again", "third"]);
    }

    [Fact]
    public void An_orchestrator_in_memory_runs_each_step_once()
    {
        using var engine = new TestEngine();
        List<string> log = [];
        engine.Orchestrator("Look", async context =>
        {
            log.Add("first");
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            log.Add("second");
        });

        engine.Run("Look");

        log.ShouldBe(["first", "second"]);
        engine.Engine.Counters.EventsReplayed.ShouldBe(0);
    }

    [Fact]
    public void A_replay_safe_logger_logs_each_line_once()
    {
        var loggers = new CountingLoggers();
        using var engine = new TestEngine(Way.CrashingAfterEachEpisode, loggers: loggers);
        engine.Orchestrator("Log", async context =>
        {
            var logger = context.CreateReplaySafeLogger("mine");
            for (var line = 0; line < 3; line++)
            {
                logger.LogInformation("Line {Line}", line);
                await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            }
        });

        engine.Run("Log");

        loggers.Lines.ShouldBe(["Line 0", "Line 1", "Line 2"]);
    }

    [Theory]
    [InlineData(Way.Replaying)]
    [InlineData(Way.CrashingAfterEachEpisode)]
    public void Code_that_deviates_from_its_history_fails_the_instance_and_names_both_sides(Way way)
    {
        using var engine = new TestEngine(way);
        var changed = false;
        engine.Activity("Old", (string? _) => 1);
        engine.Activity("New", (string? _) => 1);
        engine.Orchestrator("Change", async context =>
        {
            await context.CallActivityAsync(changed ? "New" : "Old");
            await context.WaitForExternalEvent<int>("Go");
        });

        var id = engine.Begin("Change");
        changed = true;
        engine.Raise(id, "Go", 1);

        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        engine.Get(id).FailureDetails.ShouldNotBeNull().ErrorMessage.ShouldContain(
            "an activity task with sequence number 0 named 'Old', but the current orchestration replay instead scheduled an activity task "
            + "named 'New'");
    }

    [Theory]
    [InlineData("fewer", "the activity 'A', but the code now makes no such decision")]
    [InlineData("more", "no further decision in that episode, but the code now makes decision 2, the activity 'A'")]
    [InlineData("timer", "decision 1, the activity 'A', but the code now makes decision 1, a timer")]
    [InlineData("end", "no further decision in that episode, but the code now makes the end 'Completed'")]
    public void Every_kind_of_difference_is_detected(string change, string expected)
    {
        using var engine = new TestEngine();
        var now = string.Empty;
        engine.Activity("A", (string? _) => 1);
        engine.Orchestrator("Change", async context =>
        {
            await context.CallActivityAsync("A");
            if (now != "fewer" && now != "timer" && now != "end")
                await context.CallActivityAsync("A");
            if (now == "more")
                _ = context.CallActivityAsync("A");
            if (now == "timer")
                await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            if (now != "end")
                await context.WaitForExternalEvent<int>("Go");
        });

        var id = engine.Begin("Change");
        var history = engine.History(id);
        now = change;
        if (change == "end")
            history = [.. history.TakeWhile(happened => happened is not TaskScheduledEvent { EventId: 1 })];

        var report = HistoryReplayer.Replay(engine.Catalog, history, JsonDataConverter.Default);

        report.Succeeded.ShouldBeFalse();
        report.Problem.ShouldNotBeNull().ShouldContain(expected);
    }

    [Fact]
    public void A_history_can_be_stored_as_json_and_replayed_against_the_current_code()
    {
        using var engine = new TestEngine();
        var activity = "Work";
        engine.Activity("Work", (string? _) => 1);
        engine.Orchestrator("Child", context => context.CallActivityAsync<int>("Work"));
        engine.Orchestrator("All", async context =>
        {
            await context.CallActivityAsync<int>(activity);
            await context.CallSubOrchestratorAsync<int>("Child");
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            context.SendEvent("nobody", "Hello", 1);
            return await context.WaitForExternalEvent<int>("Go");
        });
        var id = engine.Schedule("All");
        engine.RunToEnd();
        engine.Raise(id, "Go", 5);
        var json = HistoryJson.Write(engine.History(id));

        HistoryReplayer.Replay(engine.Catalog, HistoryJson.Read(json), JsonDataConverter.Default).Problem.ShouldBeNull();
        activity = "Other";
        HistoryReplayer.Replay(engine.Catalog, HistoryJson.Read(json), JsonDataConverter.Default).Succeeded.ShouldBeFalse();
    }

    [Fact]
    public void A_changed_end_is_detected()
    {
        using var engine = new TestEngine();
        var fails = false;
        engine.Orchestrator("End", _ => fails ? Task.FromException<int>(new InvalidOperationException()) : Task.FromResult(1));
        var history = engine.History(engine.Run("End").InstanceId);

        fails = true;

        HistoryReplayer.Replay(engine.Catalog, history, JsonDataConverter.Default).Problem.ShouldNotBeNull()
            .ShouldContain("the end 'Completed', but the code now makes the end 'Failed'");
    }

    [Fact]
    public void Changed_durations_and_inputs_are_harmless()
    {
        using var engine = new TestEngine();
        var hours = 1;
        engine.Orchestrator("Wait", async context =>
        {
            await context.CreateTimer(TimeSpan.FromHours(hours), CancellationToken.None);
            return context.CurrentUtcDateTime;
        });

        var id = engine.Begin("Wait");
        hours = 5;
        engine.RunToEnd();

        engine.Get(id).ReadOutputAs<DateTime>().ShouldBe(TestEngine.Start.UtcDateTime.AddHours(1), "it was promised so");
    }

    [Fact]
    public void A_second_run_produces_the_same_results()
    {
        OneRun(seed: null).ShouldBe(OneRun(seed: null));
        OneRun(seed: 5).ShouldBe(OneRun(seed: 5));
    }

    [Fact]
    public void A_seed_can_choose_among_the_ready_pieces_of_work()
    {
        Enumerable.Range(0, 10).Select(seed => OneRun(seed)).Distinct().Count().ShouldBeGreaterThan(1);
    }

    private static string OneRun(int? seed)
    {
        var random = seed is { } given ? new Random(given) : null;
        List<string> log = [];
        using var engine = new TestEngine(configure: options => options with { Order = random is null ? null : random.Next });
        engine.Activity("Note", (string text) =>
        {
            log.Add(text);
            return 1;
        });
        engine.Orchestrator("Two", async context =>
        {
            await Task.WhenAll(
                context.CallActivityAsync("Note", context.InstanceId + " a"), context.CallActivityAsync("Note", context.InstanceId + " b"));
            log.Add(context.NewGuid().ToString());
        });
        for (var count = 0; count < 4; count++)
            engine.Schedule("Two");
        engine.RunToEnd();
        return string.Join('\n', log);
    }

    private sealed class CountingLoggers : ILoggerFactory, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) =>
            categoryName == "mine" ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
