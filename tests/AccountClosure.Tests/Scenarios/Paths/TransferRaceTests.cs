using AccountClosure.Activities;
using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>Concurrent events during the plan and the request cause neither a second transfer nor one beyond the limit.</summary>
public sealed class TransferRaceTests
{
    private const string Post = "POST /v1/accounts/{account_id}/transfers";
    private const string Transfers = "GET /v1/accounts/{account_id}/transfers";

    [Fact]
    public void An_execution_whose_claim_has_lapsed_sends_nothing_after_another_has_attempted()
    {
        using var app = new ClosureApp(Lax);
        var (account, order) = BeginWithIntent(app, cash: 150_000m, amount: 50_000m);
        // The last read of the first execution takes five and a half minutes, as with retries and waits for the rate limit.
        var (slow, control) = Held<IBroker>.Around(app.Services.GetRequiredService<IBroker>());
        (control.Holds, control.Afterwards) = ((method, _) => method == nameof(IBroker.GetTradingAccountAsync), true);
        var first = app.Begin(() => Execute(app, slow, order, "first"));
        app.AdvanceBy(TimeSpan.FromSeconds(310));
        control.IsHeld.ShouldBeTrue();
        // The runtime repeats the activity, and the answer is lost.
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Drop, Effect = FaultEffect.After, Route = Post });
        app.Await(() => Execute(app, app.Services.GetRequiredService<IBroker>(), order, "second")).Outcome
            .ShouldBe(CreateTransferOutcome.InDoubt);
        app.AdvanceBy(TimeSpan.FromSeconds(20));

        app.Await(() =>
        {
            control.Release();
            return Task.FromResult(true);
        });
        app.AdvanceBy(TimeSpan.FromMinutes(1));

        app.State(account).Transfers.Count.ShouldBe(1, app.Story(account));
    }

    [Fact]
    public void A_delayed_execution_sends_nothing_when_its_attempt_no_longer_counts()
    {
        using var app = Held.AppWith<ITransferLedger, TransferLedger>(
            control => (control.Holds, control.Afterwards) = ((method, _) => method == nameof(ITransferLedger.TryRecordAttemptAsync), true),
            Lax.Simulator);
        var (account, order) = BeginWithIntent(app, cash: 100_000m, amount: 20_000m);
        var broker = app.Services.GetRequiredService<IBroker>();
        var first = app.Begin(() => Execute(app, broker, order, "first"));
        app.RunUntil(() => app.HeldOf<ITransferLedger>().IsHeld);
        app.AdvanceBy(order.InDoubtWindow + TimeSpan.FromMinutes(1));
        app.Await(() => Execute(app, broker, order, "second")).Outcome.ShouldBe(CreateTransferOutcome.Exists);

        app.ReleaseAndGoOn<ITransferLedger>();
        app.AdvanceBy(TimeSpan.FromMinutes(1));

        first.IsCompletedSuccessfully.ShouldBeTrue();
        app.State(account).Transfers.Count.ShouldBe(1, app.Story(account));
    }

    [Fact]
    public void An_execution_delayed_before_its_attempt_sends_nothing_for_a_stopped_closure()
    {
        using var app = Held.AppWith<ITransferLedger, TransferLedger>(
            control => control.Holds = (method, _) => method == nameof(ITransferLedger.TryRecordAttemptAsync), Lax.Simulator);
        var account = app.CreateAccount(20_000m);
        app.Initiate(account);
        app.RunUntil(() => app.HeldOf<ITransferLedger>().IsHeld, TimeSpan.FromDays(1));
        app.Cancel(account, force: true).StatusCode.ShouldBe(202);
        app.AdvanceBy(TimeSpan.FromSeconds(10));

        app.ReleaseAndGoOn<ITransferLedger>();
        app.AdvanceBy(TimeSpan.FromMinutes(1));

        app.State(account).Transfers.ShouldBeEmpty(app.Story(account));
    }

    [Fact]
    public void The_limit_holds_when_the_brokers_machines_have_different_clocks()
    {
        const int seconds = 45;
        using var app = new ClosureApp(
            Lax with { ConfigureServices = services => BrokerClockAhead.Register(services, TimeSpan.FromSeconds(seconds)) });
        var account = app.CreateAccount(new NewAccount { Cash = 100_000m, Bank = new BankOptions(TransferHours: 18) });
        app.Initiate(account);
        app.RunToEnd(account);

        app.ShouldNeverBeOverTheLimit(account);
    }

    [Fact]
    public void A_list_lag_shorter_than_the_allowed_lag_causes_no_second_payment()
    {
        const int minutes = 12;
        TimeSpan.FromMinutes(minutes).ShouldBeLessThan(ClosurePolicy.BalanceLag);
        using var app = new ClosureApp(new ClosureAppSettings
        {
            Simulator = new SimulatorOptions { EnforcesRules = false, ListLag = TimeSpan.FromMinutes(minutes) },
        });
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Drop, Effect = FaultEffect.After, Route = Post });
        var account = app.CreateAccount(150_000m);
        app.AdvanceBy(TimeSpan.FromHours(1));
        app.Initiate(account);
        app.AdvanceBy(TimeSpan.FromHours(3));

        app.State(account).Transfers.Count.ShouldBe(1, app.Story(account));
        app.ShouldNeverBeOverTheLimit(account);
    }

    [Fact]
    public void Money_that_the_customer_sends_is_not_sent_again_while_the_balance_lags()
    {
        using var app = new ClosureApp(new ClosureAppSettings
        {
            Simulator = new SimulatorOptions { EnforcesRules = false, BalanceLag = TimeSpan.FromMinutes(5) },
        });
        var account = app.CreateAccount(20_000m);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Withdrawing);
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Delay, DelaySeconds = 20, Nth = 2, Route = Transfers });
        app.RunUntil(() => app.LedgerOf(account).Count == 1);
        app.AdvanceBy(TimeSpan.FromSeconds(5));
        app.Simulator.AddTransfer(account.AccountId, new NewTransfer(15_000m));
        app.AdvanceBy(TimeSpan.FromHours(1));

        app.State(account).Cash.ShouldBeGreaterThanOrEqualTo(0m, app.Story(account));
    }

    private static ClosureAppSettings Lax => new() { Simulator = new SimulatorOptions { EnforcesRules = false } };

    [Fact]
    public void A_customer_transfer_during_a_rate_limit_wait_counts_towards_the_limit()
    {
        using var app = new ClosureApp(new ClosureAppSettings
        {
            Simulator = new SimulatorOptions { EnforcesRules = false, RateLimitPerMinute = 17 },
        });
        var account = app.CreateAccount(100_000m);
        app.Initiate(account);
        app.RunUntil(() => app.LedgerOf(account).Count == 1, TimeSpan.FromDays(2));
        int reads = app.Requests("GET", "/v1/trading/accounts/{account_id}/account");
        app.RunUntil(() => app.Requests("GET", "/v1/trading/accounts/{account_id}/account") > reads, TimeSpan.FromHours(1));
        app.AdvanceBy(TimeSpan.FromSeconds(5));
        // With this budget, found by experiment, the minute is used up between the last read and the request.
        app.Requests("POST", "/v1/accounts/{account_id}/transfers").ShouldBe(0);
        app.Simulator.AddTransfer(account.AccountId, new NewTransfer(40_000m));
        app.AdvanceBy(TimeSpan.FromHours(2));

        app.State(account).Cash.ShouldBeGreaterThanOrEqualTo(0m);
        app.ShouldNeverBeOverTheLimit(account);
    }

    /// <summary>A closure that waits, and an intent that the tests execute in parts.</summary>
    internal static (CreatedAccount Account, CreateTransferInput Order) BeginWithIntent(ClosureApp app, decimal cash, decimal amount)
    {
        var account = app.CreateAccount(0m);
        var number = app.Initiate(account)["confirmationNumber"]!;
        app.RunUntil(account, ClosurePhase.Liquidating);
        app.Simulator.SetPending(account.AccountId, new PendingMoney(In: 1m));
        app.RunUntilStatus(
            account, status => status.CustomStatus?.Wait == WaitKind.OtherMoney);
        app.Simulator.AddCash(account.AccountId, new CashChange(cash));
        var policy = new ClosurePolicy();
        var intent = new TransferIntent(
            $"{number}/1", account.AccountId, number, 1, new Money(amount), account.AchRelationshipId, app.Now, app.Now);
        app.Await(() => app.Ledger.RecordIntentAsync(intent));
        return (account, new CreateTransferInput(
            account.AccountId, number, $"closure-{account.AccountId}", intent.IntentId, policy.DailyTransferLimit,
            policy.TransferInDoubtWindow));
    }

    private static Task<CreateTransferResult> Execute(ClosureApp app, IBroker broker, CreateTransferInput order, string execution) =>
        ActivatorUtilities.CreateInstance<CreateTransfer>(app.Services, broker)
            .Run(order, app.Client, new Invocation(execution), CancellationToken.None);
}
