using DurableTask.Core.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Engine.Tests;

/// <summary>
/// Failed instances are rewound as DurableTask.Core does it. No test compares the two, because the in-process test host cannot rewind.
/// </summary>
public class RewindTests
{
    [Theory, EachWay]
    public void Rewinding_runs_the_failed_activity_again_and_no_other(Way way)
    {
        using var engine = new TestEngine(way);
        var steps = new Steps(engine, "second");
        engine.Orchestrator("Steps", async context =>
            $"{await steps.Call(context, "first")} {await steps.Call(context, "second")} {await steps.Call(context, "third")}");

        engine.Run("Steps", id: "it").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        steps.Mend();
        Rewind(engine, "it");
        engine.Get("it").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Running);
        engine.Get("it").FailureDetails.ShouldBeNull();
        engine.RunToEnd();

        engine.Get("it").ReadOutputAs<string>().ShouldBe("first second third");
        steps.Runs.ShouldBe(["first", "second", "second", "third"]);
    }

    [Theory, EachWay]
    public void Rewinding_runs_every_failed_activity_again(Way way)
    {
        using var engine = new TestEngine(way);
        var steps = new Steps(engine, "second", "third");
        engine.Orchestrator("All", async context => string.Join(' ', await Task.WhenAll(
            new[] { "first", "second", "third", "fourth" }.Select(name => steps.Call(context, name)))));

        engine.Run("All", id: "it").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        steps.Mend();
        Rewind(engine, "it");
        engine.RunToEnd();

        engine.Get("it").ReadOutputAs<string>().ShouldBe("first second third fourth");
        steps.Runs.Order().ShouldBe(["first", "fourth", "second", "second", "third", "third"]);
    }

    [Theory, EachWay]
    public void An_instance_that_fails_again_can_be_rewound_again(Way way)
    {
        using var engine = new TestEngine(way);
        var steps = new Steps(engine, "only");
        engine.Orchestrator("Step", context => steps.Call(context, "only"));

        engine.Run("Step", id: "it");
        Rewind(engine, "it");
        engine.RunToEnd();
        engine.Get("it").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        steps.Mend();
        Rewind(engine, "it");
        engine.RunToEnd();

        engine.Get("it").ReadOutputAs<string>().ShouldBe("only");
        steps.Runs.Count.ShouldBe(3);
    }

    [Theory, EachWay]
    public void A_rewind_replaces_the_failure_with_the_reason_and_changes_the_execution_id(Way way)
    {
        using var engine = new TestEngine(way);
        var steps = new Steps(engine, "only");
        engine.Orchestrator("Step", context => steps.Call(context, "only"));

        engine.Run("Step", id: "it");
        List<string> executions = [ExecutionId(engine, "it")];
        foreach (var reason in new[] { "one", "two" })
        {
            Rewind(engine, "it", reason);
            engine.RunToEnd();
            executions.Add(ExecutionId(engine, "it"));
        }

        var history = engine.History("it");
        executions.ShouldBeUnique();
        history.OfType<ExecutionRewoundEvent>().Select(rewound => rewound.Reason).ShouldBe(["one", "two"]);
        history.OfType<TaskFailedEvent>().ShouldHaveSingleItem();
        history.OfType<TaskScheduledEvent>().ShouldHaveSingleItem();
        history.OfType<ExecutionCompletedEvent>().ShouldHaveSingleItem();
    }

    [Theory, EachWay]
    public void Events_and_timers_before_the_failure_are_kept(Way way)
    {
        using var engine = new TestEngine(way);
        var steps = new Steps(engine, "last");
        engine.Orchestrator("Wait", async context =>
        {
            var text = await context.WaitForExternalEvent<string>("Text");
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return $"{text} {context.CurrentUtcDateTime:HH:mm} {await steps.Call(context, "last")}";
        });

        engine.Begin("Wait", id: "it");
        engine.Raise("it", "Text", "hello");
        engine.RunToEnd();
        engine.RunUntil(TestEngine.Start.AddHours(5));
        steps.Mend();
        Rewind(engine, "it");
        engine.RunToEnd();

        engine.Get("it").ReadOutputAs<string>().ShouldBe("hello 10:00 last");
        engine.Clock.GetUtcNow().ShouldBe(TestEngine.Start.AddHours(5));
    }

    [Theory, EachWay]
    public void Rewinding_rewinds_failed_sub_orchestrations_of_every_depth_and_no_other(Way way)
    {
        using var engine = new TestEngine(way);
        var steps = new Steps(engine, "deep");
        engine.Orchestrator("Grandchild", context => steps.Call(context, "deep"));
        engine.Orchestrator("Child", context => context.CallSubOrchestratorAsync<string>("Grandchild"));
        engine.Orchestrator("Good", context => steps.Call(context, "good"));
        engine.Orchestrator("Parent", async context =>
            await context.CallSubOrchestratorAsync<string>("Good") + await context.CallSubOrchestratorAsync<string>("Child"));

        engine.Run("Parent", id: "it").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        steps.Mend();
        Rewind(engine, "it");
        engine.RunToEnd();

        engine.Get("it").ReadOutputAs<string>().ShouldBe("gooddeep");
        steps.Runs.ShouldBe(["good", "deep", "deep"]);
    }

    [Theory, EachWay]
    public void A_sub_orchestration_that_was_rewound_alone_answers_its_rewound_parent(Way way)
    {
        using var engine = new TestEngine(way);
        var steps = new Steps(engine, "deep");
        engine.Orchestrator("Child", context => steps.Call(context, "deep"));
        engine.Orchestrator("Parent", context => context.CallSubOrchestratorAsync<string>(
            "Child", options: new SubOrchestrationOptions(instanceId: "child")));

        engine.Run("Parent", id: "it");
        steps.Mend();
        Rewind(engine, "child");
        engine.RunToEnd();
        engine.Get("child").ReadOutputAs<string>().ShouldBe("deep");
        engine.Get("it").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        Rewind(engine, "it");
        engine.RunToEnd();

        engine.Get("it").ReadOutputAs<string>().ShouldBe("deep");
        steps.Runs.Count.ShouldBe(2);
    }

    [Theory, EachWay]
    public void A_parent_that_is_rewound_while_its_sub_orchestration_runs_again_waits_for_it(Way way)
    {
        using var engine = new TestEngine(way);
        var steps = new Steps(engine, "deep");
        engine.Orchestrator("Child", async context =>
            await steps.Call(context, "deep") + await context.WaitForExternalEvent<string>("Text"));
        engine.Orchestrator("Parent", context => context.CallSubOrchestratorAsync<string>(
            "Child", options: new SubOrchestrationOptions(instanceId: "child")));

        engine.Run("Parent", id: "it");
        steps.Mend();
        Rewind(engine, "child");
        engine.RunToEnd();
        Rewind(engine, "it");
        engine.RunToEnd();
        engine.Raise("child", "Text", "er");
        engine.Get("it").ReadOutputAs<string>().ShouldBe("deeper");
    }

    [Theory, EachWay]
    public void A_terminated_sub_orchestration_stays_terminated_and_fails_its_parent_again(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Child", context => context.WaitForExternalEvent<int>("Never"));
        engine.Orchestrator("Parent", context => context.CallSubOrchestratorAsync<int>(
            "Child", options: new SubOrchestrationOptions(instanceId: "child")));

        engine.Begin("Parent", id: "it");
        TestEngine.Done(engine.Client.TerminateInstanceAsync("child", "stop"));
        engine.RunToEnd();
        Rewind(engine, "it");
        engine.RunToEnd();

        engine.Get("child").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
        engine.Get("it").FailureDetails.ShouldNotBeNull().InnerFailure.ShouldNotBeNull().ErrorType.ShouldBe("Terminated");
    }

    [Theory, EachWay]
    public void A_call_that_created_no_sub_orchestration_is_repeated(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Child", context => context.WaitForExternalEvent<int>("Go"));
        engine.Orchestrator("Parent", context => context.CallSubOrchestratorAsync<int>(
            "Child", options: new SubOrchestrationOptions(instanceId: "taken")));

        engine.Begin("Child", id: "taken");
        engine.Run("Parent", id: "it").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        engine.Raise("taken", "Go", 1);
        Rewind(engine, "it");
        engine.RunToEnd();
        engine.Raise("taken", "Go", 2);

        engine.Get("it").ReadOutputAs<int>().ShouldBe(2);
    }

    [Theory, EachWay]
    public void An_orchestrator_that_throws_by_itself_fails_again_with_the_same_exception(Way way)
    {
        using var engine = new TestEngine(way);
        var steps = new Steps(engine);
        engine.Orchestrator("Broken", async context =>
        {
            await steps.Call(context, "only");
            throw new InvalidOperationException("no");
        });

        engine.Run("Broken", id: "it");
        Rewind(engine, "it");
        engine.RunToEnd();

        engine.Get("it").FailureDetails.ShouldNotBeNull().ErrorMessage.ShouldBe("no");
        steps.Runs.ShouldHaveSingleItem();
    }

    [Theory, EachWay]
    public void A_retry_without_timers_begins_again_with_the_first_attempt(Way way)
    {
        using var engine = new TestEngine(way);
        var steps = new Steps(engine, "only");
        var twice = TaskOptions.FromRetryHandler(failed => failed.LastAttemptNumber < 2);
        engine.Orchestrator("Try", context => context.CallActivityAsync<string>("Step", "only", twice));

        engine.Run("Try", id: "it");
        steps.Runs.Count.ShouldBe(2);
        Rewind(engine, "it");
        engine.RunToEnd();

        engine.Get("it").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        steps.Runs.Count.ShouldBe(4);
    }

    /// <summary>As in Azure, whose documentation excludes durable timers: the history lacks the attempt that the timer follows.</summary>
    [Theory, EachWay]
    public void A_retry_with_timers_cannot_be_replayed_and_the_instance_fails_again(Way way)
    {
        using var engine = new TestEngine(way);
        var steps = new Steps(engine, "only");
        var policy = TaskOptions.FromRetryPolicy(new RetryPolicy(2, TimeSpan.FromMinutes(1)));
        engine.Orchestrator("Try", context => context.CallActivityAsync<string>("Step", "only", policy));

        engine.Run("Try", id: "it");
        steps.Mend();
        Rewind(engine, "it");
        engine.RunToEnd();

        engine.Get("it").FailureDetails.ShouldNotBeNull().ErrorType.ShouldContain("NonDeterministic");
        steps.Runs.Count.ShouldBe(2);
    }

    /// <summary>Rewinds the instance and crashes the engine, because an accepted request must survive that.</summary>
    private static void Rewind(TestEngine engine, string id, string reason = "mended")
    {
        TestEngine.Done(engine.Client.RewindInstanceAsync(id, reason));
        engine.Crash();
    }

    private static string ExecutionId(TestEngine engine, string id) =>
        engine.History(id).OfType<ExecutionStartedEvent>().ShouldHaveSingleItem().OrchestrationInstance.ExecutionId;

    /// <summary>An activity that records its runs and returns its input, but fails for some inputs until it is repaired.</summary>
    private sealed class Steps
    {
        private readonly HashSet<string> _failing;

        public Steps(TestEngine engine, params string[] failing)
        {
            _failing = [.. failing];
            engine.Activity("Step", (string name) =>
            {
                Runs.Add(name);
                return _failing.Contains(name) ? throw new InvalidOperationException($"{name} is broken") : name;
            });
        }

        public List<string> Runs { get; } = [];

        public Task<string> Call(TaskOrchestrationContext context, string name) => context.CallActivityAsync<string>("Step", name);

        public void Mend() => _failing.Clear();
    }
}
