using System.Globalization;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Benchmarks;

/// <summary>How long a closure takes with more than one transfer in flight. The time is simulated: every run gives the same numbers.</summary>
internal static class TransfersInFlight
{
    private const int Most = 4;

    /// <summary>From initiation, on a Monday at 10:00 in New York, to ACCOUNT_CLOSED at the broker; cash only, three days a transfer.</summary>
    public static Task<string> MeasureDaysAsync(decimal cash) => Task.FromResult(
        string.Join(" · ", Enumerable.Range(1, Most).Select(inFlight => Days(cash, inFlight).ToString("N1", CultureInfo.InvariantCulture))));

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
