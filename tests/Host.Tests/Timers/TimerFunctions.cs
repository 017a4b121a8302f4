using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Embedded.Host.Tests.Timers;

/// <summary>When the timer functions ran.</summary>
public sealed class Runs
{
    public List<string> Lines { get; } = [];
}

public sealed class TimerFunctions(Runs runs, TimeProvider time)
{
    [Function("Hourly")]
    public void Hourly([TimerTrigger("0 30 * * * *")] TimerInfo timer) => Note("hourly", timer);

    private void Note(string name, TimerInfo timer) => runs.Lines.Add(
        $"{name} {time.GetUtcNow():MM-dd HH:mm:ss}{(timer.IsPastDue ? " late" : "")} last {timer.ScheduleStatus?.Last:MM-dd HH:mm} next "
            + $"{timer.ScheduleStatus?.Next:MM-dd HH:mm}");
}

public sealed class SettingTimer(Runs runs, TimeProvider time)
{
    [Function("BySetting")]
    public void Run([TimerTrigger("%Sweep__Schedule%", UseMonitor = false)] TimerInfo timer) =>
        runs.Lines.Add($"{time.GetUtcNow():HH:mm:ss} {timer.ScheduleStatus is null}");
}

public sealed class StartupTimer(Runs runs, TimeProvider time)
{
    [Function("AtStart")]
    public void Run([TimerTrigger("0 0 0 1 1 *", RunOnStartup = true)] TimerInfo timer) =>
        runs.Lines.Add($"{time.GetUtcNow():yyyy-MM-dd} {timer.IsPastDue}");
}

public sealed class SlowTimer(Runs runs, TimeProvider time)
{
    [Function("Slow")]
    public async Task Run([TimerTrigger("0 * * * * *")] TimerInfo timer, CancellationToken cancellation)
    {
        runs.Lines.Add($"begin {time.GetUtcNow():HH:mm:ss}");
        await Task.Delay(TimeSpan.FromSeconds(150), time, cancellation);
        runs.Lines.Add($"end {time.GetUtcNow():HH:mm:ss} {timer.IsPastDue}");
    }
}

public sealed class FailingTimer(Runs runs, TimeProvider time)
{
    [Function("Failing")]
    public void Run([TimerTrigger("0 * * * * *")] TimerInfo timer)
    {
        runs.Lines.Add($"{time.GetUtcNow():HH:mm} {timer.IsPastDue}");
        throw new InvalidOperationException("broken");
    }
}
