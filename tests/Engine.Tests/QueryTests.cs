using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Engine.Tests;

public class QueryTests
{
    [Fact]
    public async Task Paging_gives_every_instance_once_oldest_first()
    {
        using var engine = Instances();

        List<string> ids = [];
        List<int> sizes = [];
        var query = new OrchestrationQuery(PageSize: 4);
        await foreach (var page in engine.Client.GetAllInstancesAsync(query).AsPages())
        {
            sizes.Add(page.Values.Count);
            ids.AddRange(page.Values.Select(found => found.InstanceId));
        }

        sizes.ShouldBe([4, 4, 2]);
        ids.ShouldBe(Enumerable.Range(0, 10).Select(number => $"quick-{number}"));
    }

    [Fact]
    public async Task A_continuation_token_goes_on_where_the_page_ended()
    {
        using var engine = Instances();
        var query = new OrchestrationQuery(PageSize: 3);

        var first = await FirstPage(engine.Client.GetAllInstancesAsync(query));
        var second = await FirstPage(
            engine.Client.GetAllInstancesAsync(query with { ContinuationToken = first.ContinuationToken }));

        second.Values.Select(found => found.InstanceId).ShouldBe(["quick-3", "quick-4", "quick-5"]);
    }

    [Fact]
    public async Task Filters_take_status_prefix_and_time_of_creation()
    {
        using var engine = Instances();
        engine.Orchestrator("Wait", context => context.WaitForExternalEvent<int>("Go"));
        engine.Begin("Wait", id: "wait");

        (await Ids(new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending])))
            .ShouldBe(["wait"]);
        (await Ids(new OrchestrationQuery(InstanceIdPrefix: "quick-7"))).ShouldBe(["quick-7"]);
        (await Ids(new OrchestrationQuery(CreatedFrom: TestEngine.Start.AddHours(7), CreatedTo: TestEngine.Start.AddHours(8))))
            .ShouldBe(["quick-7", "quick-8"]);

        async Task<List<string>> Ids(OrchestrationQuery query)
        {
            List<string> ids = [];
            await foreach (var found in engine.Client.GetAllInstancesAsync(query))
                ids.Add(found.InstanceId);
            return ids;
        }
    }

    [Fact]
    public async Task Payloads_are_returned_only_on_request()
    {
        using var engine = Instances();

        var without = (await engine.Client.GetInstanceAsync("quick-1")).ShouldNotBeNull();
        var with = (await engine.Client.GetInstanceAsync("quick-1", getInputsAndOutputs: true)).ShouldNotBeNull();

        without.SerializedInput.ShouldBeNull();
        without.SerializedOutput.ShouldBeNull();
        with.SerializedInput.ShouldBe("1");
        with.SerializedOutput.ShouldBe("1");
        with.CreatedAt.ShouldBe(TestEngine.Start.AddHours(1));
        with.LastUpdatedAt.ShouldBe(TestEngine.Start.AddHours(1));
    }

    [Fact]
    public void Waiting_for_the_start_and_for_the_end_needs_no_polling()
    {
        using var engine = new TestEngine();
        engine.Orchestrator("Wait", context => context.WaitForExternalEvent<int>("Go"));

        var id = engine.Schedule("Wait");
        var start = engine.Client.WaitForInstanceStartAsync(id);
        var end = engine.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true);
        start.IsCompleted.ShouldBeFalse();
        engine.Settle();
        TestEngine.Result(start).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Running);
        end.IsCompleted.ShouldBeFalse();
        engine.Raise(id, "Go", 3);

        TestEngine.Result(end).ReadOutputAs<int>().ShouldBe(3);
        TestEngine.Result(engine.Client.WaitForInstanceCompletionAsync(id)).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed);
    }

    [Fact]
    public void A_waiter_in_inline_mode_continues_at_once_in_any_synchronization_context()
    {
        using var engine = new TestEngine();
        engine.Orchestrator("Wait", context => context.WaitForExternalEvent<int>("Go"));
        var id = engine.Schedule("Wait");
        var before = SynchronizationContext.Current;
        Task<OrchestrationMetadata> start, end;
        SynchronizationContext.SetSynchronizationContext(new NeverRunning());
        try
        {
            start = engine.Client.WaitForInstanceStartAsync(id);
            end = engine.Client.WaitForInstanceCompletionAsync(id);
            engine.Settle();
            TestEngine.Done(engine.Client.TerminateInstanceAsync(id));
            engine.Settle();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        TestEngine.Result(start).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Running);
        TestEngine.Result(end).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
    }

    [Fact]
    public async Task Waiting_for_an_unknown_instance_is_refused_and_can_be_cancelled_for_a_known_one()
    {
        using var engine = new TestEngine();
        engine.Orchestrator("Wait", context => context.WaitForExternalEvent<int>("Go"));
        var id = engine.Begin("Wait");
        using var cancellation = new CancellationTokenSource();

        await Should.ThrowAsync<InvalidOperationException>(engine.Client.WaitForInstanceCompletionAsync("nobody"));
        var waiting = engine.Client.WaitForInstanceCompletionAsync(id, cancellation.Token);
        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
    }

    private static async Task<Page<OrchestrationMetadata>> FirstPage(AsyncPageable<OrchestrationMetadata> pages)
    {
        await foreach (var page in pages.AsPages())
            return page;
        throw new InvalidOperationException("There is always a page.");
    }

    private static TestEngine Instances()
    {
        var engine = new TestEngine();
        engine.Orchestrator("Quick", context => Task.FromResult(context.GetInput<int>()));
        for (var number = 0; number < 10; number++)
        {
            engine.Clock.AdvanceTo(TestEngine.Start.AddHours(number));
            engine.Run("Quick", number, $"quick-{number}");
        }

        return engine;
    }

    /// <summary>A caller's synchronization context that is always busy.</summary>
    private sealed class NeverRunning : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
