using Microsoft.Extensions.Logging;

namespace AccountClosure.Broker;

/// <summary>Log lines of the broker's client, event ids 1001 to 1099. They contain no account ids, amounts, addresses or bodies.</summary>
internal static partial class BrokerLog
{
    [LoggerMessage(1001, LogLevel.Warning, "Broker: {Operation} was answered with {Status}, request id {RequestId}")]
    public static partial void Answered(ILogger logger, string operation, int status, string requestId);

    [LoggerMessage(1002, LogLevel.Information,
        "Broker: {Operation} failed ({Kind}, status {Status}) at attempt {Attempt} and is sent again in {Seconds:0.0} seconds")]
    public static partial void SendingAgain(
        ILogger logger, string operation, BrokerErrorKind kind, int? status, int attempt, double seconds);

    [LoggerMessage(1003, LogLevel.Warning, "Broker: a transfer has the unknown status {Status}; it counts as not ended")]
    public static partial void UnknownTransferStatus(ILogger logger, string status);

    [LoggerMessage(1004, LogLevel.Error, "Broker: the answer to {Operation} could not be understood")]
    public static partial void AnswerNotUnderstood(ILogger logger, string operation);

    [LoggerMessage(1005, LogLevel.Error, "Broker: our credentials are not accepted (401) for {Operation}")]
    public static partial void CredentialsNotAccepted(ILogger logger, string operation);
}
