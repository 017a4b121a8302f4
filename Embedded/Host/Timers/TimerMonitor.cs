using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Host.Timers;

/// <summary>Last and next run of a timer function.</summary>
internal sealed record TimerState(DateTimeOffset? Last, DateTimeOffset? Next);

/// <summary>Keeps the states of the timer functions in a JSON file, so that the host detects runs that it missed while down.</summary>
/// <param name="path">Path of the file; null to keep the states in memory only.</param>
/// <param name="logger">Gets a warning when the file cannot be read or written.</param>
internal sealed class TimerMonitor(string? path, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TimerState> _states = Read(path, logger);

    public TimerState? Find(string functionName)
    {
        lock (_lock)
            return _states.GetValueOrDefault(functionName);
    }

    public void Save(string functionName, TimerState state)
    {
        lock (_lock)
        {
            _states[functionName] = state;
            if (path is null)
                return;
            try
            {
                // A new file replaces the old one in one step, so that a crash leaves one of the two.
                File.WriteAllBytes(path + ".next", JsonSerializer.SerializeToUtf8Bytes(_states));
                File.Move(path + ".next", path, overwrite: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The schedule continues. The host only fails to detect a run that it misses during the next downtime.
                Logs.TimerStateNotSaved(logger, functionName, exception);
            }
        }
    }

    private static Dictionary<string, TimerState> Read(string? path, ILogger logger)
    {
        try
        {
            if (File.Exists(path))
                return JsonSerializer.Deserialize<Dictionary<string, TimerState>>(File.ReadAllBytes(path)) ?? [];
        }
        catch (JsonException exception)
        {
            Logs.TimerStateUnreadable(logger, exception);
        }
        return [];
    }
}
