using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Engine.Tests.Conformance;

/// <summary>Activities, timers and sub-orchestrations behave on the engine as on a published backend.</summary>
public class StepTests(Backends backends) : IClassFixture<Backends>
{
    [Theory, EachBackend]
    public async Task An_activity_gets_its_input_and_gives_its_result(Backend backend)
    {
        (await backends.RunAsync(backend, "Greet", "Ada")).ReadOutputAs<string>().ShouldBe("Hello Ada");
        (await backends.RunAsync(backend, "Greet")).ReadOutputAs<string>().ShouldBe("Hello nobody");
        (await backends.RunAsync(backend, "Greet", "[a, \"b\"]")).ReadOutputAs<string>().ShouldBe("Hello [a, \"b\"]");
    }

    [Theory, EachBackend]
    public async Task Parallel_activities_all_return_their_results(Backend backend) =>
        (await backends.RunAsync(backend, "GreetAll")).ReadOutputAs<string[]>().ShouldBe(
            Enumerable.Range(0, 20).Select(number => $"Hello {number}"));

    [Theory, EachBackend]
    public async Task A_failed_activity_reports_its_failure_and_the_cause(Backend backend) =>
        (await backends.RunAsync(backend, "CatchFailure")).ReadOutputAs<string>().ShouldBe(
            "Fail: System.InvalidOperationException, broken < System.TimeoutException, its cause");

    [Theory, EachBackend]
    public async Task A_failed_orchestrator_reports_its_failure_and_the_cause(Backend backend)
    {
        var ended = await backends.RunAsync(backend, "Fail");

        ended.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        Workflows.Describe(ended.FailureDetails!).ShouldBe(
            "System.InvalidOperationException, the orchestrator < System.TimeoutException, its cause");
    }

    [Theory, EachBackend]
    public async Task An_uncaught_activity_failure_is_the_orchestrations_inner_failure(Backend backend)
    {
        var ended = await backends.RunAsync(backend, "FailWithActivity");

        ended.FailureDetails.ShouldNotBeNull().ErrorType.ShouldBe(typeof(TaskFailedException).FullName);
        Workflows.Describe(ended.FailureDetails.InnerFailure!).ShouldBe(
            "System.InvalidOperationException, broken < System.TimeoutException, its cause");
    }

    [Theory, EachBackend]
    public async Task A_retry_policy_tries_again(Backend backend) =>
        (await backends.RunAsync(backend, "Retry")).ReadOutputAs<int>().ShouldBe(3);

    [Theory, EachBackend]
    public async Task A_retry_handler_tries_again(Backend backend) =>
        (await backends.RunAsync(backend, "RetryByHandler")).ReadOutputAs<int>().ShouldBe(3);

    [Theory, EachBackend]
    public async Task An_exhausted_retry_policy_fails_with_the_last_failure(Backend backend)
    {
        var ended = await backends.RunAsync(backend, "RetryInVain");

        ended.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        ended.FailureDetails!.IsCausedBy<TaskFailedException>().ShouldBeTrue();
        ended.FailureDetails.InnerFailure.ShouldNotBeNull().ErrorMessage.ShouldBe("broken");
    }

    [Theory, EachBackend]
    public async Task A_timer_is_never_early_and_a_cancelled_timer_does_not_block(Backend backend) =>
        (await backends.RunAsync(backend, "Timers")).ReadOutputAs<bool>().ShouldBeTrue();

    [Theory, EachBackend]
    public async Task A_sub_orchestration_gives_its_result_and_knows_its_parent(Backend backend)
    {
        (await backends.RunAsync(backend, "Parent", "Ada")).ReadOutputAs<string>().ShouldBe("Hello Ada");
        (await backends.RunAsync(backend, "NamesItsParent")).ReadOutputAs<bool>().ShouldBeTrue();
    }

    [Theory, EachBackend]
    public async Task A_failed_sub_orchestration_reports_its_failure_and_the_cause(Backend backend) =>
        (await backends.RunAsync(backend, "ParentOfFailure")).ReadOutputAs<string>().ShouldBe(
            "Fail: System.InvalidOperationException, the orchestrator < System.TimeoutException, its cause");

    [Theory, EachBackend]
    public async Task ContinueAsNew_starts_again_with_the_next_input(Backend backend)
    {
        var ended = await backends.RunAsync(backend, "CountDown", 5);

        ended.ReadOutputAs<int>().ShouldBe(0);
        ended.ReadCustomStatusAs<string>().ShouldBe("0 left");
    }

    [Theory, EachBackend]
    public async Task ContinueAsNew_waits_for_open_timers(Backend backend) =>
        (await backends.RunAsync(backend, "LeavesATimer", 0)).ReadOutputAs<string>().ShouldBe("after the timer");

    [Theory, EachBackend]
    public async Task NewGuid_never_repeats_an_id(Backend backend) =>
        (await backends.RunAsync(backend, "NewIds")).ReadOutputAs<int>().ShouldBe(3);

    [Theory, EachBackend]
    public async Task An_unknown_orchestrator_fails_its_instance(Backend backend)
    {
        var ended = await backends.RunAsync(backend, "Missing");

        ended.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed);
        ended.FailureDetails.ShouldNotBeNull().ErrorMessage.ShouldContain("Missing");
    }
}
