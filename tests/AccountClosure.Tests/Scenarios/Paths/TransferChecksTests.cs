using AccountClosure.Activities;
using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>
/// The checks between the plan of a transfer and the request, because the plan may be old by then. The broker refuses nothing.
/// </summary>
public sealed class TransferChecksTests
{
    private const decimal Amount = 20_000m;
    private const string Other = "CLA-OTHER-OTHER";

    [Fact]
    public void Cash_that_is_not_withdrawable_is_not_sent()
    {
        using var app = new ClosureApp(Lax);
        var (account, order) = BeginWithIntent(app, new CashChange(Amount, Settled: false));

        Execute(app, order).ShouldBe(CreateTransferOutcome.CashChanged);

        app.State(account).Transfers.ShouldBeEmpty();
    }

    [Fact]
    public void A_transfer_that_only_the_ledger_knows_uses_the_limit()
    {
        using var app = new ClosureApp(Lax);
        var (account, order) = BeginWithIntent(app, new CashChange(Amount));
        var earlier = RecordAttempt(app, RecordIntent(app, account, Other, order.DailyTransferLimit));
        Bind(app, earlier, "a transfer that the list does not show", app.Now.AddHours(-1));

        Execute(app, order).ShouldBe(CreateTransferOutcome.OverLimit);

        app.State(account).Transfers.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_transfer_that_another_closure_may_have_created_is_not_adopted(bool wasAsked)
    {
        using var app = new ClosureApp(Lax);
        var (account, order) = BeginWithIntent(app, new CashChange(Amount));
        if (wasAsked)
            RecordAttempt(app, order.IntentId);
        RecordAttempt(app, RecordIntent(app, account, Other, new Money(Amount)));
        app.Simulator.AddTransfer(account.AccountId, new NewTransfer(Amount));
        app.AdvanceBy(order.InDoubtWindow);

        Execute(app, order).ShouldBe(CreateTransferOutcome.InDoubt);

        app.LedgerOf(account).ShouldAllBe(entry => entry.State == LedgerState.Intended);
    }

    [Fact]
    public void Another_closures_transfer_in_doubt_delays_the_transfer()
    {
        using var app = new ClosureApp(Lax);
        var (account, order) = BeginWithIntent(app, new CashChange(Amount));
        RecordAttempt(app, RecordIntent(app, account, Other, new Money(1_000m)));

        Execute(app, order).ShouldBe(CreateTransferOutcome.InDoubt);

        app.State(account).Transfers.ShouldBeEmpty();
    }

    [Fact]
    public void A_transfer_that_belongs_to_another_intent_is_not_adopted()
    {
        using var app = new ClosureApp(Lax);
        var (account, order) = BeginWithIntent(app, new CashChange(2 * Amount));
        RecordAttempt(app, order.IntentId);
        var another = app.Simulator.AddTransfer(account.AccountId, new NewTransfer(Amount));
        Bind(app, RecordAttempt(app, RecordIntent(app, account, Other, new Money(Amount))), another, app.Now);
        app.AdvanceBy(order.InDoubtWindow);

        Execute(app, order).ShouldBe(CreateTransferOutcome.Exists);

        app.State(account).Transfers.Count.ShouldBe(2, app.Story(account));
    }

    [Fact]
    public void An_intent_that_a_person_ends_after_the_claim_is_not_sent()
    {
        using var app = Held.AppWith<ITransferLedger, TransferLedger>(
            control => (control.Holds, control.Afterwards) = ((method, _) => method == nameof(ITransferLedger.TryClaimAsync), true),
            Lax.Simulator);
        var (account, order) = BeginWithIntent(app, new CashChange(Amount));
        var execution = app.Begin(() => Run(app, order));
        app.RunUntil(() => app.HeldOf<ITransferLedger>().IsHeld);
        app.Await(async () =>
        {
            await app.Ledger.AbandonAsync(order.IntentId, new Abandonment(AbandonCause.Decided, "decided in a test", app.Now));
            return true;
        });

        app.ReleaseAndGoOn<ITransferLedger>();

        app.Await(() => execution).Outcome.ShouldBe(CreateTransferOutcome.Decided);
        app.State(account).Transfers.ShouldBeEmpty();
    }

    [Fact]
    public void A_transfer_that_waits_long_after_the_reads_is_checked_by_new_reads()
    {
        using var app = new ClosureApp(Lax);
        var (account, order) = BeginWithIntent(app, new CashChange(Amount));
        var (broker, control) = Held<IBroker>.Around(app.Services.GetRequiredService<IBroker>());
        (control.Holds, control.Afterwards) = ((method, _) => method == nameof(IBroker.GetTradingAccountAsync), true);
        var execution = app.Begin(() => ActivatorUtilities.CreateInstance<CreateTransfer>(app.Services, broker)
            .Run(order, app.Client, new Invocation("slow"), CancellationToken.None));
        app.RunUntil(() => control.IsHeld);
        app.AdvanceBy(TimeSpan.FromMinutes(16));
        var byTheCustomer = app.Simulator.AddTransfer(account.AccountId, new NewTransfer(Amount));

        app.Await(() =>
        {
            control.Release();
            return execution;
        }).Outcome.ShouldBe(CreateTransferOutcome.CashChanged);

        app.State(account).Transfers.ShouldHaveSingleItem().Id.ShouldBe(byTheCustomer);
    }

    [Fact]
    public void A_closure_in_another_phase_is_not_stopped()
    {
        using var app = new ClosureApp(Lax with { Start = Eastern.At(2026, 3, 2, 8) });
        var account = app.BeginTo(ClosurePhase.Liquidating);
        var order = Intend(app, account, app.Progress(account).ConfirmationNumber);

        Execute(app, order).ShouldBe(CreateTransferOutcome.NotSent);
    }

    [Fact]
    public void A_closure_whose_instance_is_gone_is_stopped()
    {
        using var app = new ClosureApp(Lax);
        var (account, order) = BeginWithIntent(app, new CashChange(Amount));

        Execute(app, order with { InstanceId = "closure-gone" }).ShouldBe(CreateTransferOutcome.Stopped);

        app.State(account).Transfers.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false, CreateTransferOutcome.CashChanged)]
    [InlineData(true, CreateTransferOutcome.Exists)]
    public void Only_a_transfer_of_others_that_ended_makes_a_balance_too_old(bool isOwn, CreateTransferOutcome outcome)
    {
        using var app = new ClosureApp(Lax);
        var (account, order) = BeginWithIntent(app, new CashChange(Amount + 5m));
        var ended = app.Simulator.AddTransfer(account.AccountId, new NewTransfer(5m, TransferHours: 100));
        if (isOwn)
        {
            var intent = new TransferIntent(
                $"{order.ConfirmationNumber}/2", account.AccountId, order.ConfirmationNumber, 2, new Money(5m),
                account.AchRelationshipId, app.Now, app.Now);
            app.Await(() => app.Ledger.RecordIntentAsync(intent));
            Bind(app, RecordAttempt(app, intent.IntentId), ended, app.Now);
        }
        app.AdvanceBy(TimeSpan.FromMinutes(30));
        app.Simulator.SetTransferStatus(account.AccountId, ended, new TransferChange("COMPLETE"));

        Execute(app, order).ShouldBe(outcome);
    }

