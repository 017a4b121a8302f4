using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Engine.Storage;
using DurableTask.Core.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Engine.Tests;

/// <summary>An instance that cannot continue must not block the others.</summary>
public class PoisonTests
{
    [Theory, EachWay]
    public void An_unknown_orchestrator_fails_its_instance(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Quick", _ => Task.FromResult(1));

        var bad = engine.Schedule("Missing");
        engine.Run("Quick").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);

        engine.Get(bad).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        engine.Get(bad).FailureDetails.ShouldNotBeNull().ErrorMessage.ShouldBe("There is no orchestrator named 'Missing'.");
    }

    [Theory, EachWay]
    public void An_input_that_does_not_fit_fails_its_instance(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Quick", context => Task.FromResult(context.GetInput<int>()));

        var ended = engine.Run("Quick", "not a number");

        ended.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        ended.FailureDetails.ShouldNotBeNull().ErrorType.ShouldBe("System.Text.Json.JsonException");
    }

    [Theory, EachWay]
    public void An_output_that_cannot_be_serialized_fails_its_instance(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator<object>("Quick", _ => Task.FromResult<object>(typeof(string)));

        engine.Run("Quick").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
    }

    [Theory, EachWay]
    public void A_decision_that_cannot_be_serialized_is_not_made(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Activity("A", (string? _) => 1);
        engine.Orchestrator("Quick", async context =>
        {
            try
            {
                await context.CallActivityAsync("A", typeof(string));
            }
            catch (NotSupportedException)
            {
                await context.CallActivityAsync("A");
            }
        });

        engine.Run("Quick", id: "quick").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
        engine.History("quick").OfType<TaskScheduledEvent>().ShouldHaveSingleItem().Input.ShouldBe("[null]");
    }

    [Theory, EachWay]
    public void An_activity_result_that_cannot_be_serialized_fails_its_call(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Activity("A", (string? _) => typeof(string));
        engine.Orchestrator("Quick", async context =>
        {
            try
            {
                await context.CallActivityAsync("A");
                return string.Empty;
            }
            catch (TaskFailedException failed)
            {
                return failed.FailureDetails.ErrorType;
            }
        });

        engine.Run("Quick").ReadOutputAs<string>().ShouldBe("System.NotSupportedException");
    }

    [Theory, EachWay]
    public void An_orchestrator_that_awaits_a_task_that_is_not_durable_fails(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Stuck", async _ => await new TaskCompletionSource<int>().Task);

        engine.Run("Stuck").FailureDetails.ShouldNotBeNull().ErrorMessage.ShouldBe(
            "The orchestrator 'Stuck' waits for a task that its context did not create, and can never continue. "
            + "Await only tasks of TaskOrchestrationContext.");
    }

    [Theory, EachWay]
    public void A_context_that_is_used_outside_of_its_episode_refuses(Way way)
    {
        using var engine = new TestEngine(way);
        TaskOrchestrationContext? kept = null;
        engine.Orchestrator("Leak", context =>
        {
            kept = context;
            return Task.FromResult(1);
        });

        engine.Run("Leak");

        Should.Throw<InvalidOperationException>(() => kept!.NewGuid()).Message.ShouldStartWith("An orchestrator may use its context only");
    }

    [Theory]
    [InlineData("UPDATE history SET events = 'broken'")]
    [InlineData("UPDATE history SET events = '[{\"type\":\"SomethingElse\"}]'")]
    [InlineData("UPDATE history SET events = '[]'")]
    [InlineData("UPDATE history SET events = '[{\"EventType\":\"ExecutionCompleted\",\"OrchestrationStatus\":\"Odd\"}]'")]
    [InlineData("UPDATE history SET events = '[{\"EventType\":\"TimerFired\",\"FireAt\":\"soon\"}]'")]
    public void An_instance_with_a_damaged_history_fails_with_the_reason_and_others_continue(string damage)
    {
        using var engine = new TestEngine(Way.CrashingAfterEachEpisode);
        engine.Orchestrator("Wait", async context =>
        {
            _ = context.CreateTimer(TimeSpan.FromDays(9), CancellationToken.None);
            return await context.WaitForExternalEvent<int>("Go");
        });
        engine.Orchestrator("Parent", context => context.CallSubOrchestratorAsync<int>(
            "Wait", options: new SubOrchestrationOptions(instanceId: "bad")));
        engine.Begin("Parent", id: "parent");
        engine.Damage(damage + " WHERE instance = (SELECT key FROM instances WHERE id = 'bad')");
        engine.Begin("Wait", id: "good");

        engine.Raise("bad", "Go", 1);
        engine.Raise("good", "Go", 2);
        engine.RunToEnd();

        engine.Get("bad").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        engine.Get("bad").FailureDetails.ShouldNotBeNull().ErrorMessage.ShouldStartWith("The history ");
        engine.Get("parent").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        engine.Get("good").ReadOutputAs<int>().ShouldBe(2);
    }

    [Fact]
    public void An_instance_with_a_damaged_message_fails_and_others_continue()
    {
        using var engine = new TestEngine(Way.CrashingAfterEachEpisode);
        engine.Orchestrator("Wait", context => context.WaitForExternalEvent<int>("Go"));
        engine.Begin("Wait", id: "bad");
        TestEngine.Done(engine.Client.RaiseEventAsync("bad", "Go", 1));
        engine.Damage("UPDATE inbox SET event = '[]'");
        engine.Begin("Wait", id: "good");
        engine.Raise("good", "Go", 2);

        engine.Get("bad").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        engine.Get("good").ReadOutputAs<int>().ShouldBe(2);
    }

    [Theory, EachWay]
    public void A_failure_with_a_hundred_causes_can_be_read(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Deep", new Func<TaskOrchestrationContext, Task>(_ => throw Enumerable.Range(0, 100).Aggregate(
            new InvalidOperationException("the first cause"), (cause, _) => new InvalidOperationException("caused", cause))));

        var ended = engine.Run("Deep");

        ended.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        ended.FailureDetails.ShouldNotBeNull().InnerFailure.ShouldNotBeNull().ErrorMessage.ShouldBe("caused");
    }

    [Fact]
    public void A_change_that_never_began_can_be_undone()
    {
        var folder = Directory.CreateTempSubdirectory("engine-").FullName;
        using (Database database = Database.Open(Path.Combine(folder, "engine.db"), oneConnection: true, flush: false))
            Should.NotThrow(database.Rollback);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_database_of_another_version_is_refused()
    {
        using var engine = new TestEngine(Way.CrashingAfterEachEpisode);

        Should.Throw<EngineStorageException>(() => engine.Damage("PRAGMA user_version = 99")).Message
            .ShouldBe("The database has schema version 99, but this engine supports version 2. Use another data folder.");
    }

    [Fact]
    public void A_database_that_is_in_use_is_refused()
    {
        using var engine = new TestEngine(Way.CrashingAfterEachEpisode);

        Should.Throw<EngineStorageException>(() => engine.OpenASecondOne()).Message.ShouldEndWith("is in use by another process.");
    }
}
