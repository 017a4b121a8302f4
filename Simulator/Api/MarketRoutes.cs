using System.Text.Json;
using AccountClosure.Simulator.Market;

namespace AccountClosure.Simulator.Api;

internal static class MarketRoutes
{
    private static readonly DateOnly FirstDay = new(1970, 1, 1);
    private static readonly DateOnly LastDay = new(2029, 12, 31);

    /// <summary>As the broker answers, in the time of the exchange.</summary>
    public static ApiAnswer Clock(RouteCall call) => Json.Answer(200, call, static (json, call) =>
    {
        var now = call.Now;
        var session = ExchangeCalendar.CurrentOrNext(now);
        var isOpen = session.OpensAt <= now;
        var nextOpen = isOpen ? ExchangeCalendar.SessionAfter(session.Date)
            : call.Broker.Faults.Strikes(FaultKind.StaleClock, accountId: null) is null ? session
            : ExchangeCalendar.LastClosed(now);
        json.WriteStartObject();
        json.WriteString("timestamp", NewYork.Local(now));
        json.WriteBoolean("is_open", isOpen);
        json.WriteString("next_open", NewYork.Local(nextOpen.OpensAt));
        json.WriteString("next_close", NewYork.Local(session.ClosesAt));
        json.WriteEndObject();
    });

    public static ApiAnswer Calendar(RouteCall call)
    {
        var query = call.Query;
        if (!query.TryDate("start", FirstDay, out var start) || !query.TryDate("end", LastDay, out var end))
            return ApiError.Malformed("start and end must be dates in YYYY-MM-DD format");
        return Json.Answer(200, (start, end), static (json, range) =>
        {
            json.WriteStartArray();
            for (var date = range.start; date <= range.end && date < DateOnly.MaxValue; date = date.AddDays(1))
            {
                if (ExchangeCalendar.SessionOn(date) is { } session)
                    WriteDay(json, session);
            }
            json.WriteEndArray();
        });
    }

    private static void WriteDay(Utf8JsonWriter json, Session session)
    {
        json.WriteStartObject();
        json.WriteString("date", session.Date.ToString("yyyy-MM-dd"));
        json.WriteString("open", session.Opens.ToString("HH:mm"));
        json.WriteString("close", session.Closes.ToString("HH:mm"));
        json.WriteString("session_open", "0400");
        json.WriteString("session_close", "2000");
        json.WriteEndObject();
    }
}
