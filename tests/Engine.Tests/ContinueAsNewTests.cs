using DurableTask.Core.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Engine.Tests;

public class ContinueAsNewTests
{
    [Theory, EachWay]
    public void The_next_execution_begins_with_its_input_and_an_empty_history(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Activity("Add", (int number) => number + 1);
        engine.Orchestrator("Count", async context =>
        {
            var count = await context.CallActivityAsync<int>("Add", context.GetInput<int>());
            if (count < 50)
                context.ContinueAsNew(count);
            return count;
        });

        var ended = engine.Run("Count", 0, "counter");

        ended.ReadOutputAs<int>().ShouldBe(50);
        engine.History("counter").OfType<ExecutionStartedEvent>().Single().Input.ShouldBe("49");
        engine.History("counter").Count.ShouldBe(8, "two episodes");
    }

    [Theory, EachWay]
    public void The_custom_status_stays(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Twice", async context =>
        {
            if (context.GetInput<int>() == 0)
            {
                context.SetCustomStatus("first");
                context.ContinueAsNew(1);
                return;
            }

            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
        });

        var id = engine.Begin("Twice", 0);
        engine.RunUntil(TestEngine.Start.AddMinutes(1));

        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Running);
        engine.Get(id).ReadCustomStatusAs<string>().ShouldBe("first");
    }

    [Theory, EachWay]
    public void Events_that_nobody_awaited_go_over_in_their_order(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Take", async context =>
        {
            var taken = context.GetInput<List<int>>()!;
            taken.Add(await context.WaitForExternalEvent<int>("Number"));
            if (taken.Count < 3)
                context.ContinueAsNew(taken);
            return taken;
        });

        var id = engine.Schedule("Take", new List<int>());
        foreach (var number in new[] { 1, 2, 3 })
            TestEngine.Done(engine.Client.RaiseEventAsync(id, "Number", number));
        engine.RunToEnd();

        engine.Get(id).ReadOutputAs<int[]>().ShouldBe([1, 2, 3]);
    }

    [Theory, EachWay]
    public void Events_are_dropped_on_request(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Drop", async context =>
        {
            if (context.GetInput<int>() == 0)
            {
                await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
                context.ContinueAsNew(1, preserveUnprocessedEvents: false);
                return "first";
            }

            return await context.WaitForExternalEvent<string>("Go");
        });

        var id = engine.Begin("Drop", 0);
        engine.Raise(id, "Go", "early");
        engine.RunUntil(TestEngine.Start.AddHours(2));
        engine.Raise(id, "Go", "late");

        engine.Get(id).ReadOutputAs<string>().ShouldBe("late");
    }

    [Theory, EachWay]
    public void Timers_that_are_left_open_are_waited_for(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Leave", async context =>
        {
            if (context.GetInput<int>() == 0)
            {
                _ = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
                context.ContinueAsNew(1);
                return;
            }

            await context.CreateTimer(TimeSpan.FromHours(3), CancellationToken.None);
        });

        var id = engine.Begin("Leave", 0);

        engine.RunToEnd();

        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
        engine.Clock.GetUtcNow().ShouldBe(TestEngine.Start.AddHours(4), "one hour, and then three");
    }

    [Theory, EachWay]
    public void New_ids_differ_in_each_execution(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Ids", async context =>
        {
            // The SDK derives ids from the time, which stops here until something waits.
            await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
            List<Guid> ids = [.. context.GetInput<List<Guid>>()!, context.NewGuid(), context.NewGuid()];
            if (ids.Count < 6)
                context.ContinueAsNew(ids);
            return ids;
        });

        engine.Run("Ids", new List<Guid>()).ReadOutputAs<Guid[]>().ShouldNotBeNull().Distinct().Count().ShouldBe(6);
    }

    [Theory, EachWay]
    public void The_version_can_change(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Move", context =>
        {
            if (context.Version == "1")
                context.ContinueAsNew(new ContinueAsNewOptions { NewVersion = "2" });
            return Task.FromResult(context.Version);
        });

        var id = TestEngine.Result(engine.Client.ScheduleNewOrchestrationInstanceAsync(
            "Move", new StartOrchestrationOptions { Version = new TaskVersion("1") }));
        engine.RunToEnd();

        engine.Get(id).ReadOutputAs<string>().ShouldBe("2");
    }

    [Theory, EachWay]
    public void A_parent_gets_the_result_of_the_last_execution(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Child", async context =>
        {
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            var round = context.GetInput<int>();
            if (round < 3)
                context.ContinueAsNew(round + 1);
            return round;
        });
        engine.Orchestrator("Parent", context => context.CallSubOrchestratorAsync<int>("Child", 1));

        engine.Run("Parent").ReadOutputAs<int>().ShouldBe(3);
    }

    [Theory, EachWay]
    public void An_exception_after_it_fails_the_instance(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Break", new Func<TaskOrchestrationContext, Task>(context =>
        {
            context.ContinueAsNew(1);
            throw new InvalidOperationException("no");
        }));

        engine.Run("Break").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
    }

    [Theory, EachWay]
    public void An_event_that_comes_in_the_episode_that_continues_as_new_goes_over(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Poll", async context =>
        {
            var go = context.WaitForExternalEvent<int>("Go");
            using var timer = new CancellationTokenSource();
            await Task.WhenAny(go, context.CreateTimer(TimeSpan.FromHours(1), timer.Token));
            timer.Cancel();
            if (go.IsCompleted)
                return await go;
            context.ContinueAsNew(0);
            return 0;
        });

        var id = engine.Begin("Poll", 0);
        TestEngine.Done(engine.Client.SuspendInstanceAsync(id));
        engine.RunUntil(TestEngine.Start.AddMinutes(90));
        TestEngine.Done(engine.Client.RaiseEventAsync(id, "Go", 7));
        TestEngine.Done(engine.Client.ResumeInstanceAsync(id));
        engine.RunUntil(TestEngine.Start.AddHours(5));

        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
        engine.Get(id).ReadOutputAs<int>().ShouldBe(7);
    }
}
