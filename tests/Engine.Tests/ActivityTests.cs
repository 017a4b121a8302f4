using Microsoft.DurableTask.Client;

namespace AccountClosure.Engine.Tests;

public class ActivityTests
{
    [Theory, EachWay]
    public void An_activity_gets_its_input_and_gives_its_result(Way way)
    {
        using TestEngine engine = new(way);
        engine.Activity("Double", (int number) => number * 2);
        engine.Orchestrator("Calculate", async context =>
        {
            int once = await context.CallActivityAsync<int>("Double", context.GetInput<int>());
            return await context.CallActivityAsync<int>("Double", once);
        });

        OrchestrationMetadata ended = engine.Run("Calculate", 5);

        ended.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
        ended.ReadOutputAs<int>().ShouldBe(20);
    }

    [Fact]
    public void Activities_called_together_run_at_the_same_time()
    {
        using TestEngine engine = new();
        engine.SlowActivity("Wait", TimeSpan.FromHours(1));
        engine.Orchestrator("Fan", async context =>
        {
            await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => context.CallActivityAsync("Wait")));
            return context.CurrentUtcDateTime;
        });

        OrchestrationMetadata ended = engine.Run("Fan");

        ended.ReadOutputAs<DateTime>().ShouldBe(TestEngine.Start.UtcDateTime.AddHours(1));
    }
}
