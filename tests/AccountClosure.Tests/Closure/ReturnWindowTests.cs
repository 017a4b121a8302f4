using AccountClosure.Closure;

namespace AccountClosure.Tests.Closure;

public sealed class ReturnWindowTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 15, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_window_starts_with_the_latest_completion_whoever_made_the_transfer()
    {
        From(new Payout { LastCompletedAt = Monday }, Monday.AddDays(1)).ShouldBe(Monday.AddDays(1));
        From(new Payout { LastCompletedAt = Monday }, Monday.AddDays(-1)).ShouldBe(Monday);
        From(new Payout { LastCompletedAt = Monday }, null).ShouldBe(Monday);
        From(new Payout(), null).ShouldBeNull();

        static DateTimeOffset? From(Payout payout, DateTimeOffset? others) => ReturnWindow.After(payout, others).From;
    }

    [Fact]
    public void A_later_completion_starts_the_window_again()
    {
        var payout = new Payout { LastCompletedAt = Monday, ReturnsFrom = Monday, ReturnsUntil = Monday.AddDays(2) };

        ReturnWindow.After(payout, null).Until.ShouldBe(Monday.AddDays(2));
        ReturnWindow.After(payout, Monday.AddSeconds(1)).Until.ShouldBeNull();
    }

    [Fact]
    public void The_window_is_over_at_its_end_and_when_there_is_none()
    {
        var window = new ReturnWindow(Monday, Monday.AddDays(2));

        window.IsOver(Monday.AddDays(2).AddSeconds(-1)).ShouldBeFalse();
        window.IsOver(Monday.AddDays(2)).ShouldBeTrue();
        new ReturnWindow(null, null).IsOver(Monday).ShouldBeTrue();
    }

    [Fact]
    public void The_next_poll_is_never_after_the_end_of_the_window()
    {
        var window = new ReturnWindow(Monday, Monday.AddDays(2));

        window.NextPoll(Monday, States.Policy).ShouldBe(Monday + States.Policy.ReturnPollInterval);
        window.NextPoll(Monday.AddDays(2).AddHours(-1), States.Policy).ShouldBe(Monday.AddDays(2));
    }
}
