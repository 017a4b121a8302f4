using System.Diagnostics;
using System.Runtime.InteropServices;
using AccountClosure.FunctionsHost;
using AccountClosure.FunctionsHost.Answers;
using AccountClosure.FunctionsHost.Scenarios;

Scenario[] all =
[
    // First, while the task hub has no instances but its own, which some of its requests list.
    new("answers", "the embedded host answers as the Functions host does, except as documented", Comparison.CompareAsync),
    new("kinds", "accounts of several kinds are closed to the cent", Kinds.CloseAllAsync),
    new("same-account", "one of twelve simultaneous starts for an account is accepted", SameAccount.StartTwelveTimesAsync),
    new("cancel", "a cancel leaves the account open with its money", Stops.CancelAsync),
    new("terminate", "a terminated closure is cleaned up before the next one pays", Stops.TerminateAsync),
    new("review", "a closure in manual review carries out a person's decision", Stops.ReviewAsync),
    new("stop-host", "a host and its worker end on SIGINT, and closures go on", Kills.StopHostAsync),
    new("kill-worker", "closures survive SIGKILL of the worker", Kills.KillWorkerAsync),
    new("kill-host", "closures survive SIGKILL of the host", Kills.KillHostAsync),
    new("two-hosts", "closures survive SIGKILL of one of two hosts on a task hub", Kills.TwoHostsAsync),
];

CheckOptions options = CheckOptions.Read(args);
if (options.Only.FirstOrDefault(name => all.All(scenario => scenario.Name != name)) is { } unknown)
{
    Console.Error.WriteLine(
        $"functions-host: unknown scenario '{unknown}'; choose from {string.Join(", ", all.Select(scenario => scenario.Name))}.");
    return 2;
}

using CancellationTokenSource end = new();
using PosixSignalRegistration interrupt = OnSignal(PosixSignal.SIGINT);
using PosixSignalRegistration terminate = OnSignal(PosixSignal.SIGTERM);
int failed = 0;
try
{
    await using Bench bench = await Bench.StartAsync(options, end.Token);
    await bench.HostAsync(end.Token);
    foreach (Scenario scenario in all.Where(scenario => options.Only.Count == 0 || options.Only.Contains(scenario.Name)))
    {
        long began = Stopwatch.GetTimestamp();
        string result;
        try
        {
            result = $"ok      {scenario.Name}: {scenario.Rule} ({await scenario.RunAsync(bench, end.Token)}";
        }
        catch (Exception problem) when (problem is CheckFailedException or HttpRequestException or System.Text.Json.JsonException
            || (problem is TaskCanceledException && !end.IsCancellationRequested))
        {
            failed++;
            result = $"FAILED  {scenario.Name}: {scenario.Rule} ({problem.Message}";
        }
        Console.WriteLine($"{result}; {Stopwatch.GetElapsedTime(began).TotalSeconds:N0} s)");
    }
}
catch (CheckFailedException problem)
{
    Console.Error.WriteLine($"functions-host: {problem.Message}");
    return 1;
}
catch (OperationCanceledException) when (end.IsCancellationRequested)
{
    Console.Error.WriteLine("functions-host: interrupted.");
    return 130;
}
Console.WriteLine(failed == 0 ? "All scenarios passed." : $"{failed} scenarios failed; the logs are in {options.WorkFolder}.");
return failed == 0 ? 0 : 1;

PosixSignalRegistration OnSignal(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
{
    context.Cancel = true;
    end.Cancel();
});
