using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Host.Timers;

/// <summary>When a timer function ran last and runs next.</summary>
internal sealed record TimerState(DateTimeOffset? Last, DateTimeOffset? Next);

/// <summary>Remembers the states of the timer functions in a small JSON file, so that a run missed while the host was down is noticed.</summary>
internal sealed class TimerMonitor
{
    private readonly Lock _lock = new();
    private readonly string? _path;
    private readonly Dictionary<string, TimerState> _states;

    /// <param name="path">Null: in memory only.</param>
    /// <param name="logger">Learns of a file that cannot be read.</param>
    public TimerMonitor(string? path, ILogger logger)
    {
        _path = path;
        _states = Read(path, logger);
    }

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
            if (_path is null)
                return;

            // A new file takes the old one's place in one step, so that a crash leaves one of the two.
            string next = _path + ".next";
            File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(_states));
            File.Move(next, _path, overwrite: true);
        }
    }

    private static Dictionary<string, TimerState> Read(string? path, ILogger logger)
    {
        try
        {
            if (path is not null && File.Exists(path))
                return JsonSerializer.Deserialize<Dictionary<string, TimerState>>(File.ReadAllBytes(path)) ?? [];
        }
        catch (JsonException exception)
        {
            Logs.TimerStateUnreadable(logger, exception);
        }
        return [];
    }
}
