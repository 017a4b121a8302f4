using AccountClosure.Simulator.Api;

namespace AccountClosure.Simulator.Hosting;

/// <summary>One budget of requests a minute for all callers together, in windows that begin with the minute.</summary>
/// <param name="perMinute">0 refuses none.</param>
internal sealed class RateLimit(int perMinute)
{
    private const int Unlimited = 1_000_000;

    private long window;
    private int used;

    /// <summary>Counts a request, which is refused when the budget was used up before.</summary>
    public RateLimitState Take(DateTimeOffset now, out bool refused)
    {
        var minute = now.ToUnixTimeSeconds() / 60;
        if (minute != window)
            (window, used) = (minute, 0);
        var limit = perMinute == 0 ? Unlimited : perMinute;
        refused = perMinute > 0 && used >= limit;
        used++;
        return new RateLimitState(limit, perMinute == 0 ? Unlimited : Math.Max(0, limit - used), (minute + 1) * 60);
    }
}
