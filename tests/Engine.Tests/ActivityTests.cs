using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Engine.Tests;

public class ActivityTests
{
    [Theory, EachWay]
    public void An_activity_gets_its_input_and_gives_its_result(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Activity("Double", (int number) => number * 2);
        engine.Orchestrator("Calculate", async context =>
        {
            var once = await context.CallActivityAsync<int>("Double", context.GetInput<int>());
            return await context.CallActivityAsync<int>("double", once);
        });

        var ended = engine.Run("Calculate", 5);

        ended.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
        ended.ReadOutputAs<int>().ShouldBe(20);
    }

    [Fact]
    public void Activities_called_together_run_at_the_same_time()
    {
        using var engine = new TestEngine();
        engine.SlowActivity("Wait", TimeSpan.FromHours(1));
        engine.Orchestrator("Fan", async context =>
        {
            await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => context.CallActivityAsync("Wait")));
            return context.CurrentUtcDateTime;
        });

        var ended = engine.Run("Fan");

        ended.ReadOutputAs<DateTime>().ShouldBe(TestEngine.Start.UtcDateTime.AddHours(1));
    }

    [Theory, EachWay]
    public void Results_belong_to_their_calls_in_any_order(Way way)
    {
        using var engine = new TestEngine(way);
        foreach (var hours in new[] { 3, 1, 2 })
        {
            engine.Catalog.AddActivity($"Wait{hours}", async call =>
            {
                await Task.Delay(TimeSpan.FromHours(hours), engine.Clock, call.Cancellation);
                return hours;
            });
        }

        engine.Orchestrator("Fan", async context => await Task.WhenAll(
            context.CallActivityAsync<int>("Wait3"), context.CallActivityAsync<int>("Wait1"), context.CallActivityAsync<int>("Wait2")));

        engine.Run("Fan").ReadOutputAs<int[]>().ShouldBe([3, 1, 2]);
    }

    [Theory, EachWay]
    public void A_failed_activity_throws_with_the_details_of_its_failure(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Activity<object?, object?>("Fail", _ => throw new InvalidOperationException("no", new ArgumentException("because")));
        engine.Orchestrator("Try", async context =>
        {
            try
            {
                await context.CallActivityAsync("Fail");
                return "nothing thrown";
            }
            catch (TaskFailedException failed)
            {
                return $"{failed.TaskName} {failed.FailureDetails.IsCausedBy<InvalidOperationException>()} "
                    + $"{failed.FailureDetails.ErrorMessage} {failed.FailureDetails.InnerFailure?.ErrorMessage}";
            }
        });

        engine.Run("Try").ReadOutputAs<string>().ShouldBe("Fail True no because");
    }

    [Theory, EachWay]
    public void A_failure_that_nobody_catches_fails_the_instance(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Activity<object?, object?>("Fail", _ => throw new InvalidOperationException("no"));
        engine.Orchestrator("Try", context => context.CallActivityAsync("Fail"));

        var ended = engine.Run("Try");

        ended.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        ended.FailureDetails.ShouldNotBeNull().ErrorType.ShouldBe(typeof(TaskFailedException).FullName);
        ended.FailureDetails.InnerFailure.ShouldNotBeNull().ErrorMessage.ShouldBe("no");
    }

    [Theory, EachWay]
    public void An_unknown_activity_fails_its_call_only(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Try", async context =>
        {
            try
            {
                await context.CallActivityAsync("Missing");
                return string.Empty;
            }
            catch (TaskFailedException failed)
            {
                return failed.FailureDetails.ErrorMessage;
            }
        });

        engine.Run("Try").ReadOutputAs<string>().ShouldBe("There is no activity named 'Missing'.");
    }

    [Fact]
    public void An_activity_whose_result_was_lost_in_a_crash_runs_again()
    {
        using var engine = new TestEngine(Way.CrashingAfterEachEpisode);
        var runs = 0;
        engine.Activity("Count", (string? _) => ++runs);
        engine.Orchestrator("Once", context => context.CallActivityAsync<int>("Count"));

        var id = engine.Schedule("Once");
        while (runs == 0)
            engine.Step().ShouldBeTrue();
        engine.Crash();
        engine.RunToEnd();

        runs.ShouldBe(2);
        engine.Get(id).ReadOutputAs<int>().ShouldBe(2);
    }

    [Fact]
    public void An_activity_whose_result_is_durable_does_not_run_again()
    {
        using var engine = new TestEngine(Way.CrashingAfterEachEpisode);
        var runs = 0;
        engine.Activity("Count", (string? _) => ++runs);
        engine.Orchestrator("Once", async context =>
        {
            await context.CallActivityAsync<int>("Count");
            await context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None);
        });

        engine.Run("Once");

        runs.ShouldBe(1);
    }

    [Theory, EachWay]
    public void A_result_that_comes_after_the_end_changes_nothing(Way way)
    {
        using var engine = new TestEngine(way);
        engine.SlowActivity("Wait", TimeSpan.FromHours(2));
        engine.Orchestrator("Long", context => context.CallActivityAsync("Wait"));

        var id = engine.Begin("Long");
        TestEngine.Done(engine.Client.TerminateInstanceAsync(id, "stop"));
        engine.RunToEnd();

        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
        engine.History(id).Count.ShouldBe(8, "two episodes, and nothing after the end");
    }

    [Theory, EachWay]
    public void An_activity_that_nobody_awaits_is_waited_for_before_the_end(Way way)
    {
        using var engine = new TestEngine(way);
        engine.SlowActivity("Wait", TimeSpan.FromHours(2));
        engine.Orchestrator("Forget", context =>
        {
            _ = context.CallActivityAsync("Wait");
            return Task.FromResult("done");
        });

        var id = engine.Begin("Forget");
        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Running);
        engine.RunToEnd();

        engine.Get(id).ReadOutputAs<string>().ShouldBe("done");
    }

    [Theory, EachWay]
    public void Payloads_may_be_large(Way way)
    {
        using var engine = new TestEngine(way);
        var large = string.Concat(Enumerable.Repeat("\"ü\\\u0001€", 400_000));
        engine.Activity("Echo", (string text) => text);
        engine.Orchestrator("Carry", context => context.CallActivityAsync<string>("Echo", context.GetInput<string>()));

        engine.Run("Carry", large).ReadOutputAs<string>().ShouldBe(large);
    }

    [Theory, EachWay]
    public void Null_is_a_valid_result(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Activity("Nothing", (string? text) => text);
        engine.Orchestrator("Carry", async context => await context.CallActivityAsync<string?>("Nothing") is null);

        engine.Run("Carry").ReadOutputAs<bool>().ShouldBeTrue();
    }
}
