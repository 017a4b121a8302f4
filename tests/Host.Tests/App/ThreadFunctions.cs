using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AccountClosure.Embedded.Host.Tests.App;

/// <summary>Records on which threads it runs.</summary>
public sealed class ThreadFunctions(VisitLog log, TimeProvider time)
{
    [Function(nameof(Roam))]
    public async Task<int> Roam([OrchestrationTrigger] TaskOrchestrationContext context, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            Note();
            await context.CallActivityAsync(nameof(Rest), i);
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
        }
        return rounds;
    }

    [Function(nameof(Rest))]
    public async Task Rest([ActivityTrigger] int round)
    {
        Note();
        await Task.Delay(TimeSpan.FromSeconds(round + 1), time, CancellationToken.None);
        Note();
    }

    private void Note() => log.Lines.Add($"{Environment.CurrentManagedThreadId}");
}
