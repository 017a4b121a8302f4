namespace AccountClosure.Engine.Tests;

public sealed class DisposeTests : IDisposable
{
    private readonly ThreadedEngines _engines = new();

    public void Dispose() => _engines.Dispose();

    [Fact]
    public async Task A_waiter_is_told_that_the_engine_has_ended()
    {
        using var held = new ManualResetEventSlim();
        using var released = new ManualResetEventSlim();
        _engines.Catalog.AddOrchestrator("Wait", async context => await context.WaitForExternalEvent<int>("Go"));
        // It is asked on the thread that writes.
        var engine = _engines.Open(options => options with
        {
            KeepsSession = () =>
            {
                held.Set();
                return released.Wait(ThreadedEngines.Patience);
            },
        });
        var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("Wait");
        held.Wait(ThreadedEngines.Patience).ShouldBeTrue();
        List<Task> raised = [engine.Client.RaiseEventAsync(id, "Go", 1)];
        var disposing = Task.Run(async () => await engine.DisposeAsync());
        while (!raised[^1].IsFaulted)
        {
            await Task.Yield();
            raised.Add(engine.Client.RaiseEventAsync(id, "Go", 2));
        }

        released.Set();
        await disposing;

        await Task.WhenAll(raised.Select(async each => await Should.ThrowAsync<ObjectDisposedException>(each)))
            .WaitAsync(ThreadedEngines.Patience);
    }
}
