namespace AccountClosure.Engine.Tests.Conformance;

/// <summary>External events do the same on the engine as on a published backend, but for one loss.</summary>
public class EventTests(Backends backends) : IClassFixture<Backends>
{
    [Theory, EachBackend]
    public async Task A_burst_of_events_arrives_in_its_order(Backend backend)
    {
        string id = await backends.BeginAsync(backend, "Events", 20);
        for (int number = 0; number < 20; number++)
            await backends[backend].RaiseEventAsync(id, "Number", number);

        (await backends.EndAsync(backend, id)).ReadOutputAs<int[]>().ShouldBe(Enumerable.Range(0, 20));
    }

    [Theory, EachBackend]
    public async Task An_event_waits_until_somebody_awaits_it(Backend backend)
    {
        string id = await backends.BeginAsync(backend, "EventsLater");
        await backends[backend].RaiseEventAsync(id, "Number", 1);
        await backends[backend].RaiseEventAsync(id, "Number", 2);
        await backends[backend].RaiseEventAsync(id, "Begin", true);

        (await backends.EndAsync(backend, id)).ReadOutputAs<int[]>().ShouldBe([1, 2]);
    }

    [Theory, EachBackend]
    public async Task The_name_of_an_event_is_compared_without_case(Backend backend)
    {
        string id = await backends.BeginAsync(backend, "Events", 1);
        await backends[backend].RaiseEventAsync(id, "NUMBER", 5);

        (await backends.EndAsync(backend, id)).ReadOutputAs<int[]>().ShouldBe([5]);
    }

    [Theory, EachBackend]
    public async Task Of_two_who_wait_the_latest_gets_the_event(Backend backend)
    {
        string id = await backends.BeginAsync(backend, "TwoWaiters");
        await backends[backend].RaiseEventAsync(id, "Number", 5);

        (await backends.EndAsync(backend, id)).ReadOutputAs<string>().ShouldBe("the latest");
    }

    [Theory, EachBackend]
    public async Task A_wait_can_end_with_its_time(Backend backend) =>
        (await backends.RunAsync(backend, "EventOrTimeout")).ReadOutputAs<string>().ShouldBe("timeout");

    [Theory, EachBackend]
    public async Task An_orchestration_can_send_an_event_to_another(Backend backend)
    {
        string receiver = await backends.BeginAsync(backend, "Events", 1);
        await backends.RunAsync(backend, "SendEvent", receiver);

        (await backends.EndAsync(backend, receiver)).ReadOutputAs<int[]>().ShouldBe([7]);
    }

    [Theory, EachBackend]
    public async Task Events_that_come_one_by_one_go_through_continuing_as_new(Backend backend)
    {
        string id = await backends.BeginAsync(backend, "EventsOneByOne");
        for (int number = 1; number <= 3; number++)
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
    /// Azure Storage keeps them, and an event that a client was told is accepted must not vanish.
    /// </summary>
    [Fact]
    public async Task Events_that_come_at_once_go_through_continuing_as_new_on_the_engine()
    {
        string id = await backends.BeginAsync(Backend.Embedded, "EventsOneByOne");
        for (int number = 1; number <= 3; number++)
            await backends[Backend.Embedded].RaiseEventAsync(id, "Number", number);

        (await backends.EndAsync(Backend.Embedded, id)).ReadOutputAs<int[]>().ShouldBe([1, 2, 3], ignoreOrder: true);
    }
}
