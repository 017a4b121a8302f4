using DurableTask.Core.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Engine.Tests;

public class ManagementTests
{
    [Theory, EachWay]
    public void A_terminated_instance_ends_with_that_output_and_its_timers_are_gone(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Wait", context => context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None));

        var id = engine.Begin("Wait");
        TestEngine.Done(engine.Client.TerminateInstanceAsync(id, "enough"));
        engine.Settle();

        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
        engine.Get(id).ReadOutputAs<string>().ShouldBe("enough");
        engine.Crash();
        engine.RunToEnd();
        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
    }

    [Theory, EachWay]
    public void Terminating_leaves_sub_orchestrations_alone(Way way)
    {
        using var engine = new TestEngine(way);
        Family(engine);

        engine.Begin("Parent", id: "parent");
        TestEngine.Done(engine.Client.TerminateInstanceAsync("parent"));
        engine.RunToEnd();

        engine.Get("parent").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
        engine.Get("child").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
        engine.Get("grandchild").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
    }

    [Theory, EachWay]
    public void Terminating_recursively_ends_sub_orchestrations_of_every_depth(Way way)
    {
        using var engine = new TestEngine(way);
        Family(engine);

        engine.Begin("Parent", id: "parent");
        TestEngine.Done(engine.Client.TerminateInstanceAsync("parent", new TerminateInstanceOptions("stop", Recursive: true)));
        engine.RunToEnd();

        foreach (var id in new[] { "parent", "child", "grandchild" })
        {
            engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
            engine.Get(id).ReadOutputAs<string>().ShouldBe("stop");
        }

        engine.Clock.GetUtcNow().ShouldBe(TestEngine.Start);
    }

    [Theory, EachWay]
    public void A_suspended_instance_keeps_messages_and_handles_them_in_order_on_resume(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Collect", async context =>
        {
            List<string> seen = [];
            var timer = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            seen.Add(await context.WaitForExternalEvent<string>("Text"));
            await timer;
            seen.Add("timer");
            seen.Add(await context.WaitForExternalEvent<string>("Text"));
            return seen;
        });

