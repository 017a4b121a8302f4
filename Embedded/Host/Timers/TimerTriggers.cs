using AccountClosure.Embedded.Host.Functions;
using AccountClosure.Embedded.Host.Http;
using AccountClosure.Embedded.Host.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Host.Timers;

/// <summary>Runs the timer functions on the host's clock. A function never overlaps itself; what it misses meanwhile is skipped.</summary>
internal sealed class TimerTriggers : IDisposable
{
    // A single wait of the framework's timers ends at 49 days.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopping;
    private readonly List<TimerFunction> _functions;
    private readonly FunctionRunner _runner;
    private readonly TimerMonitor _monitor;
    private readonly InFlight _inFlight;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public TimerTriggers(
        IEnumerable<FunctionDescriptor> functions,
        FunctionRunner runner,
        TimerMonitor monitor,
        InFlight inFlight,
        IConfiguration configuration,
        TimeProvider time,
        ILogger logger)
    {
        _stopping = _stop.Token;
        _runner = runner;
        _monitor = monitor;
        _inFlight = inFlight;
        _time = time;
        _logger = logger;
        _functions = [.. functions
            .Where(function => function.Trigger is TimerTriggerAttribute)
            .Select(function => new TimerFunction(
                function,
                (TimerTriggerAttribute)function.Trigger,
                new TimerSchedule(function.Name, (TimerTriggerAttribute)function.Trigger, configuration)))];
    }

    public void Start()
    {
        foreach (TimerFunction function in _functions)
            _ = RunLoopAsync(function);
    }

    public void Stop() => _stop.Cancel();

    public void Dispose() => _stop.Dispose();

    private async Task RunLoopAsync(TimerFunction timer)
    {
        try
        {
            TimerState? known = timer.Trigger.UseMonitor ? _monitor.Find(timer.Function.Name) : null;
            DateTimeOffset now = _time.GetUtcNow();
            DateTimeOffset? due = known?.Next <= now ? known.Next : timer.Schedule.NextAfter(now);
            if (timer.Trigger.RunOnStartup)
                due = now;
            DateTimeOffset? last = known?.Last;
            Remember(timer, last, due);

            while (due is { } time)
            {
                await WaitUntilAsync(time);
                DateTimeOffset started = _time.GetUtcNow();
                DateTimeOffset? next = timer.Schedule.NextAfter(started);
                if (!_inFlight.TryEnter())
                    return;
                try
                {
                    await RunAsync(timer, time, started, last, next);
                    last = time;
                    due = timer.Schedule.NextAfter(_time.GetUtcNow());
                    Remember(timer, last, due);
                }
                finally
                {
                    _inFlight.Exit();
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task WaitUntilAsync(DateTimeOffset time)
    {
        _stopping.ThrowIfCancellationRequested();
        for (TimeSpan left = time - _time.GetUtcNow(); left > TimeSpan.Zero; left = time - _time.GetUtcNow())
            await Task.Delay(left < LongestWait ? WholeMilliseconds(left) : LongestWait, _time, _stopping);
    }

    // Task.Delay cuts the rest of a millisecond off: less than one would be no wait at all, again and again.
    private static TimeSpan WholeMilliseconds(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));

    private async Task RunAsync(
        TimerFunction timer, DateTimeOffset due, DateTimeOffset started, DateTimeOffset? last, DateTimeOffset? next)
    {
        try
        {
            var info = new TimerInfo
            {
                IsPastDue = started - due >= TimeSpan.FromSeconds(1),
                ScheduleStatus = timer.Trigger.UseMonitor
                    ? new ScheduleStatus
                    {
                        Last = last?.UtcDateTime ?? default,
                        Next = next?.UtcDateTime ?? default,
                        LastUpdated = last?.UtcDateTime ?? default,
                    }
                    : null,
            };
            await _runner.RunAsync(timer.Function, info, _inFlight.Stopping);
        }
#pragma warning disable CA1031 // A failed run must not end the schedule; the log has the failure.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Logs.TimerFailed(_logger, timer.Function.Name, next ?? DateTimeOffset.MaxValue, exception);
        }
    }

    private void Remember(TimerFunction timer, DateTimeOffset? last, DateTimeOffset? next)
    {
        if (!timer.Trigger.UseMonitor)
            return;
        try
        {
            _monitor.Save(timer.Function.Name, new TimerState(last, next));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The schedule goes on; only a run missed during the next downtime would go unnoticed.
            Logs.TimerStateNotSaved(_logger, timer.Function.Name, exception);
        }
    }

    private sealed record TimerFunction(FunctionDescriptor Function, TimerTriggerAttribute Trigger, TimerSchedule Schedule);
}
