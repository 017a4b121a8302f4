using AccountClosure.Closure;
using AccountClosure.Notifications;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using AccountClosure.Tests.Scenarios.Paths;
using DurableTask.Core.History;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Histories;

/// <summary>The frozen scenarios: whole closures, named by what happens in them.</summary>
internal static class HistoryScenarios
{
    public static IReadOnlyDictionary<string, Action<ClosureApp>> All { get; } = new Dictionary<string, Action<ClosureApp>>(
        StringComparer.Ordinal)
    {
        ["three-transfers-and-closed"] = app => End(app, new NewAccount
        {
            Cash = 90_000m,
            Positions = [new NewPosition("AAPL", 150, 200m), new NewPosition("MSFT", 75, 400m)],
            OpenOrders = [new NewOrder("NVDA", 10, LimitPrice: 100m)],
            Bank = new BankOptions(TransferHours: 19),
        }),
        ["refused-by-a-precondition"] = app => End(app, new NewAccount { Cash = 100m, Blocks = new Blocks(Transfers: true) }),
        ["cancelled-while-a-transfer-is-on-its-way"] = app =>
        {
            var account = Begin(app, new NewAccount { Cash = 80_000m, Bank = new BankOptions(TransferHours: 60) });
            app.RunUntil(() => app.State(account).Transfers.Count == 1);
            app.AdvanceBy(TimeSpan.FromHours(20));
            app.Cancel(account);
            app.RunToEnd(account);
        },
        ["returned-after-complete-and-paid-again"] = app => End(app, new NewAccount
        {
            Cash = 20_000m,
            Bank = new BankOptions(TransferHours: 20, Returns: [new BankReturn(1, AfterCompleteHours: 20)]),
        }),
        ["review-and-retry"] = app =>
        {
            var halt = app.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "AAPL", Count = 0 });
            var account = Begin(app, new NewAccount { Cash = 1_000m, Positions = [new NewPosition("AAPL", 10, 100m)] });
            app.RunUntil(account, ClosurePhase.ManualReview);
            app.AdvanceBy(TimeSpan.FromHours(30));
            app.Simulator.RemoveFault(halt.Id);
            app.Resolve(account, ReviewChoice.Retry);
            app.RunToEnd(account);
        },
        ["answer-lost-and-transfer-found"] = app =>
        {
            app.Simulator.AddFault(new Fault
            {
                Kind = FaultKind.Drop,
                Effect = FaultEffect.Late,
                LateSeconds = 60,
                Route = "POST /v1/accounts/{account_id}/transfers",
            });
            End(app, new NewAccount { Cash = 10_000m });
        },
        ["broker-down-and-tried-again"] = app =>
        {
            var account = Begin(app, new NewAccount { Cash = 10_000m });
            app.RunUntil(account, ClosurePhase.Withdrawing);
            app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 503, Count = 0 });
            app.AdvanceBy(TimeSpan.FromHours(1));
            app.Simulator.ClearFaults();
            app.RunToEnd(account);
        },
        ["shares-turned-up-before-the-close"] = app =>
        {
            var account = Begin(app, new NewAccount { Cash = 1_000m });
            app.RunUntil(account, ClosurePhase.Closing);
            app.Simulator.AddPosition(account.AccountId, new NewPosition("SPIN", 10, 30m));
            app.RunToEnd(account);
        },
        ["terminated-and-cleaned-up"] = app =>
        {
            var account = Begin(app, new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 50) });
            app.RunUntil(() => app.State(account).Transfers.Count == 1);
            app.Cancel(account, force: true);
            app.AdvanceBy(TimeSpan.FromDays(4));
        },
        ["terminated-while-the-broker-closes-the-account"] = app =>
        {
            var account = Begin(app, new NewAccount { Cash = 1_000m });
            app.RunUntilStatus(account, status => status.CustomStatus is { CanCancel: false });
            app.Cancel(account, force: true);
            app.AdvanceBy(TimeSpan.FromDays(1));
        },
        ["close-refused-and-aborted"] = app =>
        {
            app.Simulator.AddFault(
                new Fault { Kind = FaultKind.Error, Status = 422, Route = "POST /v1/accounts/{account_id}/actions/close" });
            var account = Begin(app, new NewAccount { Cash = 1_000m });
            app.RunUntil(account, ClosurePhase.ManualReview);
            app.Resolve(account, ReviewChoice.Abort);
            app.RunToEnd(account);
        },
        ["cancelled-while-its-sale-is-open"] = app =>
        {
            app.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "AAPL", Count = 0 });
            var account = Begin(app, new NewAccount { Cash = 1_000m, Positions = [new NewPosition("AAPL", 10, 100m)] });
            app.RunUntil(() => app.State(account).Orders.Any(order => order.Side == "sell"));
            app.AdvanceBy(TimeSpan.FromMinutes(1));
            app.Cancel(account);
            app.RunToEnd(account);
        },
        ["waited-for-the-cleanup-of-an-earlier-closure"] = app =>
        {
            var account = Begin(app, new NewAccount { Cash = 20_000m });
            app.RunUntil(() => app.State(account).Transfers.Count == 1);
            app.Cancel(account, force: true);
            app.Initiate(account);
            app.RunToEnd(account);
        },
        ["closed-by-others-with-money-in-it"] = app =>
        {
            var account = Begin(app, new NewAccount { Cash = 80_000m, Bank = new BankOptions(TransferHours: 18) });
            app.RunUntil(account, ClosurePhase.WaitingForNextTransfer);
            app.Simulator.SetStatus(account.AccountId, "ACCOUNT_CLOSED");
            app.RunUntil(account, ClosurePhase.ManualReview);
            app.Resolve(account, ReviewChoice.Skip);
            app.RunToEnd(account);
        },
        ["transfers-declared-failed-and-complete"] = app =>
        {
            var account = Begin(app, new NewAccount { Cash = 1_000m });
            Declare(app, account, means: "REJECTED", ReviewChoice.TreatAsFailed);
            Declare(app, account, means: "COMPLETE", ReviewChoice.TreatAsComplete);
            app.RunToEnd(account);
        },
        ["email-not-sent-for-a-week"] = app =>
        {
            ((FailingOutbox)app.Services.GetRequiredService<IOutbox>()).Refuses = "";
            var account = Begin(app, new NewAccount { Cash = 1_000m });
            app.Cancel(account);
            app.RunToEnd(account);
            app.AdvanceBy(TimeSpan.FromDays(8));
        },
        ["less-than-a-cent-above-the-tolerance"] = app => End(app, new NewAccount { Cash = 100_001.001m }),
    };

    /// <summary>Plays a scenario and returns the content of its file.</summary>
    public static FrozenHistory Play(string name) => new FrozenHistory(Executions(name)).Stripped();

    /// <summary>Plays a scenario and returns the executions that ended, only the first of those with the same course.</summary>
    public static IReadOnlyList<IReadOnlyList<HistoryEvent>> Executions(string name)
    {
        var executions = new List<IReadOnlyList<HistoryEvent>>();
        using var app = new ClosureApp(new ClosureAppSettings
        {
            ExecutionEnded = (_, execution) => executions.Add(execution),
            ConfigureServices = services => services.AddSingleton<IOutbox>(new FailingOutbox()),
        });
        All[name](app);
        return [.. executions.DistinctBy(FrozenHistory.Course, StringComparer.Ordinal)];
    }

    /// <summary>The broker reports an unknown status of the latest transfer, and a person declares its meaning.</summary>
    private static void Declare(ClosureApp app, CreatedAccount account, string means, ReviewChoice choice)
    {
        var known = app.State(account).Transfers.Count;
        app.RunUntil(() => app.State(account).Transfers.Count > known);
        app.AdvanceBy(TimeSpan.FromMinutes(5));
        var latest = app.State(account).Transfers[^1];
        app.Simulator.SetTransferStatus(account.AccountId, latest.Id, new TransferChange("NEW_TO_US", Means: means));
        app.RunUntil(account, ClosurePhase.ManualReview);
        app.Resolve(account, choice).StatusCode.ShouldBe(202);
    }

    private static CreatedAccount Begin(ClosureApp app, NewAccount account)
    {
        var created = app.CreateAccount(account);
        app.Initiate(created).StatusCode.ShouldBe(202);
        return created;
    }

    private static void End(ClosureApp app, NewAccount account) => app.RunToEnd(Begin(app, account));
}
