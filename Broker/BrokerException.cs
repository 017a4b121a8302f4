namespace AccountClosure.Broker;

/// <summary>Why there is no usable answer of the broker. Each kind allows the caller a different reaction.</summary>
public enum BrokerErrorKind
{
    /// <summary>404.</summary>
    NotFound,

    /// <summary>
    /// 400, 422: the broker does not accept the request as it is. 409 and the other statuses below 500 mean the same, except for a
    /// transfer, which is then <see cref="InDoubt"/>.
    /// </summary>
    Refused,

    /// <summary>
    /// 401: the broker does not accept our credentials, for example during a key rotation. The request had no effect. This is an outage on
    /// our side and not a refusal: try again later.
    /// </summary>
    Unauthorized,

    /// <summary>403: the account lacks a permission, which the message names, or a limit does not allow the request.</summary>
    Forbidden,

    /// <summary>The caller's permit withheld the request right before it was sent. The request had no effect.</summary>
    Withheld,

    /// <summary>429: the request had no effect. A read fails with this kind only after all attempts.</summary>
    RateLimited,

    /// <summary>The request certainly had no effect, because it was not sent or was a read: try again later.</summary>
    Unavailable,

    /// <summary>
    /// The request was sent and got no clear answer: a timeout, a broken connection or a 5xx. For a transfer, every status that is not a
    /// documented refusal of the API is also unclear. The effect may or may not have happened.
    /// </summary>
    InDoubt,
}

/// <param name="kind">What the caller can do about it.</param>
/// <param name="operation">The call in words, without ids, amounts or names, because logs and statuses show it.</param>
/// <param name="httpStatus">HTTP status of the answer; null if there was no answer.</param>
/// <param name="brokerMessage">
/// The broker's message; null if there was none. It can hold private data, so no log, durable payload or status may contain it.
/// </param>
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
    /// Time when the limit of outgoing transfers allows more or the rate limit resets, UTC, not later than 24 hours after the answer; null
    /// if the broker does not say.
    /// </summary>
    public DateTimeOffset? RetryAt { get; init; }
}

/// <summary>
/// The broker understood the request and refused it (<see cref="BrokerErrorKind.NotFound"/>, <see cref="BrokerErrorKind.Refused"/>,
/// <see cref="BrokerErrorKind.Forbidden"/>). It has its own type, because the durable layer recognizes a failure by its type and does not
/// retry this one.
/// </summary>
public sealed class BrokerRefusedException(BrokerErrorKind kind, string operation, int? httpStatus, string? brokerMessage)
    : BrokerException(kind, operation, httpStatus, brokerMessage);
