using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Engine.Tests;

public class RetryTests
{
    private static readonly DateTime Start = TestEngine.Start.UtcDateTime;

    [Theory, EachWay]
    public void A_policy_tries_again_after_growing_intervals_up_to_the_longest(Way way)
    {
        using var engine = new TestEngine(way);
        var attempts = FailingActivity(engine, failures: 4);
        Orchestrate(engine, new RetryPolicy(
            5, TimeSpan.FromMinutes(1), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromMinutes(3)));

        engine.Run("Try").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);

        attempts.ShouldBe([Start, Start.AddMinutes(1), Start.AddMinutes(3), Start.AddMinutes(6), Start.AddMinutes(9)]);
    }

    [Theory, EachWay]
    public void An_exhausted_policy_fails_with_the_last_failure_inside(Way way)
    {
        using var engine = new TestEngine(way);
        var attempts = FailingActivity(engine, failures: 10);
        Orchestrate(engine, new RetryPolicy(3, TimeSpan.FromMinutes(1)));

        var ended = engine.Run("Try");

        attempts.Count.ShouldBe(3);
        engine.Clock.GetUtcNow().ShouldBe(TestEngine.Start.AddMinutes(2), "no wait after the last attempt");
        var task = ended.FailureDetails.ShouldNotBeNull().InnerFailure.ShouldNotBeNull();
        task.IsCausedBy<TimeoutException>().ShouldBeTrue();
        task.ErrorMessage.ShouldBe("attempt 3");
    }

    [Theory, EachWay]
    public void A_failure_that_the_policy_does_not_handle_is_not_tried_again(Way way)
    {
        using var engine = new TestEngine(way);
        var attempts = FailingActivity(engine, failures: 10);
        Orchestrate(engine, new RetryPolicy(5, TimeSpan.FromMinutes(1))
        {
            HandleFailure = failure => failure.ErrorMessage != "attempt 2",
        });

        engine.Run("Try").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);

        attempts.Count.ShouldBe(2);
    }

    [Theory, EachWay]
    public void The_retry_timeout_ends_the_attempts(Way way)
    {
        using var engine = new TestEngine(way);
        var attempts = FailingActivity(engine, failures: 100);
        Orchestrate(engine, new RetryPolicy(100, TimeSpan.FromMinutes(1), retryTimeout: TimeSpan.FromMinutes(4)));

        engine.Run("Try").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);

        attempts.Count.ShouldBe(5);
    }

    [Theory, EachWay]
    public void A_handler_decides_and_waits_for_itself(Way way)
    {
        using var engine = new TestEngine(way);
        var attempts = FailingActivity(engine, failures: 10);
        AsyncRetryHandler handler = async retry =>
        {
            await retry.OrchestrationContext.CreateTimer(TimeSpan.FromHours(retry.LastAttemptNumber), CancellationToken.None);
            return retry.TotalRetryTime < TimeSpan.FromHours(3) && retry.LastFailure.IsCausedBy<TimeoutException>();
        };
        engine.Orchestrator("Try", context => context.CallActivityAsync("Fail", options: TaskOptions.FromRetryHandler(handler)));

        engine.Run("Try").RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);

        attempts.ShouldBe([Start, Start.AddHours(1), Start.AddHours(3)]);
    }

    [Theory, EachWay]
    public void Sub_orchestrations_are_retried(Way way)
    {
        using var engine = new TestEngine(way);
        FailingActivity(engine, failures: 2);
        engine.Orchestrator("Child", context => context.CallActivityAsync<string>("Fail"));
        engine.Orchestrator("Parent", context => context.CallSubOrchestratorAsync<string>(
            "Child", options: TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromMinutes(1)))));

        engine.Run("Parent").ReadOutputAs<string>().ShouldBe("attempt 3");
    }

    private static List<DateTime> FailingActivity(TestEngine engine, int failures)
    {
        List<DateTime> attempts = [];
        engine.Activity("Fail", (string? _) =>
        {
            attempts.Add(engine.Clock.GetUtcNow().UtcDateTime);
            var text = $"attempt {attempts.Count}";
            return attempts.Count <= failures ? throw new TimeoutException(text) : text;
        });
        return attempts;
    }

    private static void Orchestrate(TestEngine engine, RetryPolicy policy) => engine.Orchestrator(
        "Try", context => context.CallActivityAsync("Fail", options: TaskOptions.FromRetryPolicy(policy)));
}
