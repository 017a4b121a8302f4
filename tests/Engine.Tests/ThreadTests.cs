using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Engine.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Engine.Tests;

/// <summary>The engine with its own threads, on a file with full durability.</summary>
public sealed class ThreadTests : IDisposable
{
    private readonly ThreadedEngines _engines = new();

    public void Dispose() => _engines.Dispose();

    [Fact]
    public async Task Many_orchestrations_run_at_the_same_time_and_each_gets_its_own_results()
    {
        _engines.Catalog.AddActivity("Add", call => Task.FromResult<object?>(int.Parse(call.Input!) + 1));
        _engines.Catalog.AddOrchestrator("Count", async context =>
        {
            var count = context.GetInput<int>();
            for (var step = 0; step < 10; step++)
                count = await context.CallActivityAsync<int>("Add", count);
            return count;
        });
        await using var engine = _engines.Open();

        var ids = await Task.WhenAll(Enumerable.Range(0, 100).Select(
            number => engine.Client.ScheduleNewOrchestrationInstanceAsync("Count", number * 1000)));

        for (var number = 0; number < ids.Length; number++)
            (await End(engine, ids[number])).ReadOutputAs<int>().ShouldBe((number * 1000) + 10);
    }

    [Fact]
    public async Task An_activity_that_ends_while_an_episode_is_committed_does_not_run_again()
    {
        var runs = 0;
        using var turnIsTaken = new ManualResetEventSlim();
        using var secondHasEnded = new ManualResetEventSlim();
        _engines.Catalog.AddActivity("First", _ => Task.FromResult<object?>(null));
        _engines.Catalog.AddActivity("Second", _ =>
        {
            turnIsTaken.Wait(ThreadedEngines.Patience);
            Interlocked.Increment(ref runs);
            secondHasEnded.Set();
            return Task.FromResult<object?>(null);
        });
        _engines.Catalog.AddOrchestrator("Two", async context =>
        {
            var second = context.CallActivityAsync("Second");
            await context.CallActivityAsync("First");
            if (!context.IsReplaying)
            {
                // The episode that handles the first result is delayed until the second activity has completed.
                turnIsTaken.Set();
                secondHasEnded.Wait(ThreadedEngines.Patience);
            }

            await second;
            await context.CallActivityAsync("First");
            return null;
        });
        await using var engine = _engines.Open();

        for (var count = 0; count < 10; count++)
        {
            turnIsTaken.Reset();
            secondHasEnded.Reset();
            var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("Two");
            await End(engine, id);
        }

        runs.ShouldBe(10);
    }

