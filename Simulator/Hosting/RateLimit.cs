using Microsoft.AspNetCore.Http;

namespace AccountClosure.Simulator.Hosting;

/// <summary>One budget of requests a minute for all callers together, in windows that begin with the minute.</summary>
/// <param name="perMinute">0 refuses none.</param>
internal sealed class RateLimit(int perMinute)
{
    private const int Unlimited = 1_000_000;

    private long window;
    private int used;

    /// <summary>Counts a request, refuses it when the budget was used up before, and tells the caller what is left.</summary>
    public bool Refuses(DateTimeOffset now, IHeaderDictionary headers)
    {
        var minute = now.ToUnixTimeSeconds() / 60;
        if (minute != window)
            (window, used) = (minute, 0);
        var limit = perMinute == 0 ? Unlimited : perMinute;
        var refused = perMinute > 0 && used >= limit;
        used++;
        headers["X-RateLimit-Limit"] = limit.ToString();
        headers["X-RateLimit-Remaining"] = (perMinute == 0 ? Unlimited : Math.Max(0, limit - used)).ToString();
        headers["X-RateLimit-Reset"] = ((minute + 1) * 60).ToString();
        return refused;
    }
}
