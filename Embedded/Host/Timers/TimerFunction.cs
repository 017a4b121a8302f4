using AccountClosure.Embedded.Host.Functions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using NCrontab;

namespace AccountClosure.Embedded.Host.Timers;

/// <summary>A timer function and its schedule: a six-field NCRONTAB expression, in UTC.</summary>
internal sealed class TimerFunction
{
    private readonly CrontabSchedule _schedule;

    /// <exception cref="FunctionDefinitionException">The setting is missing, or the expression is not valid.</exception>
    public TimerFunction(FunctionDescriptor function, TimerTriggerAttribute trigger, IConfiguration configuration)
    {
        Descriptor = function;
        Trigger = trigger;
        var expression = trigger.Schedule;
        if (expression is ['%', _, .., '%'])
        {
            var setting = expression[1..^1];
            expression = configuration[setting.Replace("__", ":", StringComparison.Ordinal)]
                ?? throw new FunctionDefinitionException([$"Function '{Name}': there is no setting '{setting}' with its schedule."]);
        }
        _schedule = CrontabSchedule.TryParse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = true })
            ?? throw new FunctionDefinitionException(
                [$"Function '{Name}': '{expression}' is not a schedule of six fields (second minute hour day month weekday)."]);
    }

    public FunctionDescriptor Descriptor { get; }

    public TimerTriggerAttribute Trigger { get; }

    public string Name => Descriptor.Name;

    /// <returns>The first scheduled time after <paramref name="time"/>; null when there is none.</returns>
    public DateTimeOffset? NextAfter(DateTimeOffset time)
    {
        var next = _schedule.GetNextOccurrence(time.UtcDateTime, DateTime.MaxValue);
        return next < DateTime.MaxValue ? new DateTimeOffset(next, TimeSpan.Zero) : null;
    }
}
