namespace AccountClosure.Broker;

/// <summary>
/// Keeps all requests of this process within the broker's budget: a token bucket for the even pace, and what the broker's last
/// answers said of the budget left. Each caller reserves its own time slot and waits for it on one timer, so that a thousand
/// closures that wake together neither exceed the budget nor wake each other in vain.
/// </summary>
public sealed class BrokerRateLimiter
{
    private readonly Lock gate = new();
    private readonly TimeProvider clock;
    private readonly TimeSpan interval;
    private readonly TimeSpan burst;
    private readonly TimeSpan longestPause;

    // When the bucket would be full again if nobody took more: the one number that a token bucket needs.
    private DateTimeOffset fullAt = DateTimeOffset.MinValue;

    // The broker's window, as far as its answers told; nothing is known beyond its end.
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

    /// <summary>Waits for a turn. Each is followed by exactly one <see cref="Leave"/>, unless the wait is cancelled.</summary>
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

    /// <summary>The request of one <see cref="EnterAsync"/> is over.</summary>
    /// <param name="budgetLeft">X-RateLimit-Remaining of its answer, if there was one.</param>
    /// <param name="resetAt">X-RateLimit-Reset of its answer, if there was one.</param>
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

            // The others under way may not be counted in the answer yet.
            var known = (int)Math.Clamp(left - inFlight, 0, int.MaxValue);
            remaining = reset > windowEnds ? known : Math.Min(remaining, known);
            windowEnds = reset > windowEnds ? reset : windowEnds;
        }
    }

    // Timers count whole milliseconds and cut the rest off, so that one for the end of a window would fire before it.
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

            // Everyone who has to wait for the next window gets a slot behind its start, at the even pace: no burst there.
            if (fullAt < windowEnds + burst)
                fullAt = windowEnds + burst;
            return false;
        }
    }
}
