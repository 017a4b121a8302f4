using Microsoft.Extensions.Logging;

namespace AccountClosure.Broker;

/// <summary>
/// Decides which requests are sent again, and when. It retries only reads, after a network error, a timeout, a 5xx or a 429. It never
/// retries a change, even after a 429: the caller may hold a lease that ends before the wait, so the caller decides.
/// </summary>
internal sealed class BrokerRetry(BrokerOptions options, TimeProvider clock, Jitter jitter, ILogger logger)
{
    /// <exception cref="BrokerException">The failure of the last attempt.</exception>
    public async Task<BrokerAnswer> RunAsync(
        BrokerRequest request, Func<BrokerRequest, CancellationToken, Task<BrokerAnswer>> send, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan wait;
            try
            {
                return await send(request, cancellationToken);
            }
            catch (BrokerException failure) when (attempt < options.ReadAttempts && MayBeSentAgain(request, failure.Kind))
            {
                wait = WaitAfter(failure, attempt);
                BrokerLog.SendingAgain(logger, request.Operation, failure.Kind, failure.HttpStatus, attempt, wait.TotalSeconds);
            }

            await InlineDelay.WaitAsync(clock, wait, cancellationToken);
        }
    }

    private static bool MayBeSentAgain(BrokerRequest request, BrokerErrorKind kind) =>
        (kind == BrokerErrorKind.Unavailable && request.IsRead) || (kind == BrokerErrorKind.RateLimited && request.IsRead);

    private TimeSpan WaitAfter(BrokerException failure, int attempt)
    {
        var backoff = options.FirstRetryDelay * Math.Pow(2, attempt - 1);
        if (backoff > options.LongestRetryDelay)
            backoff = options.LongestRetryDelay;
        if (failure.Kind != BrokerErrorKind.RateLimited || failure.RetryAt is not { } reset)
            return (backoff / 2) + jitter.Share(backoff / 2);

        var untilReset = reset - clock.GetUtcNow();
        if (untilReset > options.LongestRateLimitWait)
            untilReset = options.LongestRateLimitWait;
        return (untilReset > TimeSpan.Zero ? untilReset : TimeSpan.Zero) + jitter.Share(backoff);
    }
}
