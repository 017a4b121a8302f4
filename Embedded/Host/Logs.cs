using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Host;

/// <summary>Log messages of the host.</summary>
internal static partial class Logs
{
    [LoggerMessage(3001, LogLevel.Information, "The host runs {FunctionCount} functions.")]
    public static partial void Started(ILogger logger, int functionCount);

    [LoggerMessage(3002, LogLevel.Information, "The host listens at {Address}.")]
    public static partial void Listening(ILogger logger, Uri address);

    [LoggerMessage(3003, LogLevel.Information, "The host has stopped.")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(3011, LogLevel.Error, "Function '{Function}' failed.")]
    public static partial void FunctionFailed(ILogger logger, string function, Exception exception);

    [LoggerMessage(3012, LogLevel.Error, "A request failed.")]
    public static partial void RequestFailed(ILogger logger, Exception exception);

    [LoggerMessage(3021, LogLevel.Error, "Timer function '{Function}' failed; its next run is at {Next:O}.")]
    public static partial void TimerFailed(ILogger logger, string function, DateTimeOffset next, Exception exception);

    [LoggerMessage(3022, LogLevel.Warning, "The host cannot read the last runs of the timer functions. It continues without them.")]
    public static partial void TimerStateUnreadable(ILogger logger, Exception exception);

    [LoggerMessage(3023, LogLevel.Warning, "The host cannot save the last run of timer function '{Function}'.")]
    public static partial void TimerStateNotSaved(ILogger logger, string function, Exception exception);
}
