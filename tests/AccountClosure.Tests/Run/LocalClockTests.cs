using AccountClosure.Embedded.Engine.Time;
using AccountClosure.Embedded.Local;

namespace AccountClosure.Tests.Run;

public sealed class LocalClockTests : IDisposable
{
    private const int DayASecond = 86_400;

    private static readonly DateTimeOffset Start = new(2026, 3, 2, 15, 0, 0, TimeSpan.Zero);

    private readonly VirtualTimeProvider _real = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly List<DateTimeOffset> _kept = [];
    private readonly LocalClock _clock;

    public LocalClockTests()
    {
        _clock = new LocalClock(Start, DayASecond, _kept.Add, _real);
        _clock.Begin();
    }

    public void Dispose() => _clock.Dispose();

    [Fact]
    public void While_everything_waits_it_runs_at_its_speed()
    {
        Pass(TimeSpan.FromSeconds(3));

        _clock.GetUtcNow().ShouldBe(Start.AddDays(3), tolerance: TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void While_something_works_it_runs_like_a_real_clock()
    {
        using (_clock.Work())
            Pass(TimeSpan.FromSeconds(3));

        _clock.GetUtcNow().ShouldBe(Start.AddSeconds(3));
    }

    [Fact]
    public void It_runs_like_a_real_clock_until_it_is_started()
    {
        using var clock = new LocalClock(Start, DayASecond, _ => { }, _real);
        Pass(TimeSpan.FromSeconds(3));

        clock.GetUtcNow().ShouldBe(Start.AddSeconds(3));
    }

    [Fact]
    public void It_speeds_up_again_after_the_work()
    {
        _clock.Work().Dispose();
        Pass(TimeSpan.FromSeconds(1));

        _clock.GetUtcNow().ShouldBe(Start.AddDays(1), tolerance: TimeSpan.FromMinutes(15));
    }

    [Fact]
    public void It_stays_slow_while_another_component_reports_work()
    {
        _clock.AskAlso(() => true);
        _clock.Work().Dispose();
        Pass(TimeSpan.FromSeconds(1));

        _clock.GetUtcNow().ShouldBe(Start.AddSeconds(1));
    }

    [Fact]
    public void Work_that_is_disposed_twice_ends_once()
    {
        var first = _clock.Work();
        using var second = _clock.Work();
        first.Dispose();
        first.Dispose();
        Pass(TimeSpan.FromSeconds(1));

        _clock.GetUtcNow().ShouldBe(Start.AddSeconds(1));
    }

    [Fact]
    public async Task It_does_not_pass_a_timer_before_the_timer_fires()
    {
        var fired = new TaskCompletionSource();
        using var timer = _clock.CreateTimer(_ => fired.SetResult(), null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
        var early = _clock.GetUtcNow();
        _real.JumpToNextTimer();

        await fired.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        early.ShouldBeLessThan(Start.AddHours(1));
        _clock.GetUtcNow().ShouldBe(Start.AddHours(1), tolerance: TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_delay_at_a_day_a_second_ends_at_its_own_time()
    {
        var woke = Task.Delay(TimeSpan.FromHours(24), _clock).ContinueWith(
            _ => _clock.GetUtcNow(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Pass(TimeSpan.FromSeconds(1.01));

        (await woke.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System)).ShouldBeGreaterThanOrEqualTo(Start.AddHours(24));
    }

    [Fact]
    public void A_timer_that_is_disposed_does_not_fire()
    {
        var fired = false;
        _clock.CreateTimer(_ => fired = true, null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan).Dispose();
        Pass(TimeSpan.FromSeconds(1));

        fired.ShouldBeFalse();
    }

    [Fact]
    public void Hurrying_to_a_time_stops_there()
    {
        _clock.Advance(TimeSpan.FromDays(20));
        Pass(TimeSpan.FromMilliseconds(200));

        _clock.GetUtcNow().ShouldBeInRange(Start.AddDays(20), Start.AddDays(20.1));
    }

    [Fact]
    public void It_never_passes_the_saved_horizon_so_a_restart_never_goes_back()
    {
        for (var step = 0; step < 100; step++)
        {
            Pass(TimeSpan.FromMilliseconds(37));
            _clock.GetUtcNow().ShouldBeLessThanOrEqualTo(_kept[^1]);
        }

        _kept.ShouldBeInOrder(SortDirection.Ascending);
    }

    [Fact]
    public void An_orderly_stop_saves_the_exact_time_and_stops_the_clock()
    {
        Pass(TimeSpan.FromSeconds(1));
        _clock.Dispose();
        var end = _clock.GetUtcNow();
        Pass(TimeSpan.FromSeconds(1));

        _kept[^1].ShouldBe(end);
        _clock.GetUtcNow().ShouldBe(end);
    }

    [Fact]
    public async Task A_stop_while_a_horizon_is_being_saved_waits_and_saves_the_last_time()
    {
        var ends = Task.CompletedTask;
        var atOnce = 0;
        var kept = new List<DateTimeOffset>();
        LocalClock? clock = null;
        clock = new LocalClock(
            Start,
            DayASecond,
            horizon =>
            {
                Interlocked.Increment(ref atOnce).ShouldBe(1);
                if (clock is not null && ends.IsCompleted)
                {
                    ends = Task.Run(clock.Dispose);
                    SpinWait.SpinUntil(() => !clock.CreateTimer(_ => { }, null, TimeSpan.FromDays(1), TimeSpan.Zero)
                        .Change(TimeSpan.FromDays(1), TimeSpan.Zero));
                }
                kept.Add(horizon);
                Interlocked.Decrement(ref atOnce);
            },
            _real);
        clock.Begin();

        Pass(TimeSpan.FromSeconds(1));
        await ends;

        kept[^1].ShouldBe(clock.GetUtcNow());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(double.NaN)]
    [InlineData(1e9)]
    public void An_invalid_speed_is_refused(double speed) => Should.Throw<NotSupportedException>(() => _clock.SetSpeed(speed));

    /// <summary>Lets real time pass.</summary>
    private void Pass(TimeSpan time) => _real.AdvanceTo(_real.GetUtcNow() + time);
}
