using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Engine.Tests;

public class SubOrchestrationTests
{
    [Theory, EachWay]
    public void A_sub_orchestration_gets_its_input_knows_its_parent_and_gives_its_result(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Child", async context =>
        {
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return $"{context.GetInput<int>()} for {context.Parent?.Name} {context.Parent?.InstanceId}";
        });
        engine.Orchestrator("Parent", context => context.CallSubOrchestratorAsync<string>("Child", 5));

        engine.Run("Parent", id: "top").ReadOutputAs<string>().ShouldBe("5 for Parent top");
    }

    [Theory, EachWay]
    public void Its_instance_id_can_be_given_or_is_made_the_same_on_every_replay(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Child", context => Task.FromResult(context.InstanceId));
        engine.Orchestrator("Parent", async context => new[]
        {
            await context.CallSubOrchestratorAsync<string>("Child"),
            await context.CallSubOrchestratorAsync<string>("Child"),
            await context.CallSubOrchestratorAsync<string>("Child", options: new TaskOptions().WithInstanceId("mine")),
        });

        var ids = engine.Run("Parent").ReadOutputAs<string[]>().ShouldNotBeNull();

        ids.Distinct().Count().ShouldBe(3);
        ids[2].ShouldBe("mine");
        engine.Get(ids[0]).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
    }

    [Theory, EachWay]
    public void The_parent_can_catch_its_failure(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Child", new Func<TaskOrchestrationContext, Task>(_ => throw new InvalidOperationException("no")));
        engine.Orchestrator("Parent", async context =>
        {
            try
            {
                await context.CallSubOrchestratorAsync("Child");
                return string.Empty;
            }
            catch (TaskFailedException failed)
            {
                return failed.FailureDetails.ErrorType + " " + failed.FailureDetails.ErrorMessage;
            }
        });

        engine.Run("Parent").ReadOutputAs<string>().ShouldBe("System.InvalidOperationException no");
    }

    [Theory, EachWay]
    public void A_terminated_one_fails_for_its_parent(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Child", context => context.WaitForExternalEvent<int>("Never"));
        engine.Orchestrator("Parent", context => context.CallSubOrchestratorAsync<int>(
            "Child", options: new SubOrchestrationOptions(instanceId: "child")));

        var parent = engine.Begin("Parent");
        TestEngine.Done(engine.Client.TerminateInstanceAsync("child", "stop"));
        engine.RunToEnd();

        engine.Get(parent).FailureDetails.ShouldNotBeNull().InnerFailure.ShouldNotBeNull().ErrorMessage
            .ShouldStartWith("The orchestration 'Child' with the instance id 'child' was terminated.");
    }

    [Theory, EachWay]
    public void An_instance_id_in_use_fails_the_call_and_leaves_the_other_alone(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Wait", context => context.WaitForExternalEvent<int>("Go"));
        engine.Orchestrator("Parent", context => context.CallSubOrchestratorAsync<int>(
            "Wait", options: new SubOrchestrationOptions(instanceId: "taken")));

        engine.Begin("Wait", id: "taken");
        var parent = engine.Run("Parent");
        engine.Raise("taken", "Go", 1);

        parent.FailureDetails.ShouldNotBeNull().InnerFailure.ShouldNotBeNull().ErrorMessage
            .ShouldBe("An orchestration with the instance id 'taken' exists and is Running.");
        engine.Get("taken").ReadOutputAs<int>().ShouldBe(1);
    }

    [Theory, EachWay]
    public void An_instance_id_of_an_ended_one_is_used_again(Way way)
    {
        using var engine = new TestEngine(way);
        var runs = 0;
        engine.Activity("Count", (string? _) => ++runs);
        engine.Orchestrator("Child", context => context.CallActivityAsync<int>("Count"));
        engine.Orchestrator("Parent", async context =>
        {
            var same = new SubOrchestrationOptions(instanceId: "same");
            return await context.CallSubOrchestratorAsync<int>("Child", options: same)
                + await context.CallSubOrchestratorAsync<int>("Child", options: same);
        });

        engine.Run("Parent").ReadOutputAs<int>().ShouldBe(3);
    }

    [Theory, EachWay]
    public void An_unknown_orchestrator_fails_the_call(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Parent", context => context.CallSubOrchestratorAsync("Missing"));

        engine.Run("Parent").FailureDetails.ShouldNotBeNull().InnerFailure.ShouldNotBeNull().ErrorMessage
            .ShouldBe("There is no orchestrator named 'Missing'.");
    }

    [Theory, EachWay]
    public void Many_run_at_the_same_time(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Child", async context =>
        {
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return context.GetInput<int>();
        });
        engine.Orchestrator("Parent", async context => (await Task.WhenAll(
            Enumerable.Range(1, 20).Select(number => context.CallSubOrchestratorAsync<int>("Child", number)))).Sum());

        engine.Run("Parent").ReadOutputAs<int>().ShouldBe(210);
        engine.Clock.GetUtcNow().ShouldBe(TestEngine.Start.AddHours(1));
    }
}
