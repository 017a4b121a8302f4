using System.Runtime.InteropServices;

namespace AccountClosure.Simulator.Market;

/// <summary>One day of trading, from the open (included) to the close (excluded).</summary>
/// <param name="Opens">Wall time in New York.</param>
/// <param name="Closes">Wall time in New York.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Session(DateOnly Date, TimeOnly Opens, TimeOnly Closes)
{
    public DateTimeOffset OpensAt => NewYork.Instant(Date, Opens);

    public DateTimeOffset ClosesAt => NewYork.Instant(Date, Closes);
}

/// <summary>When US equities trade, and when what was sold is paid.</summary>
internal static class ExchangeCalendar
{
    private static readonly TimeOnly Opening = new(9, 30);
    private static readonly TimeOnly Closing = new(16, 0);
    private static readonly TimeOnly EarlyClosing = new(13, 0);
    private static readonly TimeOnly SettlementHour = new(6, 0);

    public static Session? SessionOn(DateOnly date)
    {
        if (date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || Holidays.ShutsExchange(date))
            return null;
        return new Session(date, Opening, Holidays.ClosesEarly(date) ? EarlyClosing : Closing);
    }

    public static Session SessionAfter(DateOnly date)
    {
        while (true)
        {
            date = date.AddDays(1);
            if (SessionOn(date) is { } session)
                return session;
        }
    }

    /// <summary>The session that is open, or else the next to open.</summary>
    public static Session CurrentOrNext(DateTimeOffset instant)
    {
        var date = NewYork.DateOf(instant);
        return SessionOn(date) is { } today && instant < today.ClosesAt ? today : SessionAfter(date);
    }

    /// <summary>The last session that had closed by then.</summary>
    public static Session LastClosed(DateTimeOffset instant)
    {
        for (var date = NewYork.DateOf(instant); ; date = date.AddDays(-1))
        {
            if (SessionOn(date) is { } session && session.ClosesAt <= instant)
                return session;
        }
    }

    public static bool IsOpen(DateTimeOffset instant) => CurrentOrNext(instant).OpensAt <= instant;

    /// <summary>T+1: early on the next trading day after the day of the trade.</summary>
    public static DateTimeOffset SettlementOf(DateTimeOffset trade) =>
        NewYork.Instant(SessionAfter(NewYork.DateOf(trade)).Date, SettlementHour);
}
