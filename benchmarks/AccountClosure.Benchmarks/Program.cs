using AccountClosure.Benchmarks;

// Without arguments, runs all benchmarks; with names, only these. Each runs in a child process (--measure NAME).
Benchmark[] all =
[
    new(
        "steps",
        "durable steps a second, 64 orchestrations of 12 activities at a time, on a file",
        "10,000",
        folder => DurableSteps.MeasureOnFileAsync(folder)),
    new(
        "steps-replayed",
        "the same, each episode with a full replay",
        "",
        folder => DurableSteps.MeasureOnFileAsync(folder, keepsSessions: false)),
    new(
        "steps-memory",
        "the same on one thread, in memory and virtual time",
        "",
        DurableSteps.MeasureInMemoryAsync),
    new(
        "waiting-10000",
        "10,000 instances that wait on a timer: memory and restart",
        "",
        folder => WaitingInstances.MeasureAsync(folder, 10_000)),
    new(
        "waiting-100000",
        "100,000 instances that wait on a timer: memory and restart",
        "1 GiB, 10 s",
        folder => WaitingInstances.MeasureAsync(folder, 100_000)),
    new(
        "ended-300000",
        "the list of the active instances when 300,000 have ended",
        "",
        folder => EndedInstances.MeasureAsync(folder, 300_000)),
    new(
        "closures",
        "closures of $150,000 a second, in virtual time, in memory, on two threads",
        "200",
        _ => Closures.MeasureRateAsync(onDisk: false)),
    new(
        "closures-file",
        "the same on files, every commit flushed",
        "",
        _ => Closures.MeasureRateAsync(onDisk: true)),
    new(
        "history-100k",
        "a closure of $100,000: what an episode replays",
        "level",
        _ => Closures.MeasureHistoryAsync(100_000m)),
    new(
        "history-5m",
        "a closure of $5,000,000: what an episode replays",
        "level",
        _ => Closures.MeasureHistoryAsync(5_000_000m)),
    new(
        "load-150k",
        "a closure of $150,000, sold and paid out: what it asks of the durable storage",
        "",
        _ => Closures.MeasureLoadAsync(150_000m)),
    new(
        "load-1m",
        "a closure of $1,000,000, likewise",
        "",
        _ => Closures.MeasureLoadAsync(1_000_000m)),
    new(
        "history-50m",
        "a closure of $50,000,000: what an episode replays",
        "level",
        _ => Closures.MeasureHistoryAsync(50_000_000m)),
    new(
        "days-150k",
        "$150,000 by three-day ACH: days to the closed account with 1 · 2 · 3 · 4 transfers in flight",
        "",
        _ => TransfersInFlight.MeasureDaysAsync(150_000m)),
    new(
        "days-1m",
        "the same for $1,000,000",
        "",
        _ => TransfersInFlight.MeasureDaysAsync(1_000_000m)),
    new(
        "days-5m",
        "the same for $5,000,000",
        "",
        _ => TransfersInFlight.MeasureDaysAsync(5_000_000m)),
];

if (args is ["--measure", { } chosen, { } folder])
{
    Console.WriteLine(await all.Single(benchmark => benchmark.Name == chosen).MeasureAsync(folder));
    return 0;
}

if (args is ["--restart", { } existing])
{
    Console.WriteLine(await WaitingInstances.RestartAsync(existing));
    return 0;
}

if (args.FirstOrDefault(name => all.All(benchmark => benchmark.Name != name)) is { } unknown)
{
    Console.Error.WriteLine($"There is no benchmark named '{unknown}': {string.Join(", ", all.Select(benchmark => benchmark.Name))}.");
    return 2;
}

Console.WriteLine("| what | aim | measured |");
Console.WriteLine("| --- | --- | --- |");
foreach (var benchmark in all.Where(benchmark => args.Length == 0 || args.Contains(benchmark.Name)))
{
    var place = Directory.CreateTempSubdirectory("benchmark-");
    try
    {
        var measured = ChildProcess.Run("--measure", benchmark.Name, place.FullName);
        Console.WriteLine($"| {benchmark.What} | {benchmark.Aim} | {measured} |");
    }
    finally
    {
        place.Delete(recursive: true);
    }
}

return 0;
