using System.Collections.Concurrent;

namespace AccountClosure.Simulator.Market;

/// <summary>The days on which the exchange or the banks are shut, by rule for any year.</summary>
internal static class Holidays
{
    private static readonly ConcurrentDictionary<int, HashSet<DateOnly>> ExchangeHolidays = new();
    private static readonly ConcurrentDictionary<int, HashSet<DateOnly>> BankHolidays = new();

    /// <summary>Days of mourning and disaster, which no rule gives.</summary>
    private static readonly HashSet<DateOnly> UnplannedClosures =
    [
        new(2001, 9, 11), new(2001, 9, 12), new(2001, 9, 13), new(2001, 9, 14), new(2004, 6, 11), new(2007, 1, 2),
        new(2012, 10, 29), new(2012, 10, 30), new(2018, 12, 5), new(2025, 1, 9),
    ];

    public static bool ShutsExchange(DateOnly date) =>
        UnplannedClosures.Contains(date) || ExchangeHolidays.GetOrAdd(date.Year, OfExchange).Contains(date);

    public static bool ShutsBanks(DateOnly date) => BankHolidays.GetOrAdd(date.Year, OfBanks).Contains(date);

    /// <summary>At 13:00, before Independence Day, after Thanksgiving and on Christmas Eve, if the exchange opens then at all.</summary>
    public static bool ClosesEarly(DateOnly date) =>
        date is { Month: 7, Day: 3 } or { Month: 12, Day: 24 }
        || date == Nth(date.Year, 11, DayOfWeek.Thursday, 4).AddDays(1);

    private static HashSet<DateOnly> OfExchange(int year)
    {
        var days = new HashSet<DateOnly>
        {
            Nth(year, 2, DayOfWeek.Monday, 3),
            EasterSunday(year).AddDays(-2),
            Last(year, 5, DayOfWeek.Monday),
            Observed(new DateOnly(year, 7, 4)),
            Nth(year, 9, DayOfWeek.Monday, 1),
            Nth(year, 11, DayOfWeek.Thursday, 4),
            Observed(new DateOnly(year, 12, 25)),
        };
        // A New Year's Day on a Saturday is not made up for: the Friday before belongs to the year's last accounts.
        var newYear = new DateOnly(year, 1, 1);
        days.Add(newYear.DayOfWeek == DayOfWeek.Sunday ? newYear.AddDays(1) : newYear);
        if (year >= 1998)
            days.Add(Nth(year, 1, DayOfWeek.Monday, 3));
        if (year >= 2022)
            days.Add(Observed(new DateOnly(year, 6, 19)));
        return days;
    }

    /// <summary>The holidays of the Federal Reserve: one that falls on a Saturday is not made up for.</summary>
    private static HashSet<DateOnly> OfBanks(int year)
    {
        var days = new HashSet<DateOnly>
        {
            Nth(year, 1, DayOfWeek.Monday, 3),
            Nth(year, 2, DayOfWeek.Monday, 3),
            Last(year, 5, DayOfWeek.Monday),
            Nth(year, 9, DayOfWeek.Monday, 1),
            Nth(year, 10, DayOfWeek.Monday, 2),
            Nth(year, 11, DayOfWeek.Thursday, 4),
        };
        foreach (var (month, day) in new[] { (1, 1), (6, 19), (7, 4), (11, 11), (12, 25) })
        {
            var date = new DateOnly(year, month, day);
            days.Add(date.DayOfWeek == DayOfWeek.Sunday ? date.AddDays(1) : date);
        }
        return days;
    }

    private static DateOnly Observed(DateOnly date) => date.DayOfWeek switch
    {
        DayOfWeek.Saturday => date.AddDays(-1),
        DayOfWeek.Sunday => date.AddDays(1),
        _ => date,
    };

    private static DateOnly Nth(int year, int month, DayOfWeek weekday, int nth)
    {
        var first = new DateOnly(year, month, 1);
        return first.AddDays(((int)weekday - (int)first.DayOfWeek + 7) % 7 + 7 * (nth - 1));
    }

    private static DateOnly Last(int year, int month, DayOfWeek weekday)
    {
        var last = new DateOnly(year, month, DateTime.DaysInMonth(year, month));
        return last.AddDays(-(((int)last.DayOfWeek - (int)weekday + 7) % 7));
    }

    /// <summary>The Gregorian computus: the first Sunday after the full moon of spring.</summary>
    private static DateOnly EasterSunday(int year)
    {
        var golden = year % 19;
        var century = year / 100;
        var skippedLeapDays = century / 4;
        var moon = (century - skippedLeapDays - (8 * century + 13) / 25 + 19 * golden + 15) % 30;
        moon -= moon / 28 * (1 - moon / 28 * (29 / (moon + 1)) * ((21 - golden) / 11));
        var weekday = (year + year / 4 + moon + 2 - century + skippedLeapDays) % 7;
        var daysFromMarch28 = moon - weekday;
        return new DateOnly(year, 3, 28).AddDays(daysFromMarch28);
    }
}
