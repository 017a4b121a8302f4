using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.App;

/// <summary>What the records, the runtime and the broker's account state show of an account.</summary>
internal static class Inspection
{
    public static IReadOnlyList<ClosureRecord> TrackingOf(this ClosureApp app, CreatedAccount account) =>
        app.Await(() => app.Services.GetRequiredService<IClosureTracking>().ListAsync(account.AccountId));

    public static ClosureState StateOf(this ClosureApp app, CreatedAccount account) =>
        app.Await(() => app.Client.GetInstanceAsync(
            $"closure-{account.AccountId}", getInputsAndOutputs: true))!.ReadInputAs<ClosureState>()!;

    /// <summary>Number of requests of the route that the broker received.</summary>
    public static int Requests(this ClosureApp app, string method, string route) =>
        app.Simulator.Requests.Count(request => request.Method == method && request.Route == route);

    public static void BeginToReturnWindow(this ClosureApp app, CreatedAccount account)
    {
        app.Initiate(account).StatusCode.ShouldBe(202);
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == WaitKind.Returns);
    }

    /// <summary>The whole state in one line, for the message of an assertion.</summary>
    public static string Story(this ClosureApp app, CreatedAccount account)
    {
        var atBroker = app.State(account);
        return $"{app.Now:u} broker {atBroker.Status} cash {atBroker.Cash}; "
            + "transfers "
            + $"{string.Join("; ", atBroker.Transfers.Select(t => $"{t.CreatedAt:dd HH:mm:ss} {t.Direction} {t.Amount} {t.Status}"))}; "
            + $"orders {string.Join("; ", atBroker.Orders.Select(o => $"{o.Symbol} {o.Side} {o.Status}"))}; "
            + "ledger "
            + $"{string.Join("; ", app.LedgerOf(account).Select(e => $"{e.Intent.IntentId} {e.Intent.Amount} {e.State} {e.Status}"))}; "
            + $"audit {string.Join("; ", app.AuditOf(account).Select(e => $"{e.At:dd HH:mm:ss} {e.Event} by {e.Actor}: {e.Detail}"))}; "
            + $"emails {string.Join("; ", app.Emails.Select(e => e.Subject))}";
    }
}
