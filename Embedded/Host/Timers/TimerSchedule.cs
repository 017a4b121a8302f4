using AccountClosure.Embedded.Host.Functions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using NCrontab;

namespace AccountClosure.Embedded.Host.Timers;

/// <summary>When a timer function runs: a six-field NCRONTAB expression, in UTC.</summary>
internal sealed class TimerSchedule
{
    private readonly CrontabSchedule _schedule;

    /// <exception cref="FunctionDefinitionException">The setting is missing, or the expression is not valid.</exception>
    public TimerSchedule(string functionName, TimerTriggerAttribute trigger, IConfiguration configuration)
    {
        string expression = Resolve(functionName, trigger.Schedule, configuration);
        _schedule = CrontabSchedule.TryParse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = true })
            ?? throw new FunctionDefinitionException(
                [$"Function '{functionName}': '{expression}' is not a schedule of six fields (second minute hour day month weekday)."]);
    }

    /// <returns>The first time after this one; null when there is none any more.</returns>
    public DateTimeOffset? NextAfter(DateTimeOffset time)
    {
        DateTime? next = _schedule.GetNextOccurrences(time.UtcDateTime, DateTime.MaxValue).Cast<DateTime?>().FirstOrDefault();
        return next is { } found ? new DateTimeOffset(DateTime.SpecifyKind(found, DateTimeKind.Utc)) : null;
    }

    private static string Resolve(string functionName, string schedule, IConfiguration configuration)
    {
        if (schedule is not ['%', _, .., '%'])
            return schedule;
        string setting = schedule[1..^1].Replace("__", ":", StringComparison.Ordinal);
        return configuration[setting]
            ?? throw new FunctionDefinitionException([$"Function '{functionName}': there is no setting '{schedule[1..^1]}' with its schedule."]);
    }
}
