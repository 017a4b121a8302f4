namespace AccountClosure.Engine.Tests.Conformance;

/// <summary>External events behave on the engine as on the test host, which loses some at <c>ContinueAsNew</c>.</summary>
public class EventTests(Backends backends) : IClassFixture<Backends>
{
    [Theory, EachBackend]
    public async Task A_burst_of_events_arrives_in_its_order(Backend backend)
    {
        var id = await backends.BeginAsync(backend, "Events", 20);
        for (var number = 0; number < 20; number++)
            await backends[backend].RaiseEventAsync(id, "Number", number);

        (await backends.EndAsync(backend, id)).ReadOutputAs<int[]>().ShouldBe(Enumerable.Range(0, 20));
    }

    [Theory, EachBackend]
    public async Task An_event_is_kept_until_the_orchestrator_waits_for_it(Backend backend)
    {
        var id = await backends.BeginAsync(backend, "EventsLater");
        await backends[backend].RaiseEventAsync(id, "Number", 1);
        await backends[backend].RaiseEventAsync(id, "Number", 2);
        await backends[backend].RaiseEventAsync(id, "Begin", true);

        (await backends.EndAsync(backend, id)).ReadOutputAs<int[]>().ShouldBe([1, 2]);
    }

    [Theory, EachBackend]
    public async Task Event_names_are_case_insensitive(Backend backend)
    {
        var id = await backends.BeginAsync(backend, "Events", 1);
        await backends[backend].RaiseEventAsync(id, "NUMBER", 5);

        (await backends.EndAsync(backend, id)).ReadOutputAs<int[]>().ShouldBe([5]);
    }

    [Theory, EachBackend]
    public async Task The_latest_of_two_waiters_gets_the_event(Backend backend)
    {
        var id = await backends.BeginAsync(backend, "TwoWaiters");
        await backends[backend].RaiseEventAsync(id, "Number", 5);

        (await backends.EndAsync(backend, id)).ReadOutputAs<string>().ShouldBe("the latest");
    }

    [Theory, EachBackend]
    public async Task A_wait_for_an_event_can_time_out(Backend backend) =>
        (await backends.RunAsync(backend, "EventOrTimeout")).ReadOutputAs<string>().ShouldBe("timeout");

    [Theory, EachBackend]
    public async Task An_orchestration_can_send_an_event_to_another(Backend backend)
    {
        var receiver = await backends.BeginAsync(backend, "Events", 1);
        await backends.RunAsync(backend, "SendEvent", receiver);

        (await backends.EndAsync(backend, receiver)).ReadOutputAs<int[]>().ShouldBe([7]);
    }

    [Theory, EachBackend]
    public async Task Events_raised_one_by_one_survive_ContinueAsNew(Backend backend)
    {
        var id = await backends.BeginAsync(backend, "EventsOneByOne");
        for (var number = 1; number <= 3; number++)
        {
            await backends[backend].RaiseEventAsync(id, "Number", number);
            await backends.UntilAsync(
                backend,
                id,
                instance => instance.IsCompleted || instance.ReadInputAs<int[]>()?.Length == number);
        }

        (await backends.EndAsync(backend, id)).ReadOutputAs<int[]>().ShouldBe([1, 2, 3]);
    }

    /// <summary>
    /// Here the backends differ. The in-process test host loses events that arrive with the one that continues as new. The engine is right:
    /// Azure Storage keeps them, and an acknowledged event must not be lost.
    /// </summary>
    [Fact]
    public async Task On_the_engine_events_raised_together_survive_ContinueAsNew()
    {
        var id = await backends.BeginAsync(Backend.Embedded, "EventsOneByOne");
        for (var number = 1; number <= 3; number++)
            await backends[Backend.Embedded].RaiseEventAsync(id, "Number", number);

        (await backends.EndAsync(Backend.Embedded, id)).ReadOutputAs<int[]>().ShouldBe([1, 2, 3], ignoreOrder: true);
    }
}
