using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Engine.Time;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging.Abstractions;

namespace AccountClosure.Engine.Tests;

public class StartTests
{
    [Theory, EachWay]
    public void A_scheduled_instance_is_pending_until_its_first_episode(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Wait", context => context.WaitForExternalEvent<int>("Go"));

        var id = engine.Schedule("Wait");
        engine.Crash();
        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Pending);
        engine.Settle();

        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Running);
    }

    [Theory, EachWay]
    public void An_instance_that_starts_later_waits_for_its_time(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Late", async context =>
            (context.CurrentUtcDateTime, await context.WaitForExternalEvent<int>("Go")).ToString());

        var id = TestEngine.Result(engine.Client.ScheduleNewOrchestrationInstanceAsync(
            "Late", null, new StartOrchestrationOptions(StartAt: TestEngine.Start.AddHours(5))));
        engine.Raise(id, "Go", 7);
        engine.RunUntil(TestEngine.Start.AddHours(4));
        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Pending);
        engine.RunToEnd();

        engine.Get(id).ReadOutputAs<string>().ShouldBe((TestEngine.Start.UtcDateTime.AddHours(5), 7).ToString());
    }

    [Theory, EachWay]
    public void An_instance_that_starts_later_can_be_terminated_before_its_start(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Late", _ => Task.FromResult(1));

        var id = TestEngine.Result(engine.Client.ScheduleNewOrchestrationInstanceAsync(
            "Late", null, new StartOrchestrationOptions(StartAt: TestEngine.Start.AddHours(5))));
        TestEngine.Done(engine.Client.TerminateInstanceAsync(id, "no"));
        engine.RunToEnd();

        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
    }

    [Theory, EachWay]
    public async Task An_id_in_use_is_refused_and_nothing_changes(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Wait", context => context.WaitForExternalEvent<int>("Go"));
        var same = new StartOrchestrationOptions("same");

        var pending = engine.Schedule("Wait", 1, "same");
        (await Should.ThrowAsync<InvalidOperationException>(engine.Client.ScheduleNewOrchestrationInstanceAsync("Wait", 2, same)))
            .Message.ShouldBe("An orchestration with the instance id 'same' exists already and is Pending.");
        engine.Settle();
        await Should.ThrowAsync<InvalidOperationException>(engine.Client.ScheduleNewOrchestrationInstanceAsync("Wait", 2, same));
        await engine.Client.SuspendInstanceAsync("same");
        engine.Settle();
        await Should.ThrowAsync<InvalidOperationException>(engine.Client.ScheduleNewOrchestrationInstanceAsync("Wait", 2, same));

        engine.Get(pending).ReadInputAs<int>().ShouldBe(1);
    }

    [Theory, EachWay]
    public void An_id_that_has_ended_starts_again_without_its_history(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Quick", context => Task.FromResult(context.GetInput<int>()));

        engine.Run("Quick", 1, "same");
        engine.Run("Quick", 2, "same").ReadOutputAs<int>().ShouldBe(2);

        engine.History("same").Count.ShouldBe(4, "one episode");
    }

    [Theory, EachWay]
    public async Task Dedupe_statuses_are_respected(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Quick", context => Task.FromResult(context.GetInput<int>()));
        engine.Run("Quick", 1, "same");

        var options = new StartOrchestrationOptions("same").WithDedupeStatuses(OrchestrationRuntimeStatus.Completed);
        await Should.ThrowAsync<InvalidOperationException>(engine.Client.ScheduleNewOrchestrationInstanceAsync("Quick", 2, options));
        var others = new StartOrchestrationOptions("same").WithDedupeStatuses(OrchestrationRuntimeStatus.Failed);
        await engine.Client.ScheduleNewOrchestrationInstanceAsync("Quick", 3, others);
        engine.RunToEnd();

        engine.Get("same").ReadOutputAs<int>().ShouldBe(3);
    }

    [Theory, EachWay]
    public void An_id_is_generated_when_none_is_given(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Quick", context => Task.FromResult(context.InstanceId));

        string[] ids = [engine.Run("Quick").InstanceId, engine.Run("Quick").InstanceId];

        ids[0].ShouldNotBe(ids[1]);
        engine.Get(ids[0]).ReadOutputAs<string>().ShouldBe(ids[0]);
    }

    [Theory, EachWay]
    public void A_version_comes_from_the_options_or_else_from_the_engine(Way way)
    {
        using var engine = new TestEngine(way, options => options with { DefaultVersion = "5" });
        engine.Orchestrator("Tell", context => Task.FromResult(context.Version));
        engine.Orchestrator("Parent", async context => new[]
        {
            await context.CallSubOrchestratorAsync<string>("Tell"),
            await context.CallSubOrchestratorAsync<string>("Tell", options: new SubOrchestrationOptions { Version = new TaskVersion("7") }),
        });

        var given = TestEngine.Result(engine.Client.ScheduleNewOrchestrationInstanceAsync(
            "Tell", new StartOrchestrationOptions { Version = new TaskVersion("6") }));
        engine.Run("Tell").ReadOutputAs<string>().ShouldBe("5");

        engine.Get(given).ReadOutputAs<string>().ShouldBe("6");
        engine.Run("Parent").ReadOutputAs<string[]>().ShouldBe(["5", "7"]);
    }

    [Theory, EachWay]
    public void Tags_stay_with_the_instance(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Quick", _ => Task.FromResult(1));

        var id = TestEngine.Result(engine.Client.ScheduleNewOrchestrationInstanceAsync(
            "Quick", new StartOrchestrationOptions { Tags = new Dictionary<string, string> { ["who"] = "me" } }));
        engine.RunToEnd();

        engine.Get(id).Tags["who"].ShouldBe("me");
    }

    [Theory, EachWay]
    public void Names_of_orchestrators_compare_without_case(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Quick", context => Task.FromResult(context.Name.Name));

        engine.Catalog.HasOrchestrator("qUICK").ShouldBeTrue();
        engine.Run("QUICK").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
    }

    [Fact]
    public void A_start_that_falls_due_while_an_event_is_too_early_is_not_lost()
    {
        var time = new VirtualTimeProvider(TestEngine.Start);
        var clock = new MovingClock(time);
        var catalog = new FunctionCatalog();
        catalog.AddOrchestrator("Wait", async context => await context.WaitForExternalEvent<int>("Go"));
        var engine = DurableEngine.Open(
            new EngineOptions { Inline = true }, catalog, JsonDataConverter.Default, clock, NullLoggerFactory.Instance);
        engine.Start();
        var due = TestEngine.Start.AddHours(1);
        var id = TestEngine.Result(engine.Client.ScheduleNewOrchestrationInstanceAsync("Wait", new StartOrchestrationOptions(null, due)));
        time.AdvanceTo(due.AddTicks(-1));
        TestEngine.Done(engine.Client.RaiseEventAsync(id, "Go", 7));

        // The start is found too early, and at that moment it becomes due.
        clock.AfterReading = () => time.AdvanceTo(due);
        while (engine.RunNext() || time.JumpToNextTimer())
        {
        }

        TestEngine.Result(engine.Client.GetInstanceAsync(id))!.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
        TestEngine.Done(engine.DisposeAsync().AsTask());
    }

    /// <summary>A clock that runs an action right after it was read.</summary>
    private sealed class MovingClock(VirtualTimeProvider inner) : TimeProvider
    {
        public Action? AfterReading { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow()
        {
            var now = inner.GetUtcNow();
            var happens = AfterReading;
            AfterReading = null;
            happens?.Invoke();
            return now;
        }

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            inner.CreateTimer(callback, state, dueTime, period);
    }
}
