using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccountClosure.Broker;

/// <summary>A usable answer of the broker: 2xx.</summary>
/// <param name="Body">Body of the answer; empty for 204.</param>
internal sealed record BrokerAnswer(int Status, string Body);

/// <summary>
/// Sends single requests and reports the outcome of each. <see cref="BrokerRetry"/> decides which requests are sent again.
/// All timeouts and waits use the <see cref="TimeProvider"/>; those of HttpClient are off.
/// </summary>
internal sealed class BrokerConnection : IDisposable
{
    /// <summary>Maximum wait that a header of the broker can cause, so that a wrong header cannot stop a closure.</summary>
    private static readonly TimeSpan LongestHeaderWait = TimeSpan.FromHours(24);

    private readonly HttpClient client;
    private readonly BrokerRateLimiter limiter;
    private readonly TimeProvider clock;
    private readonly TimeSpan requestTimeout;
    private readonly ILogger logger;

    public BrokerConnection(
        BrokerTransport transport, IOptions<BrokerOptions> options, BrokerRateLimiter limiter, TimeProvider clock, ILogger logger)
    {
        var settings = options.Value;
        client = new HttpClient(transport.Handler, disposeHandler: false)
        {
            BaseAddress = new Uri(settings.BaseUrl.TrimEnd('/') + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = 32 * 1024 * 1024,
        };
        var credentials = Encoding.UTF8.GetBytes($"{settings.ApiKey}:{settings.ApiSecret}");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(credentials));
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        this.limiter = limiter;
        this.clock = clock;
        this.logger = logger;
        requestTimeout = settings.RequestTimeout;
    }

    public void Dispose() => client.Dispose();

    /// <summary>
    /// Sends the request once, when the rate limiter admits it. A request that changes something asks for its permit after that wait,
    /// because what was true before a long wait may no longer be true.
    /// </summary>
    /// <exception cref="BrokerException">There is no 2xx answer. For a change, the kind says whether it may have happened.</exception>
    public async Task<BrokerAnswer> SendOnceAsync(BrokerRequest request, CancellationToken cancellationToken)
    {
        await limiter.EnterAsync(cancellationToken);
        long? budgetLeft = null;
        DateTimeOffset? budgetResetAt = null;
        try
        {
            if (request.Permit is { } permit && !await permit(cancellationToken))
                throw new BrokerException(BrokerErrorKind.Withheld, request.Operation);
            using var timeout = new CancellationTokenSource(requestTimeout, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            using var message = request.ToMessage();
            using var response = await client.SendAsync(message, either.Token);
            budgetLeft = WholeNumber(response, "X-RateLimit-Remaining");
            budgetResetAt = ResetTime(response);
            // Read bytes, because reading a string throws for an unknown charset.
            var body = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(either.Token));
            return response.IsSuccessStatusCode ? new BrokerAnswer((int)response.StatusCode, body) : throw Refusal(request, response, body);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException timedOut)
        {
            throw new BrokerException(request.KindWithoutAnswer, request.Operation, inner: timedOut);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new BrokerException(
                WasNeverSent(failure) ? BrokerErrorKind.Unavailable : request.KindWithoutAnswer, request.Operation, inner: failure);
        }
        finally
        {
            limiter.Leave(budgetLeft, budgetResetAt);
        }
    }

    private static bool WasNeverSent(Exception failure) => (failure as HttpRequestException)?.HttpRequestError
        is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
        or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    private BrokerException Refusal(BrokerRequest request, HttpResponseMessage response, string body)
    {
        var status = (int)response.StatusCode;
        var kind = response.StatusCode switch
        {
            HttpStatusCode.NotFound => BrokerErrorKind.NotFound,
            HttpStatusCode.Unauthorized => BrokerErrorKind.Unauthorized,
            HttpStatusCode.Forbidden => BrokerErrorKind.Forbidden,
            HttpStatusCode.TooManyRequests => BrokerErrorKind.RateLimited,
            HttpStatusCode.RequestTimeout => request.KindWithoutAnswer,
            >= HttpStatusCode.InternalServerError => request.KindWithoutAnswer,
            HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity => BrokerErrorKind.Refused,
            _ => request.SendsMoney ? request.KindWithoutAnswer : BrokerErrorKind.Refused,
        };
        BrokerLog.Answered(logger, request.Operation, status, RequestId(response));
        if (kind == BrokerErrorKind.Unauthorized)
            BrokerLog.CredentialsNotAccepted(logger, request.Operation);
        var message = BrokerJson.ReadError(body);
        return kind is BrokerErrorKind.NotFound or BrokerErrorKind.Forbidden or BrokerErrorKind.Refused
            ? new BrokerRefusedException(kind, request.Operation, status, message) { RetryAt = RetryTime(response) }
            : new BrokerException(kind, request.Operation, status, message) { RetryAt = RetryTime(response) };
    }

    private DateTimeOffset? RetryTime(HttpResponseMessage response)
    {
        var now = clock.GetUtcNow();
        if (response.Headers.RetryAfter is { Delta: { } delta })
            return delta < LongestHeaderWait ? now + delta : now + LongestHeaderWait;
        if (response.Headers.RetryAfter is { Date: { } date })
            return date < now + LongestHeaderWait ? date.ToUniversalTime() : now + LongestHeaderWait;
        return response.StatusCode == HttpStatusCode.TooManyRequests ? ResetTime(response) : null;
    }

    private DateTimeOffset? ResetTime(HttpResponseMessage response)
    {
        if (WholeNumber(response, "X-RateLimit-Reset") is not { } seconds)
            return null;
        var latest = clock.GetUtcNow() + LongestHeaderWait;
        return seconds < latest.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds(seconds) : latest;
    }

    private static long? WholeNumber(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out var values)
        && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>
    /// The request id that the broker's support asks for. Only text that has the form of an id is used; otherwise "none".
    /// </summary>
    private static string RequestId(HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-Request-ID", out var values)
        && values.First() is { Length: <= 64 } id
        && id.All(character => char.IsAsciiLetterOrDigit(character) || character == '-')
            ? id
            : "none";
}
