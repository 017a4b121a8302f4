using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Engine;

/// <summary>What the engine logs. Names, ids and types only: payloads and messages of exceptions may hold private data.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "The engine has opened {DataSource}")]
    public static partial void Opened(ILogger logger, string dataSource);

    [LoggerMessage(2, LogLevel.Critical, "The engine has stopped: the database or an episode failed. A restart goes on from what is durable")]
    public static partial void Faulted(ILogger logger, Exception exception);

    [LoggerMessage(3, LogLevel.Error, "The instance {InstanceId} cannot be read and has been set to Failed; its history is left as it is")]
    public static partial void InstanceUnreadable(ILogger logger, string instanceId, Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "The activity {Activity} of {InstanceId} (call {TaskId}) failed: {ErrorType}")]
    public static partial void ActivityFailed(ILogger logger, string activity, string instanceId, int taskId, string errorType);
}
