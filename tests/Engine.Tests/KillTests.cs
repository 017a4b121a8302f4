using System.Diagnostics;
using System.Runtime.InteropServices;
using AccountClosure.Embedded.Engine;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging.Abstractions;

namespace AccountClosure.Engine.Tests;

/// <summary>A real process and a real <c>kill -9</c>.</summary>
public sealed class KillTests : IDisposable
{
    private const int EventsEach = 3;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("engine-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(150)]
    public async Task What_was_acknowledged_survives_a_kill_and_goes_on(int acknowledgements)
    {
        var file = Path.Combine(_folder.FullName, "engine.db");
        var acknowledged = await KillAfter(file, acknowledgements);

        await using var engine = Open(file);
        foreach (var number in acknowledged)
        {
            var ended = await engine.Client.WaitForInstanceCompletionAsync($"sum-{number}", getInputsAndOutputs: true)
                .WaitAsync(ThreadedEngines.Patience);
            ended.ReadOutputAs<int>().ShouldBe(number + 6);
        }
    }

    /// <summary>The code of the killed process. It starts instances, sends them events, and reports when both were acknowledged.</summary>
    internal static async Task RunChild(string file)
    {
        await using var engine = Open(file);
        for (var number = 1; ; number++)
        {
            var id = $"sum-{number}";
            await engine.Client.ScheduleNewOrchestrationInstanceAsync("Sum", number, new StartOrchestrationOptions(id));
            for (var value = 1; value <= EventsEach; value++)
                await engine.Client.RaiseEventAsync(id, "Number", value);
            Console.WriteLine(number);
        }
    }

    private static async Task<List<int>> KillAfter(string file, int acknowledgements)
    {
        // The dotnet that runs us: three folders above its runtime.
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        var start = new ProcessStartInfo(dotnet) { RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add(typeof(KillTests).Assembly.Location);
        start.ArgumentList.Add(file);
        using var child = Process.Start(start).ShouldNotBeNull();
        List<int> acknowledged = [];
        try
        {
            while (acknowledged.Count < acknowledgements)
                acknowledged.Add(int.Parse((await child.StandardOutput.ReadLineAsync()).ShouldNotBeNull()));
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync();
        }

        return acknowledged;
    }

    private static DurableEngine Open(string file)
    {
        var catalog = new FunctionCatalog();
        catalog.AddActivity("Add", call =>
        {
            var numbers = JsonDataConverter.Default.Deserialize<int[]>(call.Input)!;
            return Task.FromResult<object?>(numbers.Sum());
        });
        catalog.AddOrchestrator("Sum", async context =>
        {
            var sum = context.GetInput<int>();
            for (var count = 0; count < EventsEach; count++)
                sum = await context.CallActivityAsync<int>("Add", new[] { sum, await context.WaitForExternalEvent<int>("Number") });
            return sum;
        });
        var engine = DurableEngine.Open(
            new EngineOptions { DataSource = file }, catalog, JsonDataConverter.Default, TimeProvider.System, NullLoggerFactory.Instance);
        engine.Start();
        return engine;
    }
}
