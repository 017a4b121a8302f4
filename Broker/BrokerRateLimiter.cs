namespace AccountClosure.Broker;

/// <summary>
/// Keeps all requests of this process within the broker's budget. A token bucket keeps an even pace, and the broker's last answers tell the
/// remaining budget. Each caller reserves its own time slot and waits for it on one timer. So a thousand closures that wake together
/// neither exceed the budget nor wake each other needlessly.
/// </summary>
public sealed class BrokerRateLimiter
{
    private readonly Lock gate = new();
    private readonly TimeProvider clock;
    private readonly TimeSpan interval;
    private readonly TimeSpan burst;
    private readonly TimeSpan longestPause;

    // Time when the bucket is full again if nobody takes more. A token bucket needs no other state.
    private DateTimeOffset fullAt = DateTimeOffset.MinValue;

    // The broker's window, as its answers describe it. Nothing is known about the time after its end.
    private DateTimeOffset windowEnds = DateTimeOffset.MinValue;
    private int remaining = int.MaxValue;
    private int inFlight;

    public BrokerRateLimiter(BrokerOptions options, TimeProvider clock)
    {
        this.clock = clock;
        interval = TimeSpan.FromSeconds(1 / options.MaxRequestsPerSecond);
        burst = interval * (options.RequestBurst - 1);
        longestPause = options.LongestRateLimitWait;
    }

    /// <summary>
    /// Waits until a request may be sent. The caller then calls <see cref="Leave"/> exactly once, unless the wait is cancelled.
    /// </summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var wait = Reserve();
            if (wait > TimeSpan.Zero)
                await InlineDelay.WaitAsync(clock, RoundedUp(wait), cancellationToken);
            if (TryTakeFromWindow())
                return;
        }
    }

    /// <summary>Ends the request of one <see cref="EnterAsync"/>.</summary>
    /// <param name="budgetLeft">X-RateLimit-Remaining of the answer; null if there was none.</param>
    /// <param name="resetAt">X-RateLimit-Reset of the answer; null if there was none.</param>
    public void Leave(long? budgetLeft, DateTimeOffset? resetAt)
    {
        lock (gate)
        {
            inFlight--;
            var now = clock.GetUtcNow();
            if (budgetLeft is not { } left || resetAt is not { } reset || reset <= now)
                return;
            if (reset > now + longestPause)
                reset = now + longestPause;

            // The answer may not count the other requests in flight yet.
            var known = (int)Math.Clamp(left - inFlight, 0, int.MaxValue);
            remaining = reset > windowEnds ? known : Math.Min(remaining, known);
            windowEnds = reset > windowEnds ? reset : windowEnds;
        }
    }

    // Timers truncate to whole milliseconds, so a timer for the end of a window would fire before the end.
    private static TimeSpan RoundedUp(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));

    private TimeSpan Reserve()
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (fullAt < now)
                fullAt = now;
            var wait = fullAt - burst - now;
            fullAt += interval;
            return wait;
        }
    }

    private bool TryTakeFromWindow()
    {
        lock (gate)
        {
            if (clock.GetUtcNow() >= windowEnds)
                remaining = int.MaxValue;
            if (remaining > 0)
            {
                remaining--;
                inFlight++;
                return true;
            }

            // Callers that wait for the next window get slots after its start at the even pace, so that they cause no burst.
            if (fullAt < windowEnds + burst)
                fullAt = windowEnds + burst;
            return false;
        }
    }
}
