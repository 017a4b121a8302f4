using System.Diagnostics;
using AccountClosure.Embedded.Engine;
using AccountClosure.Embedded.Engine.Time;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging.Abstractions;

namespace AccountClosure.Benchmarks;

/// <summary>Measures the cost of a step: an activity with a small result, which is durable before the next call.</summary>
internal static class DurableSteps
{
    private const int Orchestrations = 64;
    private const int StepsEach = 12;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);

    /// <summary>Measures on a file, with each commit flushed to the disk.</summary>
    public static async Task<string> MeasureOnFileAsync(string folder, bool keepsSessions = true)
    {
        await using var engine = DurableEngine.Open(
            new EngineOptions { DataSource = Path.Combine(folder, "engine.db"), KeepsSession = () => keepsSessions },
            Catalog(),
            JsonDataConverter.Default,
            TimeProvider.System,
            NullLoggerFactory.Instance);
        engine.Start();
        await RunAsync(engine, Duration / 2);

        var before = engine.Counters;
        var begun = Stopwatch.GetTimestamp();
        await RunAsync(engine, Duration);
        var took = Stopwatch.GetElapsedTime(begun);
        var after = engine.Counters;
        var steps = after.ActivitiesRun - before.ActivitiesRun;
        var perCommit = steps / (double)(after.Commits - before.Commits);
        return $"{steps / took.TotalSeconds:N0} a second ({steps:N0} steps, {perCommit:N1} in a commit)";
    }

    /// <summary>Measures the engine alone, without disk and threads.</summary>
    public static async Task<string> MeasureInMemoryAsync(string folder)
    {
        await using var engine = DurableEngine.Open(
            new EngineOptions { Inline = true },
            Catalog(),
            JsonDataConverter.Default,
            new VirtualTimeProvider(DateTimeOffset.UnixEpoch),
            NullLoggerFactory.Instance);
        engine.Start();
        Run(engine, rounds: 20);

        var before = engine.Counters;
        var begun = Stopwatch.GetTimestamp();
        Run(engine, rounds: 300);
        var took = Stopwatch.GetElapsedTime(begun);
        var steps = engine.Counters.ActivitiesRun - before.ActivitiesRun;
        return $"{steps / took.TotalSeconds:N0} a second ({steps:N0} steps)";
    }

    private static FunctionCatalog Catalog()
    {
        var catalog = new FunctionCatalog();
        catalog.AddActivity("Small", _ => Task.FromResult<object?>(new Small("settled", 42)));
        catalog.AddOrchestrator("Steps", async context =>
        {
            for (var step = 0; step < StepsEach; step++)
#pragma warning disable DURABLE2003 // The activity is in the catalog, not in a class that the analyzer could find.
                await context.CallActivityAsync<Small>("Small", step);
#pragma warning restore DURABLE2003
            return null;
        });
        return catalog;
    }

    private static Task RunAsync(DurableEngine engine, TimeSpan duration)
    {
        var begun = Stopwatch.GetTimestamp();
        return Task.WhenAll(Enumerable.Range(0, Orchestrations).Select(_ => RunOneByOneAsync(engine, begun, duration)));
    }

    private static async Task RunOneByOneAsync(DurableEngine engine, long begun, TimeSpan duration)
    {
        while (Stopwatch.GetElapsedTime(begun) < duration)
        {
            var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("Steps");
            var ended = await engine.Client.WaitForInstanceCompletionAsync(id);
            if (ended.RuntimeStatus != OrchestrationRuntimeStatus.Completed)
                throw new InvalidOperationException($"An orchestration ended as {ended.RuntimeStatus}.");
        }
    }

    private sealed record Small(string Status, int Count);

    private static void Run(DurableEngine engine, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            for (var count = 0; count < Orchestrations; count++)
                _ = engine.Client.ScheduleNewOrchestrationInstanceAsync("Steps");
            while (engine.RunNext())
            {
            }
        }
    }
}
