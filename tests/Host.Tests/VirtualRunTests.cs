using AccountClosure.Embedded.Host.Tests.App;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Embedded.Host.Tests;

public sealed class VirtualRunTests : IAsyncLifetime
{
    private readonly VisitLog _log = new();
    private TestHost _host = null!;

    private DurableTaskClient Client => _host.Host.Engine.Client;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync(
        new TestHostSettings { ConfigureWorker = worker => worker.Services.AddSingleton(_log) },
        typeof(ThreadFunctions),
        typeof(DurableFunctions));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public void Everything_happens_on_the_thread_of_the_run()
    {
        var id = _host.Run.Await(Client.ScheduleNewOrchestrationInstanceAsync(nameof(ThreadFunctions.Roam), 3));
        var ended = _host.Run.Await(Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true));

        ended.ReadOutputAs<int>().ShouldBe(3);
        _log.Lines.Distinct().ShouldBe([$"{Environment.CurrentManagedThreadId}"]);
    }

    [Fact]
    public void The_clock_moves_only_as_far_as_the_waits_require()
    {
        var id = _host.Run.Await(Client.ScheduleNewOrchestrationInstanceAsync(nameof(ThreadFunctions.Roam), 3));
        _host.Run.Await(Client.WaitForInstanceCompletionAsync(id));

        (_host.Run.Now - TestHost.Start).ShouldBe(TimeSpan.FromHours(3) + TimeSpan.FromSeconds(1 + 2 + 3));
    }

    [Fact]
    public void Advancing_stops_at_the_time_and_leaves_later_work_pending()
    {
        var id = _host.Run.Await(Client.ScheduleNewOrchestrationInstanceAsync(nameof(ThreadFunctions.Roam), 1));
        _host.Run.AdvanceBy(TimeSpan.FromMinutes(59));

        _host.Run.Now.ShouldBe(TestHost.Start.AddMinutes(59));
        _host.Run.Await(Client.GetInstancesAsync(id))!.IsRunning.ShouldBeTrue();
        _host.Run.RunUntilIdle();
        _host.Run.Await(Client.GetInstancesAsync(id))!.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public void Waiting_for_what_can_never_happen_fails_and_shows_the_state()
    {
        _host.Run.Await(Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(DurableFunctions.Wait), null, new StartOrchestrationOptions("w1")));

        var stuck = Should.Throw<InvalidOperationException>(() => _host.Run.Await(Client.WaitForInstanceCompletionAsync("w1")));

        stuck.Message.ShouldContain("It can never happen: at 2026-03-02 09:00:30Z nothing is ready");
        stuck.Message.ShouldContain("w1 (Wait) Running");
    }

    [Fact]
    public void Waiting_beyond_the_allowed_time_fails_and_reports_the_next_timer()
    {
        _host.Run.Await(Client.ScheduleNewOrchestrationInstanceAsync(nameof(ThreadFunctions.Roam), 1, new StartOrchestrationOptions("r1")));

        var late = Should.Throw<InvalidOperationException>(
            () => _host.Run.Await(Client.WaitForInstanceCompletionAsync("r1"), TimeSpan.FromMinutes(1)));

        late.Message.ShouldContain("It has not happened by 2026-03-02 09:01:00Z; the next timer would be at 2026-03-02 10:00:01Z");
    }
}
