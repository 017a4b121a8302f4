using System.Globalization;

namespace AccountClosure.Embedded.Local;

/// <summary>Formats times and durations for people, in New York time.</summary>
public static class NewYorkTime
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    public const int Width = 24;

    /// <summary>Formats a time: "Mon  2 Mar 2026 10:00:03", always <see cref="Width"/> characters.</summary>
    public static string Show(DateTimeOffset time) =>
        string.Create(CultureInfo.InvariantCulture, $"{In(time):ddd} {In(time).Day,2} {In(time):MMM yyyy HH:mm:ss}");

    /// <summary>Formats a duration: "2 days 3 h 05 min", "24 h 00 min": whole minutes, never rounded up.</summary>
    public static string Show(TimeSpan span) =>
        span.TotalHours < 48
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes:00} min")
            : string.Create(CultureInfo.InvariantCulture, $"{span.Days} days {span.Hours} h {span.Minutes:00} min");

    private static DateTimeOffset In(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, Zone);
}