    private static ClosureAppSettings Lax => new() { Simulator = new SimulatorOptions { EnforcesRules = false } };

    /// <summary>A closure that waits for pending money, and a transfer that is intended.</summary>
    private static (CreatedAccount Account, CreateTransferInput Order) BeginWithIntent(ClosureApp app, CashChange cash)
    {
        var account = app.CreateAccount(0m);
        var number = app.Initiate(account)["confirmationNumber"]!;
        app.RunUntil(account, ClosurePhase.Liquidating);
        app.Simulator.SetPending(account.AccountId, new PendingMoney(In: 1m));
        app.RunUntilStatus(
            account, status => status.CustomStatus?.Wait == WaitKind.OtherMoney);
        app.Simulator.AddCash(account.AccountId, cash);
        return (account, Intend(app, account, number));
    }

    private static CreateTransferInput Intend(ClosureApp app, CreatedAccount account, string number)
    {
        var policy = new ClosurePolicy();
        var intent = RecordIntent(app, account, number, new Money(Amount));
        return new CreateTransferInput(
            account.AccountId, number, $"closure-{account.AccountId}", intent, policy.DailyTransferLimit, policy.TransferInDoubtWindow);
    }

    /// <summary>The request of an execution that died, which may be in flight.</summary>
    private static string RecordAttempt(ClosureApp app, string intent)
    {
        app.Await(() => app.Ledger.TryClaimAsync(intent, "another", app.Now, TimeSpan.FromMinutes(5))).ShouldBeTrue();
        app.Await(() => app.Ledger.TryRecordAttemptAsync(intent, "another", app.Now, before: null)).ShouldBe(AttemptResult.Recorded);
        app.Await(async () =>
        {
            await app.Ledger.ReleaseAsync(intent, "another");
            return true;
        });
        return intent;
    }

    private static string RecordIntent(ClosureApp app, CreatedAccount account, string number, Money amount)
    {
        var intent = new TransferIntent($"{number}/1", account.AccountId, number, 1, amount, account.AchRelationshipId, app.Now, app.Now);
        app.Await(() => app.Ledger.RecordIntentAsync(intent));
        return intent.IntentId;
    }

    private static void Bind(ClosureApp app, string intent, string transfer, DateTimeOffset createdAt) => app.Await(async () =>
    {
        await app.Ledger.BindAsync(intent, transfer, new TransferStatus("QUEUED"), createdAt, app.Now);
        return true;
    });

    private static CreateTransferOutcome Execute(ClosureApp app, CreateTransferInput order) => app.Await(() => Run(app, order)).Outcome;

    private static Task<CreateTransferResult> Run(ClosureApp app, CreateTransferInput order) =>
        ActivatorUtilities.CreateInstance<CreateTransfer>(app.Services)
            .Run(order, app.Client, new Invocation("execution"), CancellationToken.None);
}
