using AccountClosure.Activities;
using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>
/// What is checked between the plan of a transfer and the request, with a broker that refuses nothing: the plan may be old by then.
/// </summary>
public sealed class TransferChecksTests
{
    private const decimal Amount = 20_000m;
    private static readonly TransferStatus Queued = new("QUEUED");

    [Fact]
    public void Cash_that_is_not_withdrawable_is_not_sent()
    {
        using var app = new ClosureApp(Lax);
        var (account, order) = BeginWithIntent(app, new CashChange(Amount, Settled: false));

        Execute(app, order).ShouldBe(CreateTransfer.Outcome.CashChanged);

        app.Books(account).Transfers.ShouldBeEmpty();
    }

    [Fact]
    public void A_transfer_that_only_the_ledger_knows_uses_the_limit()
    {
        using var app = new ClosureApp(Lax);
        var (account, order) = BeginWithIntent(app, new CashChange(Amount));
        var earlier = RecordAttempt(app, account, order.DailyTransferLimit);
        app.Await(async () =>
        {
            await app.Ledger.BindAsync(earlier, "a transfer that the list does not show", Queued, app.Now.AddHours(-1), app.Now);
            return true;
        });

        Execute(app, order).ShouldBe(CreateTransfer.Outcome.OverLimit);

        app.Books(account).Transfers.ShouldBeEmpty();
    }

    [Fact]
    public void A_transfer_that_another_closure_may_have_created_is_not_adopted()
    {
        using var app = new ClosureApp(Lax);
        var (account, order) = BeginWithIntent(app, new CashChange(Amount));
        RecordAttempt(app, account, new Money(Amount));
        app.Simulator.AddTransfer(account.AccountId, new NewTransfer(Amount));
        app.AdvanceBy(order.DoubtWindow);

        Execute(app, order).ShouldBe(CreateTransfer.Outcome.InDoubt);

        app.LedgerOf(account).ShouldAllBe(entry => entry.State == LedgerState.Intended);
    }

    private static ClosureAppSettings Lax => new() { Simulator = new SimulatorOptions { EnforcesRules = false } };

    /// <summary>A closure that waits for pending money, and a transfer that is intended.</summary>
    private static (CreatedAccount Account, CreateTransfer.Order Order) BeginWithIntent(ClosureApp app, CashChange cash)
    {
        var account = app.CreateAccount(0m);
        var number = app.Initiate(account)["confirmationNumber"]!;
        app.RunUntil(account, ClosurePhase.Liquidating);
        app.Simulator.SetPending(account.AccountId, new PendingMoney(In: 1m));
        app.RunUntilStatus(account, status => status.CustomStatus?.WaitingFor == "A transfer made by other means to end");
        app.Simulator.AddCash(account.AccountId, cash);
        var policy = new ClosurePolicy();
        var intent = RecordIntent(app, account, number, new Money(Amount));
        return (account, new CreateTransfer.Order(
            account.AccountId, number, $"closure-{account.AccountId}", intent, policy.DailyTransferLimit, policy.TransferDoubtWindow));
    }

    /// <summary>Of another closure of the account, whose request may be under way.</summary>
    private static string RecordAttempt(ClosureApp app, CreatedAccount account, Money amount)
    {
        var intent = RecordIntent(app, account, "CLA-OTHER-OTHER", amount);
        app.Await(() => app.Ledger.TryClaimAsync(intent, "another", app.Now, TimeSpan.FromMinutes(5))).ShouldBeTrue();
        app.Await(() => app.Ledger.TryRecordAttemptAsync(intent, "another", app.Now, before: null)).ShouldBe(AttemptResult.Recorded);
        return intent;
    }

    private static string RecordIntent(ClosureApp app, CreatedAccount account, string number, Money amount)
    {
        var intent = new TransferIntent($"{number}/1", account.AccountId, number, 1, amount, account.AchRelationshipId, app.Now, app.Now);
        app.Await(() => app.Ledger.RecordIntentAsync(intent));
        return intent.IntentId;
    }

    private static CreateTransfer.Outcome Execute(ClosureApp app, CreateTransfer.Order order) =>
        app.Await(() => ActivatorUtilities.CreateInstance<CreateTransfer>(app.Services)
            .Run(order, app.Client, new Invocation("execution"), CancellationToken.None)).Outcome;
}
