using DurableTask.Core.History;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Engine.Tests;

public class TimerTests
{
    [Theory, EachWay]
    public void A_timer_fires_at_its_time(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Wait", async context =>
        {
            await context.CreateTimer(TimeSpan.FromDays(400), CancellationToken.None);
            return context.CurrentUtcDateTime;
        });

        engine.Run("Wait").ReadOutputAs<DateTime>().ShouldBe(TestEngine.Start.UtcDateTime.AddDays(400));
    }

    [Theory, EachWay]
    public void A_timer_longer_than_the_SDK_allows_is_several_in_a_row(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Wait", context => context.CreateTimer(TimeSpan.FromDays(10), CancellationToken.None));

        engine.Run("Wait", id: "wait").LastUpdatedAt.ShouldBe(TestEngine.Start.AddDays(10));

        engine.History("wait").OfType<TimerCreatedEvent>().Select(timer => (timer.FireAt - TestEngine.Start.UtcDateTime).TotalDays)
            .ShouldBe([3, 6, 9, 10]);
    }

    [Theory, EachWay]
    public void A_timer_for_a_time_that_has_passed_fires_at_once(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Wait", async context =>
        {
            await context.CreateTimer(context.CurrentUtcDateTime.AddDays(-1), CancellationToken.None);
            return context.CurrentUtcDateTime;
        });

        engine.Run("Wait").ReadOutputAs<DateTime>().ShouldBe(TestEngine.Start.UtcDateTime);
    }

    [Theory, EachWay]
    public void Timers_fire_in_the_order_of_their_times(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Race", async context =>
        {
            List<int> order = [];
            async Task After(int hours)
            {
                await context.CreateTimer(TimeSpan.FromHours(hours), CancellationToken.None);
                order.Add(hours);
            }

            await Task.WhenAll(After(3), After(1), After(2));
            return order;
        });

        engine.Run("Race").ReadOutputAs<int[]>().ShouldBe([1, 2, 3]);
    }

    [Theory, EachWay]
    public void A_cancelled_timer_does_not_keep_the_instance(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Activity("Quick", (string? _) => 1);
        engine.Orchestrator("Race", async context =>
        {
            using var cancellation = new CancellationTokenSource();
            var timer = context.CreateTimer(TimeSpan.FromDays(1), cancellation.Token);
            await Task.WhenAny(timer, context.CallActivityAsync("Quick"));
            cancellation.Cancel();
            return timer.IsCanceled;
        });

        var id = engine.Begin("Race");

        engine.Get(id).ReadOutputAs<bool>().ShouldBeTrue();
        engine.Clock.NextTimer.ShouldNotBe(TestEngine.Start.AddDays(1).AddHours(-1));
        engine.RunToEnd();
        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
    }

    [Theory, EachWay]
    public void An_open_timer_keeps_the_instance_running_until_it_fires(Way way)
    {
        using var engine = new TestEngine(way);
        engine.Orchestrator("Forget", context =>
        {
            _ = context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None);
            return Task.FromResult(1);
        });

        var id = engine.Begin("Forget");
        engine.RunUntil(TestEngine.Start.AddHours(23));
        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Running);
        engine.RunUntil(TestEngine.Start.AddDays(1));

        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
    }

    [Fact]
    public void A_timer_that_became_due_while_no_engine_ran_fires_at_the_next_start()
    {
        using var engine = new TestEngine(Way.CrashingAfterEachEpisode);
        engine.Orchestrator("Wait", async context =>
        {
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return context.CurrentUtcDateTime;
        });

        var id = engine.Begin("Wait");
        TestEngine.Done(engine.Engine.DisposeAsync().AsTask());
        engine.Clock.AdvanceTo(TestEngine.Start.AddHours(5));
        engine.Crash();
        engine.Settle();

        engine.Get(id).ReadOutputAs<DateTime>().ShouldBe(TestEngine.Start.UtcDateTime.AddHours(5));
    }

    [Fact]
    public void A_timer_that_fired_fires_again_after_a_crash_that_came_before_its_episode()
    {
        using var engine = new TestEngine(Way.CrashingAfterEachEpisode);
        engine.Orchestrator("Wait", context => context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None));

        var id = engine.Begin("Wait");
        engine.Clock.JumpToNextTimer().ShouldBeTrue();
        engine.Crash();
        engine.Settle();

        engine.Get(id).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
    }

    [Fact]
    public void One_timer_of_the_clock_serves_all_instances()
    {
        using var engine = new TestEngine();
        engine.Orchestrator("Wait", context => context.CreateTimer(TimeSpan.FromHours(context.GetInput<int>()), CancellationToken.None));

        foreach (var hours in new[] { 5, 2, 9 })
            engine.Begin("Wait", hours);

        engine.Clock.NextTimer.ShouldBe(TestEngine.Start.AddHours(2));
        engine.RunToEnd();
        engine.Clock.GetUtcNow().ShouldBe(TestEngine.Start.AddHours(9));
    }
}
