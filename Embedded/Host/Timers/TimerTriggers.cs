using AccountClosure.Embedded.Host.Functions;
using AccountClosure.Embedded.Host.Http;
using AccountClosure.Embedded.Host.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AccountClosure.Embedded.Host.Timers;

/// <summary>Runs the timer functions on the host's clock. Skips a run that falls due during the function's last run.</summary>
internal sealed class TimerTriggers(
    IEnumerable<FunctionDescriptor> functions,
    FunctionRunner runner,
    TimerMonitor monitor,
    InFlight inFlight,
    IConfiguration configuration,
    TimeProvider time,
    ILogger logger) : IDisposable
{
    // A .NET timer cannot wait for more than 49 days.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);

    private readonly CancellationTokenSource _stop = new();

    private readonly List<TimerFunction> _functions =
        [.. from function in functions
            let trigger = function.Trigger as TimerTriggerAttribute
            where trigger is not null
            select new TimerFunction(function, trigger, configuration)];

    public void Start()
    {
        foreach (var function in _functions)
            _ = RunLoopAsync(function, _stop.Token);
    }

    public void Stop() => _stop.Cancel();

    public void Dispose() => _stop.Dispose();

    private async Task RunLoopAsync(TimerFunction timer, CancellationToken stopping)
    {
        try
        {
            var known = timer.Trigger.UseMonitor ? monitor.Find(timer.Name) : null;
            var now = time.GetUtcNow();
            var due = known?.Next <= now ? known.Next : timer.NextAfter(now);
            if (timer.Trigger.RunOnStartup)
                due = now;
            var last = known?.Last;
            Remember(timer, last, due);

            while (due is { } at)
            {
                await WaitUntilAsync(at, stopping);
                using var entry = inFlight.TryEnter();
                if (entry is null)
                    return;
                await RunAsync(timer, at, last);
                last = at;
                due = timer.NextAfter(time.GetUtcNow());
                Remember(timer, last, due);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task WaitUntilAsync(DateTimeOffset due, CancellationToken stopping)
    {
        stopping.ThrowIfCancellationRequested();
        for (var left = due - time.GetUtcNow(); left > TimeSpan.Zero; left = due - time.GetUtcNow())
            await Task.Delay(left < LongestWait ? WholeMilliseconds(left) : LongestWait, time, stopping);
    }

    // Task.Delay drops fractions of a millisecond, and would not wait at all for the last one.
    private static TimeSpan WholeMilliseconds(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));

    private async Task RunAsync(TimerFunction timer, DateTimeOffset due, DateTimeOffset? last)
    {
        var started = time.GetUtcNow();
        var next = timer.NextAfter(started);
        var status = new ScheduleStatus
        {
            Last = last?.UtcDateTime ?? default,
            Next = next?.UtcDateTime ?? default,
            LastUpdated = last?.UtcDateTime ?? default,
        };
        var info = new TimerInfo
        {
            IsPastDue = started - due >= TimeSpan.FromSeconds(1),
            ScheduleStatus = timer.Trigger.UseMonitor ? status : null,
        };
        try
        {
            await runner.RunAsync(timer.Descriptor, info, inFlight.Stopping);
        }
#pragma warning disable CA1031 // A failed run must not end the schedule; the log has the failure.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Logs.TimerFailed(logger, timer.Name, next ?? DateTimeOffset.MaxValue, exception);
        }
    }

    private void Remember(TimerFunction timer, DateTimeOffset? last, DateTimeOffset? next)
    {
        if (timer.Trigger.UseMonitor)
            monitor.Save(timer.Name, new TimerState(last, next));
    }
}
