using System.Diagnostics;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Benchmarks;

/// <summary>Measures complete closures through the whole app and the simulated broker, in virtual time.</summary>
internal static class Closures
{
    private const int MostWarmUps = 12;
    private const int Threads = 2;

    /// <summary>Measures two apps on two threads, each with many concurrent closures.</summary>
    public static async Task<string> MeasureRateAsync(bool onDisk)
    {
        var accountsEach = onDisk ? 60 : 400;
        WarmUp(onDisk, accountsEach / 4);

        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
            () => CloseMany(onDisk, accountsEach), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return $"{Threads * accountsEach / seconds:N1} closures a second ({Threads * accountsEach} in {seconds:N1} s)";
    }

    public static Task<string> MeasureHistoryAsync(decimal cash)
    {
        using var app = NewApp(onDisk: false, keepsSessions: false);
        var account = app.CreateAccount(new NewAccount { Cash = cash, Bank = new BankOptions(TransferHours: 30) });
        app.Initiate(account);
        app.RunToEnd(account, TimeSpan.FromDays(3000));
        EnsureClosed(app, account);

        var counters = app.Counters;
        var days = (int)(app.Now - ClosureAppSettings.MondayMorning).TotalDays;
        return Task.FromResult(
            $"{(double)counters.EventsReplayed / counters.Episodes:N2} events an episode ({counters.Episodes:N0} episodes, "
            + $"{app.State(account).Transfers.Count:N0} transfers, {days:N0} days)");
    }

    /// <summary>Measures the load of one closure on the durable storage and the broker, for docs/cost.md.</summary>
    public static Task<string> MeasureLoadAsync(decimal cash)
    {
        using var app = NewApp(onDisk: false, keepsSessions: false);
        var account = app.CreateAccount(new NewAccount
        {
            Cash = cash * 0.6m,
            Positions = [new NewPosition("AAPL", cash * 0.4m / 200m, 200m)],
        });
        app.Initiate(account);
        app.RunToEnd(account, TimeSpan.FromDays(3000));
        EnsureClosed(app, account);

        var counters = app.Counters;
        var days = (int)(app.Now - ClosureAppSettings.MondayMorning).TotalDays;
        return Task.FromResult(
            $"{counters.Episodes:N0} episodes, {counters.ActivitiesRun:N0} activities, {counters.EventsReplayed:N0} events replayed, "
            + $"{app.State(account).Transfers.Count:N0} transfers, {days:N0} days");
    }

    private static void CloseMany(bool onDisk, int accounts)
    {
        using var app = NewApp(onDisk);
        var opened = Enumerable.Range(0, accounts)
            .Select(_ => app.CreateAccount(90_000m, new NewPosition("AAPL", 150, 200m), new NewPosition("MSFT", 75, 400m)))
            .ToList();
        foreach (var account in opened)
            app.Initiate(account);
        var latest = app.Now.AddDays(30);
        while (app.Now < latest && opened.Exists(account => app.State(account).Status != "ACCOUNT_CLOSED"))
            app.AdvanceBy(TimeSpan.FromHours(12));
        foreach (var account in opened)
            EnsureClosed(app, account);
    }

    /// <summary>Runs closures until their duration is stable: the runtime replaces code by better code for half a minute.</summary>
    private static void WarmUp(bool onDisk, int accounts)
    {
        var last = TimeSpan.MaxValue;
        for (var round = 0; round < MostWarmUps; round++)
        {
            var began = Stopwatch.GetTimestamp();
            CloseMany(onDisk, accounts);
            var took = Stopwatch.GetElapsedTime(began);
            if (took > last * 0.97)
                return;
            last = took;
        }
    }

    private static ClosureApp NewApp(bool onDisk, bool keepsSessions = true) => new(new ClosureAppSettings
    {
        KeepsSession = () => keepsSessions,
        OnDisk = onDisk,
        FlushToDisk = onDisk,
        // The broker's rate limit would only move the virtual clock.
        Simulator = new SimulatorOptions { RateLimitPerMinute = 0 },
        Configuration = { ["Broker:MaxRequestsPerSecond"] = "100000" },
    });

    private static void EnsureClosed(ClosureApp app, CreatedAccount account)
    {
        if (app.State(account).Status != "ACCOUNT_CLOSED")
            throw new InvalidOperationException($"An account is {app.State(account).Status}: {app.Status(account)}");
    }
}
