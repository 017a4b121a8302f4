using AccountClosure.Embedded.Engine.Time;

namespace AccountClosure.Engine.Tests;

public sealed class ClockTests : IDisposable
{
    private static readonly DateTimeOffset s_start = TestEngine.Start;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clock-");
    private readonly VirtualTimeProvider _clock = new(s_start);
    private readonly List<string> _fired = [];

    private string File => Path.Combine(_folder.FullName, "clock.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Virtual_time_stands_still_until_it_is_moved()
    {
        _clock.GetUtcNow().ShouldBe(s_start);
        _clock.JumpToNextTimer().ShouldBeFalse();
        _clock.AdvanceTo(s_start.AddDays(1));
        _clock.GetUtcNow().ShouldBe(s_start.AddDays(1));
        _clock.AdvanceTo(s_start);
        _clock.GetUtcNow().ShouldBe(s_start.AddDays(1), "time does not run backwards");
    }

    [Fact]
    public void A_jump_fires_the_earliest_timer_and_of_equal_ones_the_one_armed_first()
    {
        using ITimer late = Timer(_clock, "late", hours: 3);
        using ITimer first = Timer(_clock, "first", hours: 1);
        using ITimer second = Timer(_clock, "second", hours: 1);

        _clock.NextTimer.ShouldBe(s_start.AddHours(1));
        _clock.JumpToNextTimer().ShouldBeTrue();
        _fired.ShouldBe(["first at 1"]);
        _clock.JumpToNextTimer(s_start.AddHours(2)).ShouldBeTrue();
        _clock.JumpToNextTimer(s_start.AddHours(2)).ShouldBeFalse();

        _fired.ShouldBe(["first at 1", "second at 1"]);
        _clock.GetUtcNow().ShouldBe(s_start.AddHours(1));
    }

    [Fact]
    public void Advancing_fires_everything_on_the_way_each_at_its_own_time()
    {
        using ITimer late = Timer(_clock, "late", hours: 3);
        using ITimer periodic = Timer(_clock, "periodic", hours: 1, period: 2);
        using ITimer cancelled = Timer(_clock, "cancelled", hours: 2);
        cancelled.Dispose();

        _clock.AdvanceTo(s_start.AddHours(6));

        _fired.ShouldBe(["periodic at 1", "late at 3", "periodic at 3", "periodic at 5"]);
        _clock.GetUtcNow().ShouldBe(s_start.AddHours(6));
    }

    [Fact]
    public void A_timer_can_be_changed_and_disarmed()
    {
        using ITimer timer = Timer(_clock, "timer", hours: 1);
        timer.Change(TimeSpan.FromHours(5), Timeout.InfiniteTimeSpan);
        _clock.NextTimer.ShouldBe(s_start.AddHours(5));
        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _clock.NextTimer.ShouldBeNull();
    }

    [Fact]
    public async Task Waits_of_the_framework_continue_inline_when_virtual_time_moves()
    {
        Task delay = Task.Delay(TimeSpan.FromHours(1), _clock);
        using CancellationTokenSource timeout = new(TimeSpan.FromHours(2), _clock);

        _clock.AdvanceTo(s_start.AddHours(1));
        delay.IsCompletedSuccessfully.ShouldBeTrue();
        timeout.IsCancellationRequested.ShouldBeFalse();
        _clock.AdvanceTo(s_start.AddHours(2));

        timeout.IsCancellationRequested.ShouldBeTrue();
        await delay;
    }

    [Fact]
    public void Scaled_time_runs_at_its_speed()
    {
        ScaledTimeProvider scaled = ScaledTimeProvider.Open(File, speed: 3600, s_start.AddYears(1), _clock);

        _clock.AdvanceTo(s_start.AddSeconds(10));

        scaled.GetUtcNow().ShouldBe(s_start.AddYears(1).AddHours(10));
    }

    [Fact]
    public void Scaled_time_goes_on_across_a_restart_the_time_between_included()
    {
        ScaledTimeProvider.Open(File, speed: 3600, s_start.AddYears(1), _clock);
        _clock.AdvanceTo(s_start.AddSeconds(10));

        ScaledTimeProvider next = ScaledTimeProvider.Open(File, speed: 60, s_start, _clock);
        next.GetUtcNow().ShouldBe(s_start.AddYears(1).AddHours(10));
        _clock.AdvanceTo(s_start.AddSeconds(20));

        next.GetUtcNow().ShouldBe(s_start.AddYears(1).AddHours(10).AddMinutes(10));
    }

    [Fact]
    public void Scaled_time_does_not_run_backwards_when_the_real_clock_was_set_back()
    {
        ScaledTimeProvider.Open(File, speed: 3600, s_start, _clock);

        ScaledTimeProvider next = ScaledTimeProvider.Open(File, speed: 3600, s_start, new VirtualTimeProvider(s_start.AddDays(-1)));

        next.GetUtcNow().ShouldBe(s_start);
    }

    [Fact]
    public void A_change_of_speed_holds_for_timers_that_wait_already()
    {
        ScaledTimeProvider scaled = ScaledTimeProvider.Open(File, speed: 60, s_start, _clock);
        using ITimer timer = Timer(scaled, "timer", hours: 2);

        _clock.AdvanceTo(s_start.AddSeconds(60));
        scaled.SetSpeed(3600);
        _clock.AdvanceTo(s_start.AddSeconds(60.5));
        _fired.ShouldBeEmpty();
        _clock.AdvanceTo(s_start.AddSeconds(61));

        _fired.ShouldBe(["timer at 2"]);
    }

    [Fact]
    public void A_long_scaled_timer_is_waited_for_in_pieces()
    {
        ScaledTimeProvider scaled = ScaledTimeProvider.Open(File, speed: 1, s_start, _clock);
        using ITimer timer = Timer(scaled, "timer", hours: 24 * 365);

        _clock.NextTimer.ShouldBe(s_start.AddHours(1));
        _clock.AdvanceTo(s_start.AddDays(365));

        _fired.ShouldBe([$"timer at {24 * 365}"]);
    }

    [Fact]
    public void A_very_fast_clock_stops_before_the_calendar_ends()
    {
        ScaledTimeProvider scaled = ScaledTimeProvider.Open(File, speed: 1e12, s_start, _clock);

        _clock.AdvanceTo(s_start.AddDays(1));

        scaled.GetUtcNow().Year.ShouldBe(9000);
    }

    [Fact]
    public void A_damaged_file_and_a_wrong_speed_are_refused()
    {
        System.IO.File.WriteAllText(File, "{");

        Should.Throw<InvalidDataException>(() => ScaledTimeProvider.Open(File, speed: 1)).Message.ShouldContain(File);
        Should.Throw<ArgumentOutOfRangeException>(() => ScaledTimeProvider.Open(anchorFile: null, speed: 0));
    }

    private ITimer Timer(TimeProvider clock, string name, int hours, int? period = null) => clock.CreateTimer(
        _ => _fired.Add($"{name} at {(clock.GetUtcNow() - s_start).TotalHours:0}"),
        null,
        TimeSpan.FromHours(hours),
        period is { } every ? TimeSpan.FromHours(every) : Timeout.InfiniteTimeSpan);
}
