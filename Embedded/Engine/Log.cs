using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Engine;

/// <summary>
/// Log messages of the engine. They have names, ids and types only, because payloads and exception messages may contain private data.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "The engine has opened {DataSource}")]
    public static partial void Opened(ILogger logger, string dataSource);

    [LoggerMessage(
        2,
        LogLevel.Critical,
        "The engine has stopped because the database or an episode failed. A restart continues from the last durable state")]
    public static partial void Faulted(ILogger logger, Exception exception);

    [LoggerMessage(
        3, LogLevel.Error, "The history of the instance {InstanceId} cannot be read. The instance is now Failed, its history is unchanged")]
    public static partial void InstanceUnreadable(ILogger logger, string instanceId, Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "The activity {Activity} of {InstanceId} (call {TaskId}) failed: {ErrorType}")]
    public static partial void ActivityFailed(ILogger logger, string activity, string instanceId, int taskId, string errorType);
}