    [Fact]
    public async Task No_more_activities_run_at_a_time_than_allowed()
    {
        var running = 0;
        var most = 0;
        var three = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _engines.Catalog.AddActivity("Hold", async _ =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            if (now == 3)
                three.TrySetResult();
            await release.Task;
            Interlocked.Decrement(ref running);
            return null;
        });
        _engines.Catalog.AddOrchestrator("Fan", async context =>
        {
            await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => context.CallActivityAsync("Hold")));
            return null;
        });
        await using var engine = _engines.Open(options => options with { MaxConcurrentActivities = 3 });

        var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("Fan");
        await three.Task.WaitAsync(ThreadedEngines.Patience);
        release.SetResult();
        await End(engine, id);

        most.ShouldBe(3);
    }

    [Fact]
    public async Task An_orderly_stop_waits_for_running_activities_and_keeps_their_results()
    {
        var runs = 0;
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _engines.Catalog.AddActivity("Hold", async _ =>
        {
            Interlocked.Increment(ref runs);
            begun.TrySetResult();
            await release.Task;
            return 5;
        });
        _engines.Catalog.AddOrchestrator("Call", async context => await context.CallActivityAsync<int>("Hold"));
        string id;
        await using (var engine = _engines.Open())
        {
            id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("Call");
            await begun.Task.WaitAsync(ThreadedEngines.Patience);
            var stop = engine.StopAsync(CancellationToken.None);
            stop.IsCompleted.ShouldBeFalse();
            release.SetResult();
            await stop.WaitAsync(ThreadedEngines.Patience);
        }

        await using var next = _engines.Open();
        (await End(next, id)).ReadOutputAs<int>().ShouldBe(5);
        runs.ShouldBe(1);
    }

    [Fact]
    public async Task A_stop_that_is_cut_short_cancels_activities_and_they_run_again_later()
    {
        var runs = 0;
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _engines.Catalog.AddActivity("Hold", async call =>
        {
            if (Interlocked.Increment(ref runs) > 1)
                return runs;
            begun.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Cancellation);
            return 0;
        });
        _engines.Catalog.AddOrchestrator("Call", async context => await context.CallActivityAsync<int>("Hold"));
        string id;
        await using (var engine = _engines.Open())
        {
            id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("Call");
            await begun.Task.WaitAsync(ThreadedEngines.Patience);
            await engine.StopAsync(new CancellationToken(canceled: true)).WaitAsync(ThreadedEngines.Patience);
        }

        await using var next = _engines.Open();
        (await End(next, id)).ReadOutputAs<int>().ShouldBe(2);
    }

    [Fact]
    public async Task Engines_that_stop_abruptly_lose_nothing()
    {
        var turnsOfTheTest = 0;
        _engines.Catalog.AddActivity("Add", call => Task.FromResult<object?>(int.Parse(call.Input!) + 1));
        _engines.Catalog.AddOrchestrator("Count", async context =>
        {
            var count = 0;
            for (var step = 0; step < 30; step++)
                count = await context.CallActivityAsync<int>("Add", count);
            return count;
        });
        List<string> ids = [];
        for (; turnsOfTheTest < 10; turnsOfTheTest++)
        {
            await using var engine = _engines.Open();
            for (var count = 0; count < 5; count++)
                ids.Add(await engine.Client.ScheduleNewOrchestrationInstanceAsync("Count"));
        }

        await using var last = _engines.Open();
        foreach (var id in ids)
            (await End(last, id)).ReadOutputAs<int>().ShouldBe(30);
    }

    [Fact]
    public async Task One_of_many_concurrent_starts_of_the_same_id_succeeds()
    {
        _engines.Catalog.AddOrchestrator("Wait", async context => await context.WaitForExternalEvent<int>("Go"));
        await using var engine = _engines.Open();

        Task<string>[] starts = [.. Enumerable.Range(0, 20).Select(number => engine.Client.ScheduleNewOrchestrationInstanceAsync(
            "Wait", number, new StartOrchestrationOptions("same")))];
        await Task.WhenAll(starts.Select(start => start.ContinueWith(_ => { }, TaskScheduler.Default)));

        starts.Count(start => start.IsCompletedSuccessfully).ShouldBe(1);
        starts.Where(start => start.IsFaulted).ShouldAllBe(start => start.Exception!.InnerException is InvalidOperationException);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public async Task Concurrent_events_arrive_once_and_in_the_order_of_each_sender(int cachedInstances)
    {
        const int Instances = 100;
        const int Senders = 4;
        const int EventsEach = 5;
        _engines.Catalog.AddOrchestrator("Collect", async context =>
        {
            List<int> numbers = [];
            for (var count = 0; count < Senders * EventsEach; count++)
                numbers.Add(await context.WaitForExternalEvent<int>("Number"));
            return numbers;
        });
        await using var engine = _engines.Open(options => options with { MaxIdleSessions = cachedInstances });

        await Task.WhenAll(Enumerable.Range(0, Instances).Select(async instance =>
        {
            var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("Collect");
            await Task.WhenAll(Enumerable.Range(0, Senders).Select(async sender =>
            {
                for (var number = 0; number < EventsEach; number++)
                    await engine.Client.RaiseEventAsync(id, "Number", (sender * 1000) + number);
            }));
            var received = (await End(engine, id)).ReadOutputAs<int[]>().ShouldNotBeNull();
            foreach (var ofOne in received.GroupBy(number => number / 1000))
                ofOne.ShouldBe(Enumerable.Range(0, EventsEach).Select(number => (ofOne.Key * 1000) + number));
        }));
    }

    [Fact]
    public async Task No_durable_timer_fires_before_its_time_on_a_real_clock()
    {
        _engines.Catalog.AddOrchestrator("Wait", async context =>
        {
            var begun = context.CurrentUtcDateTime;
            for (var wait = 0; wait < 5; wait++)
                await context.CreateTimer(TimeSpan.FromMilliseconds(20), CancellationToken.None);
            return context.CurrentUtcDateTime - begun;
        });
        await using var engine = _engines.Open();

        var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("Wait");

        (await End(engine, id)).ReadOutputAs<TimeSpan>().ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task A_database_failure_stops_the_engine_and_tells_the_waiters()
    {
        _engines.Catalog.AddOrchestrator("Wait", async context => await context.WaitForExternalEvent<int>("Go"));
        await using var engine = _engines.Open();
        var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("Wait");
        await engine.Client.WaitForInstanceStartAsync(id).WaitAsync(ThreadedEngines.Patience);
        Task waiting = engine.Client.WaitForInstanceCompletionAsync(id);

        using (var other = new SqliteConnection(_engines.File, readOnly: false))
            other.Execute("DROP TABLE history");
        await engine.Client.RaiseEventAsync(id, "Go", 1);

        (await engine.Faulted.WaitAsync(ThreadedEngines.Patience)).ShouldBeOfType<EngineStorageException>();
        await Should.ThrowAsync<InvalidOperationException>(waiting);
    }

    [Fact]
    public async Task A_client_of_an_ended_engine_says_so()
    {
        var engine = _engines.Open();
        await engine.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(engine.Client.ScheduleNewOrchestrationInstanceAsync("Wait"));
    }

    private static Task<OrchestrationMetadata> End(DurableEngine engine, string id) =>
        engine.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true).WaitAsync(ThreadedEngines.Patience);

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
            Interlocked.CompareExchange(ref target, value, seen);
    }
}
