using AccountClosure.Embedded.Engine.Time;

namespace AccountClosure.Engine.Tests;

public sealed class ClockTests
{
    private static readonly DateTimeOffset Start = TestEngine.Start;

    private readonly VirtualTimeProvider _clock = new(Start);
    private readonly List<string> _fired = [];

    [Fact]
    public void Virtual_time_stands_still_until_it_is_moved()
    {
        _clock.GetUtcNow().ShouldBe(Start);
        _clock.JumpToNextTimer().ShouldBeFalse();
        _clock.AdvanceTo(Start.AddDays(1));
        _clock.GetUtcNow().ShouldBe(Start.AddDays(1));
        _clock.AdvanceTo(Start);
        _clock.GetUtcNow().ShouldBe(Start.AddDays(1), "time does not run backwards");
    }

    [Fact]
    public void A_jump_fires_the_earliest_timer_and_of_equal_ones_the_one_armed_first()
    {
        using var late = Timer("late", hours: 3);
        using var first = Timer("first", hours: 1);
        using var second = Timer("second", hours: 1);

        _clock.NextTimer.ShouldBe(Start.AddHours(1));
        _clock.JumpToNextTimer().ShouldBeTrue();
        _fired.ShouldBe(["first at 1"]);
        _clock.JumpToNextTimer(Start.AddHours(2)).ShouldBeTrue();
        _clock.JumpToNextTimer(Start.AddHours(2)).ShouldBeFalse();

        _fired.ShouldBe(["first at 1", "second at 1"]);
        _clock.GetUtcNow().ShouldBe(Start.AddHours(1));
    }

    [Fact]
    public void Advancing_fires_everything_on_the_way_each_at_its_own_time()
    {
        using var late = Timer("late", hours: 3);
        using var periodic = Timer("periodic", hours: 1, period: 2);
        using var cancelled = Timer("cancelled", hours: 2);
        cancelled.Dispose();

        _clock.AdvanceTo(Start.AddHours(6));

        _fired.ShouldBe(["periodic at 1", "late at 3", "periodic at 3", "periodic at 5"]);
        _clock.GetUtcNow().ShouldBe(Start.AddHours(6));
    }

    [Fact]
    public void A_timer_can_be_changed_and_disarmed()
    {
        using var timer = Timer("timer", hours: 1);
        timer.Change(TimeSpan.FromHours(5), Timeout.InfiniteTimeSpan);
        _clock.NextTimer.ShouldBe(Start.AddHours(5));
        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _clock.NextTimer.ShouldBeNull();
    }

    [Fact]
    public async Task Waits_of_the_framework_continue_inline_when_virtual_time_moves()
    {
        var delay = Task.Delay(TimeSpan.FromHours(1), _clock);
        using var timeout = new CancellationTokenSource(TimeSpan.FromHours(2), _clock);

        _clock.AdvanceTo(Start.AddHours(1));
        delay.IsCompletedSuccessfully.ShouldBeTrue();
        timeout.IsCancellationRequested.ShouldBeFalse();
        _clock.AdvanceTo(Start.AddHours(2));

        timeout.IsCancellationRequested.ShouldBeTrue();
        await delay;
    }

    private ITimer Timer(string name, int hours, int? period = null) => _clock.CreateTimer(
        _ => _fired.Add($"{name} at {(_clock.GetUtcNow() - Start).TotalHours:0}"),
        null,
        TimeSpan.FromHours(hours),
        period is { } every ? TimeSpan.FromHours(every) : Timeout.InfiniteTimeSpan);
}