        var id = engine.Begin("Collect");
        TestEngine.Done(engine.Client.SuspendInstanceAsync(id, "wait"));
        engine.Settle();
        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Suspended);
        engine.Raise(id, "Text", "one");
        engine.RunUntil(TestEngine.Start.AddHours(2));
        engine.Raise(id, "Text", "two");
        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Suspended);
        TestEngine.Done(engine.Client.ResumeInstanceAsync(id, "go"));
        engine.RunToEnd();

        engine.Get(id).ReadOutputAs<string[]>().ShouldBe(["one", "timer", "two"]);
    }

    [Theory, EachWay]
    public void An_activity_that_ends_while_its_instance_is_suspended_does_not_run_again(Way way)
    {
        using var engine = new TestEngine(way);
        var runs = 0;
        engine.SlowActivity("Work", TimeSpan.FromHours(1), () => runs++);
        engine.Orchestrator("Call", context => context.CallActivityAsync("Work"));

        var id = engine.Begin("Call");
        TestEngine.Done(engine.Client.SuspendInstanceAsync(id));
        engine.RunToEnd();
        engine.Crash();
        engine.RunToEnd();
        TestEngine.Done(engine.Client.ResumeInstanceAsync(id));
        engine.RunToEnd();

        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
        runs.ShouldBe(1);
    }

    [Theory, EachWay]
    public void A_suspended_instance_can_be_terminated(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Wait", context => context.WaitForExternalEvent<int>("Go"));

        var id = engine.Begin("Wait");
        TestEngine.Done(engine.Client.SuspendInstanceAsync(id));
        engine.Settle();
        TestEngine.Done(engine.Client.TerminateInstanceAsync(id));
        engine.Settle();

        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
    }

    [Theory, EachWay]
    public void Purging_removes_an_ended_instance_and_its_history(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Quick", _ => Task.FromResult(1));

        var id = engine.Run("Quick").InstanceId;
        TestEngine.Result(engine.Client.PurgeInstanceAsync(id)).PurgedInstanceCount.ShouldBe(1);

        TestEngine.Result(engine.Client.GetInstanceAsync(id)).ShouldBeNull();
        engine.History(id).ShouldBeEmpty();
        TestEngine.Result(engine.Client.PurgeInstanceAsync(id)).PurgedInstanceCount.ShouldBe(0);
    }

    [Theory, EachWay]
    public void An_instance_that_has_not_ended_is_not_purged(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Wait", context => context.WaitForExternalEvent<int>("Go"));

        var id = engine.Begin("Wait");

        TestEngine.Result(engine.Client.PurgeInstanceAsync(id)).PurgedInstanceCount.ShouldBe(0);
        TestEngine.Result(engine.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter())).PurgedInstanceCount.ShouldBe(0);
        engine.Raise(id, "Go", 3);
        engine.Get(id).ReadOutputAs<int>().ShouldBe(3);
    }

    [Theory, EachWay]
    public void Recursive_purging_removes_sub_orchestrations(Way way)
    {
        using var engine = new TestEngine(way);
        Family(engine);
        engine.Run("Parent", id: "parent");

        TestEngine.Result(engine.Client.PurgeInstanceAsync("parent", new PurgeInstanceOptions(Recursive: true)))
            .PurgedInstanceCount.ShouldBe(3);

        TestEngine.Result(engine.Client.GetInstanceAsync("grandchild")).ShouldBeNull();
    }

    [Theory, EachWay]
    public void Purging_by_filter_takes_status_and_time_of_creation(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Quick", _ => Task.FromResult(1));
        engine.Orchestrator("Broken", new Func<TaskOrchestrationContext, Task>(_ => throw new InvalidOperationException()));
        engine.Run("Quick", id: "old");
        engine.Clock.AdvanceTo(TestEngine.Start.AddDays(1));
        engine.Run("Quick", id: "new");
        engine.Run("Broken", id: "failed");

        var purged = TestEngine.Result(engine.Client.PurgeAllInstancesAsync(
            new PurgeInstancesFilter(TestEngine.Start.AddHours(1), null, [OrchestrationRuntimeStatus.Completed]))).PurgedInstanceCount;

        purged.ShouldBe(1);
        TestEngine.Result(engine.Client.GetInstanceAsync("new")).ShouldBeNull();
        engine.Get("old").ShouldNotBeNull();
        engine.Get("failed").ShouldNotBeNull();
    }

    [Theory, EachWay]
    public void Restarting_runs_the_same_input_again_under_the_same_or_a_new_id(Way way)
    {
        using var engine = new TestEngine(way);
        var runs = 0;
        engine.Activity("Count", (int number) => (100 * number) + ++runs);
        engine.Orchestrator("Quick", context => context.CallActivityAsync<int>("Count", context.GetInput<int>()));
        engine.Run("Quick", 7, "first");

        var same = TestEngine.Result(engine.Client.RestartAsync("first"));
        engine.RunToEnd();
        var other = TestEngine.Result(engine.Client.RestartAsync("first", restartWithNewInstanceId: true));
        engine.RunToEnd();

        same.ShouldBe("first");
        other.ShouldNotBe("first");
        engine.Get(same).ReadOutputAs<int>().ShouldBe(702);
        engine.Get(other).ReadOutputAs<int>().ShouldBe(703);
    }

    [Fact]
    public async Task A_running_or_unknown_instance_cannot_be_restarted()
    {
        using var engine = new TestEngine();
        engine.Orchestrator("Wait", context => context.WaitForExternalEvent<int>("Go"));
        var id = engine.Begin("Wait");

        await Should.ThrowAsync<InvalidOperationException>(engine.Client.RestartAsync(id));
        Should.Throw<ArgumentException>(() => engine.Client.RestartAsync("nobody"));
    }

    [Theory, EachWay]
    public void A_message_to_an_unknown_instance_does_nothing(Way way)
    {
        using var engine = new TestEngine(way);

        TestEngine.Done(engine.Client.TerminateInstanceAsync("nobody"));
        TestEngine.Done(engine.Client.SuspendInstanceAsync("nobody"));
        TestEngine.Done(engine.Client.ResumeInstanceAsync("nobody"));

        engine.Step().ShouldBeFalse();
    }

    [Theory, EachWay]
    public void A_custom_status_shows_the_latest_that_was_set(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Report", async context =>
        {
            context.SetCustomStatus(new { Phase = "one" });
            await context.WaitForExternalEvent<int>("Go");
            context.SetCustomStatus(new { Phase = "two" });
            context.SetCustomStatus(new { Phase = "three" });
            await context.WaitForExternalEvent<int>("Go");
        });

        var id = engine.Begin("Report");
        engine.Get(id).SerializedCustomStatus.ShouldBe("""{"Phase":"one"}""");
        engine.Raise(id, "Go", 1);

        engine.Get(id).SerializedCustomStatus.ShouldBe("""{"Phase":"three"}""");
        engine.History(id).ShouldNotContain(happened => happened is ExecutionCompletedEvent);
    }

    [Theory, EachWay]
    public void A_custom_status_can_be_cleared(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Report", async context =>
        {
            context.SetCustomStatus("busy");
            await context.WaitForExternalEvent<int>("Go");
            context.SetCustomStatus(null);
            await context.WaitForExternalEvent<int>("Go");
        });

        var id = engine.Begin("Report");
        engine.Raise(id, "Go", 1);

        engine.Get(id).SerializedCustomStatus.ShouldBeNull();
    }

    [Theory, EachWay]
    public void Recursive_termination_leaves_other_instances_alone(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Wait", context => context.WaitForExternalEvent<int>("Go"));
        engine.Orchestrator("Parent", context => context.CallSubOrchestratorAsync<int>(
            "Wait", options: new SubOrchestrationOptions(instanceId: "taken")));
        engine.Begin("Wait", id: "taken");
        engine.Schedule("Parent", id: "parent");
        engine.Step();
        TestEngine.Done(engine.Client.TerminateInstanceAsync("parent", new TerminateInstanceOptions("stop", Recursive: true)));
        engine.Settle();

        engine.Get("parent").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
        engine.Get("taken").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Running);
    }

    private static void Family(TestEngine engine)
    {
        engine.Orchestrator("Parent", context => context.CallSubOrchestratorAsync(
            "Child", options: new SubOrchestrationOptions(instanceId: "child")));
        engine.Orchestrator("Child", context => context.CallSubOrchestratorAsync(
            "Grandchild", options: new SubOrchestrationOptions(instanceId: "grandchild")));
        engine.Orchestrator("Grandchild", context => context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None));
    }
}
