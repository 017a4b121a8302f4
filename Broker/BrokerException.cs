namespace AccountClosure.Broker;

/// <summary>Why the broker gave no usable answer, told apart by what the caller can do about it.</summary>
public enum BrokerErrorKind
{
    /// <summary>404.</summary>
    NotFound,

    /// <summary>
    /// 400, 422: the request as it stands will not be accepted. 409 and the other statuses below 500 mean the same, except for a transfer: it is
    /// <see cref="InDoubt"/> then.
    /// </summary>
    Refused,

    /// <summary>
    /// 401: the broker does not accept our credentials, for example during a key rotation; nothing was done. This is an outage on our side
    /// and not a refusal: try again later.
    /// </summary>
    Unauthorized,

    /// <summary>403: a permission that the message names, or a limit.</summary>
    Forbidden,

    /// <summary>The caller's permit was refused right before the request was sent: nothing was done.</summary>
    Withheld,

    /// <summary>429: nothing was done. A read meets it only after all attempts.</summary>
    RateLimited,

    /// <summary>The request certainly had no effect (it was not sent, or it was a read): try again later.</summary>
    Unavailable,

    /// <summary>Sent, and no clear answer came (time-out, broken connection, 5xx; for a transfer also every status that the API does not refuse it with): the effect may or may not have happened.</summary>
    InDoubt,
}

/// <param name="kind">What the caller can do about it.</param>
/// <param name="operation">The call in words without ids, amounts or names: it is logged and shown.</param>
/// <param name="httpStatus">The status code, if there was an answer.</param>
/// <param name="brokerMessage">The broker's message. It can hold private data: never logged, never in a durable payload or status.</param>
/// <param name="inner">The cause.</param>
public class BrokerException(
    BrokerErrorKind kind,
    string operation,
    int? httpStatus = null,
    string? brokerMessage = null,
    Exception? inner = null)
    : Exception($"{operation}: {kind}{(httpStatus is { } status ? $" ({status})" : "")}", inner)
{
    public BrokerErrorKind Kind { get; } = kind;

    public string Operation { get; } = operation;

    public int? HttpStatus { get; } = httpStatus;

    public string? BrokerMessage { get; } = brokerMessage;

    /// <summary>
    /// When the limit of outgoing transfers frees again or the rate limit resets, if the broker said so. UTC, at most 24 hours ahead.
    /// </summary>
    public DateTimeOffset? RetryAt { get; init; }
}

/// <summary>
/// The broker understood and will not do it (<see cref="BrokerErrorKind.NotFound"/>, <see cref="BrokerErrorKind.Refused"/>,
/// <see cref="BrokerErrorKind.Forbidden"/>): a type of its own, because the durable layer knows a failure by its type, and never repeats this one.
/// </summary>
public sealed class BrokerRefusedException(BrokerErrorKind kind, string operation, int? httpStatus, string? brokerMessage)
    : BrokerException(kind, operation, httpStatus, brokerMessage);
