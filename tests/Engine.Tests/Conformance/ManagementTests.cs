using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Engine.Tests.Conformance;

/// <summary>A client manages instances of the engine as it does those of a published backend.</summary>
public class ManagementTests(Backends backends) : IClassFixture<Backends>
{
    [Theory, EachBackend]
    public async Task A_suspended_instance_keeps_its_events_until_it_is_resumed(Backend backend)
    {
        var id = await backends.BeginAsync(backend, "Wait");
        await backends[backend].SuspendInstanceAsync(id, "hold on");
        await backends.UntilAsync(backend, id, instance => instance.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);
        await backends[backend].RaiseEventAsync(id, "Go", "went");
        (await backends[backend].GetInstanceAsync(id))!.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Suspended);
        await backends[backend].ResumeInstanceAsync(id);

        (await backends.EndAsync(backend, id)).ReadOutputAs<string>().ShouldBe("went");
    }

    [Theory, EachBackend]
    public async Task A_terminated_instance_ends_with_the_output_that_it_was_given(Backend backend)
    {
        var id = await backends.BeginAsync(backend, "Wait");
        await backends[backend].TerminateInstanceAsync(id, "stopped");

        var ended = await backends.EndAsync(backend, id);
        ended.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
        ended.ReadOutputAs<string>().ShouldBe("stopped");
    }

    [Theory, EachBackend]
    public async Task Plain_termination_leaves_sub_orchestrations_running(Backend backend)
    {
        var id = await backends.BeginAsync(backend, "ParentOfWait");
        await backends.UntilAsync(backend, $"{id}-child", child => child.SerializedCustomStatus == "\"ready\"");
        await backends[backend].TerminateInstanceAsync(id, new TerminateInstanceOptions { Recursive = false });
        await backends.EndAsync(backend, id);
        await backends[backend].RaiseEventAsync($"{id}-child", "Go", "went on");

        (await backends.EndAsync(backend, $"{id}-child")).ReadOutputAs<string>().ShouldBe("went on");
    }

    /// <summary>
    /// Here the backends differ. The in-process test host ignores the option, and so does Azure Storage: the app must not rely on it. The
    /// engine does what the client's documentation says.
    /// </summary>
    [Fact]
    public async Task Recursive_termination_ends_sub_orchestrations_on_the_engine()
    {
        var id = await backends.BeginAsync(Backend.Embedded, "ParentOfWait");
        await backends.UntilAsync(Backend.Embedded, $"{id}-child", child => child.SerializedCustomStatus == "\"ready\"");
        await backends[Backend.Embedded].TerminateInstanceAsync(id, new TerminateInstanceOptions { Recursive = true });

        (await backends.EndAsync(Backend.Embedded, $"{id}-child")).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
    }

    [Theory, EachBackend]
    public async Task A_purged_instance_cannot_be_found_or_purged_again(Backend backend)
    {
        var id = (await backends.RunAsync(backend, "Greet", "Ada")).InstanceId;

        (await backends[backend].PurgeInstanceAsync(id)).PurgedInstanceCount.ShouldBe(1);

        (await backends[backend].GetInstanceAsync(id)).ShouldBeNull();
        (await backends[backend].PurgeInstanceAsync(id)).PurgedInstanceCount.ShouldBe(0);
    }

    [Theory, EachBackend]
    public async Task An_instance_restarts_under_its_id_with_its_input(Backend backend)
    {
        var id = (await backends.RunAsync(backend, "Greet", "Ada")).InstanceId;

        (await backends[backend].RestartAsync(id)).ShouldBe(id);

        (await backends.EndAsync(backend, id)).ReadOutputAs<string>().ShouldBe("Hello Ada");
    }

    [Theory, EachBackend]
    public async Task An_instance_restarts_under_a_new_id(Backend backend)
    {
        var id = (await backends.RunAsync(backend, "Greet", "Ada")).InstanceId;

        var again = await backends[backend].RestartAsync(id, restartWithNewInstanceId: true);

        again.ShouldNotBe(id);
        (await backends.EndAsync(backend, again)).ReadOutputAs<string>().ShouldBe("Hello Ada");
    }

    [Theory, EachBackend]
    public async Task A_query_by_instance_id_prefix_returns_all_matches_in_pages(Backend backend)
    {
        var prefix = $"query-{backend}-";
        for (var number = 0; number < 5; number++)
        {
            await backends.EndAsync(backend, await backends[backend].ScheduleNewOrchestrationInstanceAsync(
                "Greet", "Ada", new StartOrchestrationOptions($"{prefix}{number}")));
        }

        List<string> found = [];
        List<int> sizes = [];
        var query = new OrchestrationQuery(InstanceIdPrefix: prefix, PageSize: 2);
        await foreach (var page in backends[backend].GetAllInstancesAsync(query).AsPages())
        {
            sizes.Add(page.Values.Count);
            found.AddRange(page.Values.Select(instance => instance.InstanceId));
        }

        found.Order().ShouldBe(Enumerable.Range(0, 5).Select(number => $"{prefix}{number}"));
        sizes.ShouldAllBe(size => size <= 2);
    }

    /// <summary>
    /// Here the backends differ. The in-process test host starts at once. The engine is right: Azure Storage waits for the time, and a
    /// caller who names one relies on it.
    /// </summary>
    [Fact]
    public async Task A_scheduled_start_waits_for_its_time_on_the_engine()
    {
        var at = TimeProvider.System.GetUtcNow().AddMilliseconds(400);
        var id = await backends[Backend.Embedded].ScheduleNewOrchestrationInstanceAsync(
            "Greet", "Ada", new StartOrchestrationOptions(null, at));

        var ended = await backends.EndAsync(Backend.Embedded, id);

        ended.ReadOutputAs<string>().ShouldBe("Hello Ada");
        ended.LastUpdatedAt.ShouldBeGreaterThanOrEqualTo(at);
    }

    [Theory, EachBackend]
    public async Task An_instance_keeps_the_version_that_it_was_started_with(Backend backend)
    {
        var id = await backends[backend].ScheduleNewOrchestrationInstanceAsync(
            "Version", null, new StartOrchestrationOptions { Version = "2.1" });

        (await backends.EndAsync(backend, id)).ReadOutputAs<string>().ShouldBe("2.1");
    }
}
