using Microsoft.DurableTask.Client;

namespace AccountClosure.Engine.Tests;

public class EventTests
{
    [Theory, EachWay]
    public void An_awaited_event_arrives_with_its_payload(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Wait", context => context.WaitForExternalEvent<int>("Go"));

        var id = engine.Begin("Wait");
        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Running);
        engine.Raise(id, "Go", 7);

        engine.Get(id).ReadOutputAs<int>().ShouldBe(7);
    }

    [Theory, EachWay]
    public void An_event_raised_before_it_is_awaited_is_kept(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Wait", async context =>
        {
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return await context.WaitForExternalEvent<int>("Go");
        });

        var id = engine.Begin("Wait");
        engine.Raise(id, "Go", 7);
        engine.RunToEnd();

        engine.Get(id).ReadOutputAs<int>().ShouldBe(7);
    }

    [Theory, EachWay]
    public void An_event_raised_before_the_first_episode_is_kept(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Wait", context => context.WaitForExternalEvent<int>("Go"));

        var id = engine.Schedule("Wait");
        engine.Raise(id, "Go", 7);

        engine.Get(id).ReadOutputAs<int>().ShouldBe(7);
    }

    [Theory, EachWay]
    public void Kept_events_arrive_oldest_first_per_name_regardless_of_case(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Wait", async context =>
        {
            await context.WaitForExternalEvent<bool>("Begin");
            return new[]
            {
                await context.WaitForExternalEvent<int>("B"),
                await context.WaitForExternalEvent<int>("a"),
                await context.WaitForExternalEvent<int>("A"),
            };
        });

        var id = engine.Begin("Wait");
        engine.Raise(id, "A", 1);
        engine.Raise(id, "b", 2);
        engine.Raise(id, "a", 3);
        engine.Raise(id, "begin", true);

        engine.Get(id).ReadOutputAs<int[]>().ShouldBe([2, 1, 3]);
    }

    [Theory, EachWay]
    public void A_waiter_left_behind_does_not_swallow_the_event(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Wait", async context =>
        {
            var first = context.WaitForExternalEvent<int>("Go");
            await Task.WhenAny(first, context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None));
            return await context.WaitForExternalEvent<int>("Go");
        });

        var id = engine.Begin("Wait");
        engine.RunUntil(TestEngine.Start.AddMinutes(2));
        engine.Raise(id, "Go", 7);

        engine.Get(id).ReadOutputAs<int>().ShouldBe(7);
    }

    [Theory, EachWay]
    public void A_wait_with_a_timeout_ends_by_whichever_comes_first(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Wait", async context =>
        {
            try
            {
                return await context.WaitForExternalEvent<string>("Go", TimeSpan.FromHours(1));
            }
            catch (TaskCanceledException)
            {
                return "timeout";
            }
        });

        var lucky = engine.Begin("Wait");
        var unlucky = engine.Begin("Wait");
        engine.Raise(lucky, "Go", "event");
        engine.Get(lucky).ReadOutputAs<string>().ShouldBe("event");
        engine.Clock.GetUtcNow().ShouldBe(TestEngine.Start, "the timer of the time-out is cancelled");
        engine.RunToEnd();

        engine.Get(unlucky).ReadOutputAs<string>().ShouldBe("timeout");
        engine.Clock.GetUtcNow().ShouldBe(TestEngine.Start.AddHours(1));
    }

    [Theory, EachWay]
    public void An_instance_can_send_an_event_to_another(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Receive", context => context.WaitForExternalEvent<string>("Hello"));
        engine.Orchestrator("Send", context =>
        {
            context.SendEvent(context.GetInput<string>()!, "hello", "from " + context.InstanceId);
            return Task.CompletedTask;
        });

        var receiver = engine.Begin("Receive");
        engine.Run("Send", receiver, "sender").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);

        engine.Get(receiver).ReadOutputAs<string>().ShouldBe("from sender");
    }

    [Theory, EachWay]
    public void An_event_to_nobody_is_dropped(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Send", context =>
        {
            context.SendEvent("nobody", "Hello", 1);
            return Task.CompletedTask;
        });

        engine.Raise("nobody", "Hello");
        engine.Run("Send", id: "sender").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
        engine.Raise("sender", "Late");

        engine.History("sender").ShouldNotContain(happened => happened is DurableTask.Core.History.EventRaisedEvent);
    }

    [Theory, EachWay]
    public void An_event_whose_payload_does_not_fit_fails_the_instance(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Wait", context => context.WaitForExternalEvent<int>("Go"));

        var id = engine.Begin("Wait");
        engine.Raise(id, "Go", "not a number");

        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        engine.Get(id).FailureDetails.ShouldNotBeNull().ErrorType.ShouldBe("System.Text.Json.JsonException");
    }

    [Fact]
    public void An_event_that_an_orchestrator_sends_itself_at_its_end_leaves_nothing_behind()
    {
        using var engine = new TestEngine(Way.CrashingAfterEachEpisode);
        engine.Orchestrator("Self", context =>
        {
            context.SendEvent(context.InstanceId, "Hello", 1);
            return Task.CompletedTask;
        });
        engine.Run("Self", id: "self");
        TestEngine.Result(engine.Client.PurgeInstanceAsync("self")).PurgedInstanceCount.ShouldBe(1);

        engine.Crash();

        engine.Step().ShouldBeFalse("there is nothing to go on with");
    }
}
