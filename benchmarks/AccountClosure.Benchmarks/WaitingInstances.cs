using System.Diagnostics;
using AccountClosure.Embedded.Engine;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging.Abstractions;

namespace AccountClosure.Benchmarks;

/// <summary>Measures the cost of waiting: many instances with some history that each wait for a timer.</summary>
internal static class WaitingInstances
{
    private static readonly string Input = new('x', 1000);

    /// <summary>Creates the instances in this process, and restarts the engine in another one.</summary>
    public static async Task<string> MeasureAsync(string folder, int count)
    {
        var file = Path.Combine(folder, "engine.db");
        await using (var engine = Open(file))
        {
            engine.Start();
            await Parallel.ForEachAsync(
                Enumerable.Range(0, count),
                new ParallelOptions { MaxDegreeOfParallelism = 256 },
                async (number, cancellation) =>
                {
                    await engine.Client.ScheduleNewOrchestrationInstanceAsync(
                        "Wait", Input, new Microsoft.DurableTask.StartOrchestrationOptions($"wait-{number}"), cancellation);
                });
            while (engine.Counters.ActivitiesRun < 3L * count)
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            await engine.StopAsync(CancellationToken.None);
        }

        var restart = ChildProcess.Run("--restart", file);
        return $"while they were started: {ChildProcess.PeakMemory():N0} MiB; after a restart: {restart}";
    }

    public static async Task<string> RestartAsync(string file)
    {
        var begun = Stopwatch.GetTimestamp();
        await using var engine = Open(file);
        engine.Start();

        // The engine is ready when it completes new work and answers queries about old work.
        var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("Quick");
        await engine.Client.WaitForInstanceCompletionAsync(id);
        var waiting = await engine.Client.GetInstanceAsync("wait-0");
        var took = Stopwatch.GetElapsedTime(begun);
        return $"{took.TotalSeconds:N2} s until ready, {ChildProcess.PeakMemory():N0} MiB ({waiting?.RuntimeStatus})";
    }

    private static DurableEngine Open(string file)
    {
        var catalog = new FunctionCatalog();
        catalog.AddActivity("Nothing", _ => Task.FromResult<object?>(null));
        catalog.AddOrchestrator("Quick", _ => Task.FromResult<object?>(null));
        catalog.AddOrchestrator("Wait", async context =>
        {
            for (var step = 0; step < 3; step++)
#pragma warning disable DURABLE2003 // The activity is in the catalog, not in a class that the analyzer could find.
                await context.CallActivityAsync("Nothing", Input);
#pragma warning restore DURABLE2003
            await context.CreateTimer(TimeSpan.FromDays(30), CancellationToken.None);
            return null;
        });
        return DurableEngine.Open(
            new EngineOptions { DataSource = file }, catalog, JsonDataConverter.Default, TimeProvider.System, NullLoggerFactory.Instance);
    }
}
