namespace AccountClosure.Closure;

/// <summary>A day on which the exchange trades.</summary>
/// <param name="Close">Closing time in New York.</param>
public sealed record ExchangeDay(DateOnly Date, TimeOnly Close);

/// <summary>Counts business days: the exchange's trading days, in New York.</summary>
public static class BusinessDays
{
    public static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    public static DateOnly DateIn(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, NewYork).DateTime);

    /// <summary>Close of the market on the <paramref name="count"/>th trading day after the day of <paramref name="from"/>, UTC.</summary>
    /// <param name="calendar">Trading days after <paramref name="from"/>, in any order; <paramref name="count"/> or more of them.</param>
    /// <exception cref="ArgumentException">The calendar is too short.</exception>
    public static DateTimeOffset After(DateTimeOffset from, int count, IEnumerable<ExchangeDay> calendar)
    {
        var today = DateIn(from);
        var day = calendar.Where(day => day.Date > today).OrderBy(day => day.Date).Skip(count - 1).FirstOrDefault()
            ?? throw new ArgumentException($"The calendar has fewer than {count} trading days after {today:yyyy-MM-dd}.", nameof(calendar));
        var close = day.Date.ToDateTime(day.Close);
        return new DateTimeOffset(close, NewYork.GetUtcOffset(close)).ToUniversalTime();
    }
}
