using System.Diagnostics;
using AccountClosure.FunctionsHost.Hosts;
using AccountClosure.Simulator;

namespace AccountClosure.FunctionsHost.Scenarios;

/// <summary>Hosts and workers are stopped or killed while closures are under way; all closures end, each with one transfer.</summary>
internal static class Kills
{
    private const int Closures = 5;
    private static readonly TimeSpan BetweenStarts = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMinutes(1);

    /// <summary>The host is killed and its worker is not, so that an activity may still run while the next host runs it again.</summary>
    public static async Task<string> KillHostAsync(Bench bench, CancellationToken cancellationToken)
    {
        RunningHost host = await bench.HostAsync(cancellationToken);
        List<Closing> closings;
        using (ClosureApi api = bench.Api(host))
            closings = await StartAsync(bench, api, "host killed", cancellationToken);
        int left = host.KillHost().Count;
        RunningHost next = await bench.ReplaceAsync(host, cancellationToken);
        using ClosureApi after = bench.Api(next);
        return $"{left} worker left behind; {await ExpectAllAsync(closings, after, cancellationToken)}";
    }

    /// <summary>The host gets SIGINT. It ends with its worker, and the next host continues.</summary>
    public static async Task<string> StopHostAsync(Bench bench, CancellationToken cancellationToken)
    {
        RunningHost host = await bench.HostAsync(cancellationToken);
        List<Closing> closings;
        using (ClosureApi api = bench.Api(host))
            closings = await StartAsync(bench, api, "host stopped", cancellationToken);
        long began = Stopwatch.GetTimestamp();
        host.AskToEnd();
        CheckFailedException.Require(
            await Wait.Until(() => host.IsGone, StopTimeout, cancellationToken),
            $"the host and its worker did not end within {StopTimeout.TotalSeconds:N0} s of SIGINT");
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        using ClosureApi after = bench.Api(await bench.ReplaceAsync(host, cancellationToken));
        return $"ended in {seconds:N1} s; {await ExpectAllAsync(closings, after, cancellationToken)}";
    }

    /// <summary>The worker is killed twice, and each time the host starts another one.</summary>
    public static async Task<string> KillWorkerAsync(Bench bench, CancellationToken cancellationToken)
    {
        RunningHost host = await bench.HostAsync(cancellationToken);
        using ClosureApi api = bench.Api(host);
        var closings = await StartAsync(bench, api, "worker killed", cancellationToken);
        host.KillWorker();
        CheckFailedException.Require(
            await Wait.Until(() => host.Workers.Count > 0, Closing.Patience, cancellationToken), "the host did not start another worker");
        // So that the new worker has work when it is killed.
        await Wait.For(TimeSpan.FromSeconds(4), cancellationToken);
        host.KillWorker();
        return await ExpectAllAsync(closings, api, cancellationToken);
    }

    /// <summary>Two hosts share one task hub; one of them is killed with its worker.</summary>
    public static async Task<string> TwoHostsAsync(Bench bench, CancellationToken cancellationToken)
    {
        RunningHost first = await bench.HostAsync(cancellationToken);
        RunningHost second = await bench.StartSecondHostAsync(cancellationToken);
        using ClosureApi one = bench.Api(first);
        using ClosureApi two = bench.Api(second);
        var closings = await StartAsync(bench, one, "two hosts", cancellationToken);
        closings.AddRange(await StartAsync(bench, two, "two hosts", cancellationToken));
        string ended = await ExpectAllAsync(closings, two, cancellationToken);

        var more = await StartAsync(bench, two, "one of two hosts killed", cancellationToken);
        bench.End(second);
        return $"{ended}; one host killed: {await ExpectAllAsync(more, one, cancellationToken)}";
    }

    // Starts one closure every two seconds, so that they are at different steps.
    private static async Task<List<Closing>> StartAsync(Bench bench, ClosureApi api, string what, CancellationToken cancellationToken)
    {
        List<Closing> closings = [];
        for (int number = 0; number < Closures; number++)
        {
            Closing closing = new(bench, what, new NewAccount { Cash = 1_000m + number });
            await closing.StartAsync(api, cancellationToken);
            closings.Add(closing);
            await Wait.For(BetweenStarts, cancellationToken);
        }
        return closings;
    }

    private static async Task<string> ExpectAllAsync(List<Closing> closings, ClosureApi api, CancellationToken cancellationToken)
    {
        foreach (Closing closing in closings)
        {
            await closing.EndAsync(api, cancellationToken);
            await closing.ExpectClosedAsync(api, [closing.StartedWith], cancellationToken);
            closing.ExpectTransferCount(1);
        }
        return $"{closings.Count} closed, one transfer each";
    }
}
