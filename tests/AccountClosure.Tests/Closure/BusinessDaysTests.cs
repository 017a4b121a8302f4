using AccountClosure.Closure;

namespace AccountClosure.Tests.Closure;

public sealed class BusinessDaysTests
{
    private static readonly TimeOnly Four = new(16, 0);

    [Fact]
    public void Days_are_counted_in_New_York_and_end_with_the_market()
    {
        // 01:00 UTC on Tuesday is still Monday evening in New York.
        var from = new DateTimeOffset(2026, 3, 3, 1, 0, 0, TimeSpan.Zero);

        BusinessDays.After(from, 1, [Day(3, 2), Day(3, 3), Day(3, 4)]).ShouldBe(new DateTimeOffset(2026, 3, 3, 21, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void A_weekend_in_which_summer_time_begins_is_skipped()
    {
        var friday = new DateTimeOffset(2026, 3, 6, 15, 0, 0, TimeSpan.Zero);

        BusinessDays.After(friday, 1, [Day(3, 6), Day(3, 9), Day(3, 10)]).ShouldBe(new DateTimeOffset(2026, 3, 9, 20, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void An_early_close_counts_as_the_end_of_its_day()
    {
        var thanksgivingEve = new DateTimeOffset(2026, 11, 25, 15, 0, 0, TimeSpan.Zero);

        BusinessDays.After(thanksgivingEve, 1, [new ExchangeDay(new DateOnly(2026, 11, 27), new TimeOnly(13, 0))])
            .ShouldBe(new DateTimeOffset(2026, 11, 27, 18, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void A_calendar_that_is_too_short_is_an_error_and_not_a_guess() =>
        Should.Throw<ArgumentException>(
            () => BusinessDays.After(new DateTimeOffset(2026, 3, 3, 15, 0, 0, TimeSpan.Zero), 3, [Day(3, 4), Day(3, 5)]));

    private static ExchangeDay Day(int month, int day) => new(new DateOnly(2026, month, day), Four);
}
