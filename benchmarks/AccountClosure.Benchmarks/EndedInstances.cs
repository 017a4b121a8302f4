using System.Diagnostics;
using AccountClosure.Embedded.Engine;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging.Abstractions;

namespace AccountClosure.Benchmarks;

/// <summary>Measures the list of the active instances when many have ended.</summary>
internal static class EndedInstances
{
    private const int Active = 50;
    private const int Lists = 200;

    public static async Task<string> MeasureAsync(string folder, int count)
    {
        var catalog = new FunctionCatalog();
        catalog.AddOrchestrator("Quick", _ => Task.FromResult<object?>(null));
        catalog.AddOrchestrator("Wait", async context => await context.WaitForExternalEvent<string>("Never"));
        await using var engine = DurableEngine.Open(
            new EngineOptions { DataSource = Path.Combine(folder, "engine.db") },
            catalog,
            JsonDataConverter.Default,
            TimeProvider.System,
            NullLoggerFactory.Instance);
        engine.Start();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = 256 },
            async (_, cancellation) => await engine.Client.ScheduleNewOrchestrationInstanceAsync("Quick", cancellation));
        for (var number = 0; number < Active; number++)
            await engine.Client.WaitForInstanceStartAsync(await engine.Client.ScheduleNewOrchestrationInstanceAsync("Wait"));

        var active = new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Running], PageSize: 100);
        var begun = Stopwatch.GetTimestamp();
        for (var list = 0; list < Lists; list++)
        {
            await foreach (var page in engine.Client.GetAllInstancesAsync(active).AsPages())
            {
                if (page.Values.Count != Active)
                    throw new InvalidOperationException($"A page has {page.Values.Count} instances.");
            }
        }

        return $"{Stopwatch.GetElapsedTime(begun).TotalMilliseconds / Lists:N2} ms for a list of {Active} that wait";
    }
}
