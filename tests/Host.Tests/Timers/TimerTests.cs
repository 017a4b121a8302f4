using AccountClosure.Embedded.Host.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Embedded.Host.Tests.Timers;

public sealed class TimerTests : IDisposable
{
    private readonly Runs _runs = new();
    private readonly string _state = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_state);

    [Fact]
    public async Task A_timer_function_runs_at_the_times_of_its_schedule()
    {
        await using var host = await StartAsync(TestHost.Start, typeof(TimerFunctions));
        host.Run.AdvanceBy(TimeSpan.FromHours(2));

        _runs.Lines.ShouldBe(
        [
            "hourly 03-02 09:30:00 last 01-01 00:00 next 03-02 10:30",
            "hourly 03-02 10:30:00 last 03-02 09:30 next 03-02 11:30",
        ]);
    }

    [Fact]
    public async Task A_run_missed_while_the_host_was_down_runs_once_at_its_start_and_is_past_due()
    {
        await using (var first = await StartAsync(TestHost.Start, typeof(TimerFunctions)))
            first.Run.AdvanceBy(TimeSpan.FromHours(1));
        _runs.Lines.Clear();

        await using var second = await StartAsync(TestHost.Start.AddHours(5), typeof(TimerFunctions));
        second.Run.AdvanceBy(TimeSpan.FromHours(1));

        _runs.Lines.ShouldBe(
        [
            "hourly 03-02 14:00:00 late last 03-02 09:30 next 03-02 14:30",
            "hourly 03-02 14:30:00 last 03-02 10:30 next 03-02 15:30",
        ]);
    }

    [Fact]
    public async Task A_start_between_two_milliseconds_does_not_keep_the_schedule_from_its_next_run()
    {
        await using var host = await StartAsync(TestHost.Start.AddTicks(1), typeof(TimerFunctions));
        host.Run.AdvanceBy(TimeSpan.FromHours(1));

        _runs.Lines.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_restart_before_the_next_run_repeats_no_run()
    {
        await using (var first = await StartAsync(TestHost.Start, typeof(TimerFunctions)))
            first.Run.AdvanceBy(TimeSpan.FromHours(1));
        _runs.Lines.Clear();

        await using var second = await StartAsync(TestHost.Start.AddMinutes(75), typeof(TimerFunctions));

        _runs.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_state_file_that_cannot_be_read_is_reported_and_the_schedule_goes_on()
    {
        await File.WriteAllTextAsync(_state, "{ half");
        await using var host = await StartAsync(TestHost.Start, typeof(TimerFunctions));
        host.Run.AdvanceBy(TimeSpan.FromHours(1));

        _runs.Lines.Count.ShouldBe(1);
        host.Logs.Text.ShouldContain("cannot read the last runs");
    }

    [Fact]
    public async Task A_schedule_may_come_from_a_setting()
    {
        await using var host = await StartAsync(TestHost.Start, typeof(SettingTimer));
        host.Run.AdvanceBy(TimeSpan.FromSeconds(25));

        _runs.Lines.ShouldBe(["09:00:10 True", "09:00:20 True"]);
    }

    [Fact]
    public async Task RunOnStartup_runs_at_the_start_and_then_by_the_schedule_however_far_away()
    {
        await using var host = await StartAsync(TestHost.Start, typeof(StartupTimer));
        _runs.Lines.ShouldBe(["2026-03-02 False"]);

        host.Run.AdvanceBy(TimeSpan.FromDays(365));
        _runs.Lines.ShouldBe(["2026-03-02 False", "2027-01-01 False"]);
    }

    [Fact]
    public async Task A_timer_function_never_overlaps_itself_and_skips_what_it_misses()
    {
        await using var host = await StartAsync(TestHost.Start, typeof(SlowTimer));
        host.Run.AdvanceBy(TimeSpan.FromMinutes(7));

        _runs.Lines.ShouldBe(["begin 09:01:00", "end 09:03:30 False", "begin 09:04:00", "end 09:06:30 False", "begin 09:07:00"]);
    }

    [Fact]
    public async Task A_timer_function_that_fails_is_logged_and_runs_again_at_its_next_time()
    {
        await using var host = await StartAsync(TestHost.Start, typeof(FailingTimer));
        host.Run.AdvanceBy(TimeSpan.FromMinutes(2));

        _runs.Lines.ShouldBe(["09:01 False", "09:02 False"]);
        host.Logs.Text.ShouldContain("Timer function 'Failing' failed");
    }

    private Task<TestHost> StartAsync(DateTimeOffset start, Type functions) => TestHost.StartAsync(
        new TestHostSettings
        {
            StartTime = start,
            TimerStatePath = _state,
            Configuration = { ["Sweep:Schedule"] = "*/10 * * * * *" },
            ConfigureWorker = worker => worker.Services.AddSingleton(_runs),
        },
        functions);
}
