using System.Globalization;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Benchmarks;

/// <summary>
/// Measures the duration of a closure by the number of transfers in flight, in simulated time: every run gives the same numbers.
/// </summary>
internal static class TransfersInFlight
{
    private const int Most = 4;

    /// <summary>
    /// Measures from the initiation, on a Monday at 10:00 in New York, to ACCOUNT_CLOSED at the broker; cash only, three days a transfer.
    /// </summary>
    public static Task<string> MeasureDaysAsync(decimal cash)
    {
        var days = Enumerable.Range(1, Most).Select(inFlight => Days(cash, inFlight));
        return Task.FromResult(string.Join(" · ", days.Select(each => each.ToString("N1", CultureInfo.InvariantCulture))));
    }

    private static double Days(decimal cash, int inFlight)
    {
        using var app = new ClosureApp(new ClosureAppSettings
        {
            Simulator = new SimulatorOptions { RateLimitPerMinute = 0 },
            Configuration = { ["Closure:MaxTransfersInFlight"] = $"{inFlight}" },
        });
        var account = app.CreateAccount(new NewAccount { Cash = cash, Bank = new BankOptions(TransferHours: 72) });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Status == "ACCOUNT_CLOSED", TimeSpan.FromDays(1000));
        return (app.Now - ClosureAppSettings.MondayMorning).TotalDays;
    }
}
