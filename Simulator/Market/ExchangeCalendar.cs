namespace AccountClosure.Simulator.Market;

/// <summary>One day of trading, from the open (included) to the close (excluded).</summary>
/// <param name="Opens">Wall time in New York.</param>
/// <param name="Closes">Wall time in New York.</param>
internal sealed record Session(DateOnly Date, TimeOnly Opens, TimeOnly Closes)
{
    public DateTimeOffset OpensAt { get; } = NewYork.Instant(Date, Opens);

    public DateTimeOffset ClosesAt { get; } = NewYork.Instant(Date, Closes);
}

/// <summary>When US equities trade, and when what was sold is paid.</summary>
internal static class ExchangeCalendar
{
    private static readonly TimeOnly Opening = new(9, 30);
    private static readonly TimeOnly Closing = new(16, 0);
    private static readonly TimeOnly EarlyClosing = new(13, 0);
    private static readonly TimeOnly SettlementHour = new(6, 0);

    /// <summary>Nearly every question is about the same day as the one before.</summary>
    private static Span? latest;

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
    public static Session CurrentOrNext(DateTimeOffset instant) => SpanOf(instant).Next;

    /// <summary>The last session that had closed by then.</summary>
    public static Session LastClosed(DateTimeOffset instant) => SpanOf(instant).Last;

    public static bool IsOpen(DateTimeOffset instant) => CurrentOrNext(instant).OpensAt <= instant;

    /// <summary>T+1: early on the next trading day after the day of the trade.</summary>
    public static DateTimeOffset SettlementOf(DateTimeOffset trade) =>
        NewYork.Instant(SessionAfter(NewYork.DateOf(trade)).Date, SettlementHour);

    /// <summary>From one close to the next.</summary>
    private sealed record Span(Session Last, Session Next);

    private static Span SpanOf(DateTimeOffset instant)
    {
        var span = latest;
        if (span is not null && instant >= span.Last.ClosesAt && instant < span.Next.ClosesAt)
            return span;
        var date = NewYork.DateOf(instant);
        var next = SessionOn(date) is { } today && instant < today.ClosesAt ? today : SessionAfter(date);
        var last = next.Date.AddDays(-1);
        while (SessionOn(last) is null)
            last = last.AddDays(-1);
        return latest = new Span(SessionOn(last)!, next);
    }
}
