namespace AccountClosure.Simulator.Tests;

public sealed class MarketTests
{
    [Theory]
    [InlineData(2024, "01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25", "07-03 11-29 12-24")]
    [InlineData(2025, "01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25", "07-03 11-28 12-24")]
    [InlineData(2026, "01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25", "11-27 12-24")]
    [InlineData(2027, "01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24", "11-26")]
    [InlineData(2028, "01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25", "07-03 11-24")]
    [InlineData(2022, "01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26", "11-25")]
    [InlineData(2021, "01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24", "11-26")]
    public async Task The_calendar_leaves_out_the_holidays_of_the_exchange_and_knows_the_early_closes(int year, string shut, string early)
    {
        await using var broker = new TestBroker();

        var days = (await broker.GetAsync($"/v1/calendar?start={year}-01-01&end={year}-12-31")).Items.ToList();

        var open = days.Select(day => day.GetProperty("date").GetString()![5..]).ToHashSet();
        var weekdays = Enumerable.Range(0, 366)
            .Select(day => new DateOnly(year, 1, 1).AddDays(day))
            .Where(date => date.Year == year && date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
            .Select(date => date.ToString("MM-dd"));
        weekdays.Where(date => !open.Contains(date)).ShouldBe(shut.Split(' '));
        days.Where(day => day.GetProperty("close").GetString() == "13:00")
            .Select(day => day.GetProperty("date").GetString()![5..])
            .ShouldBe(early.Split(' '));
        days.ShouldAllBe(day => day.GetProperty("open").GetString() == "09:30");
    }

    [Theory]
    [InlineData("2026-03-02T09:29:59.9999999-05:00", false, "2026-03-02T09:30:00-05:00", "2026-03-02T16:00:00-05:00")]
    [InlineData("2026-03-02T09:30:00-05:00", true, "2026-03-03T09:30:00-05:00", "2026-03-02T16:00:00-05:00")]
    [InlineData("2026-03-02T16:00:00-05:00", false, "2026-03-03T09:30:00-05:00", "2026-03-03T16:00:00-05:00")]
    [InlineData("2026-03-06T20:00:00-05:00", false, "2026-03-09T09:30:00-04:00", "2026-03-09T16:00:00-04:00")]
    [InlineData("2026-11-27T12:59:59-05:00", true, "2026-11-30T09:30:00-05:00", "2026-11-27T13:00:00-05:00")]
    [InlineData("2026-11-27T13:00:00-05:00", false, "2026-11-30T09:30:00-05:00", "2026-11-30T16:00:00-05:00")]
    public async Task The_clock_follows_New_York_through_weekends_summer_time_and_early_closes(
        string now, bool isOpen, string nextOpen, string nextClose)
    {
        await using var broker = new TestBroker(start: TestBroker.At(now));

        var clock = await broker.GetAsync("/v1/clock");

        clock["is_open"].GetBoolean().ShouldBe(isOpen);
        clock.Text("next_open").ShouldBe(nextOpen);
        clock.Text("next_close").ShouldBe(nextClose);
        clock["timestamp"].GetDateTimeOffset().ShouldBe(TestBroker.At(now));
    }

    [Fact]
    public async Task A_stale_clock_says_that_the_next_open_was_the_last_while_the_market_is_closed()
    {
        await using var broker = new TestBroker();
        broker.Simulator.AddFault(new Fault { Kind = FaultKind.StaleClock, Count = 0 });
        var whileOpen = await broker.GetAsync("/v1/clock");
        broker.Time.MoveTo(TestBroker.At("2026-03-07T12:00:00-05:00"));
        var stale = await broker.GetAsync("/v1/clock");
        var again = await broker.GetAsync("/v1/clock");
        broker.Simulator.ClearFaults();
        var right = await broker.GetAsync("/v1/clock");

        whileOpen.Text("next_open").ShouldBe("2026-03-03T09:30:00-05:00");
        stale["is_open"].GetBoolean().ShouldBeFalse();
        stale.Text("next_open").ShouldBe("2026-03-06T09:30:00-05:00");
        stale.Text("next_close").ShouldBe("2026-03-09T16:00:00-04:00");
        again.Text("next_open").ShouldBe(stale.Text("next_open"));
        right.Text("next_open").ShouldBe("2026-03-09T09:30:00-04:00");
    }

    [Theory]
    [InlineData("start=yesterday")]
    [InlineData("end=2026-13-01")]
    public async Task A_date_that_is_none_is_refused(string query)
    {
        await using var broker = new TestBroker();

        (await broker.GetAsync("/v1/calendar?" + query)).Status.ShouldBe(400);
    }
}
