using AccountClosure.Activities;
using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>Durable Functions runs an activity at least once, and the activity can run twice at the same time.</summary>
public sealed class ConcurrentTransferTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(20)]
    public void Two_executions_of_the_same_transfer_at_the_same_time_end_with_one_transfer(int secondsApart)
    {
        using var app = new ClosureApp(new ClosureAppSettings { Simulator = new SimulatorOptions { Latency = TimeSpan.FromSeconds(2) } });
        var (account, order) = BeginWithIntent(app);

        var first = Run(app, order, "first");
        app.AdvanceBy(TimeSpan.FromSeconds(secondsApart));
        var second = Run(app, order, "second");
        app.AdvanceBy(TimeSpan.FromMinutes(2));

        app.State(account).Transfers.ShouldHaveSingleItem();
        Outcome(first).ShouldBeOneOf(CreateTransferOutcome.Exists, CreateTransferOutcome.InDoubt);
        Outcome(second).ShouldBeOneOf(CreateTransferOutcome.Exists, CreateTransferOutcome.InDoubt);
        new[] { Outcome(first), Outcome(second) }.ShouldContain(CreateTransferOutcome.Exists);
        app.LedgerOf(account).ShouldHaveSingleItem().BrokerTransferId.ShouldBe(app.State(account).Transfers[0].Id);
    }

    [Theory]
    [InlineData(FaultEffect.After)]
    [InlineData(FaultEffect.Late)]
    public void Five_executions_make_one_transfer_when_the_first_answer_is_lost(FaultEffect effect)
    {
        using var app = new ClosureApp(new ClosureAppSettings { Simulator = new SimulatorOptions { Latency = TimeSpan.FromSeconds(2) } });
        var (account, order) = BeginWithIntent(app);
        app.Simulator.AddFault(
            new Fault { Kind = FaultKind.Drop, Effect = effect, LateSeconds = 200, Route = "POST /v1/accounts/{account_id}/transfers" });

        var executions = new List<Task<CreateTransferResult>>();
        foreach (var execution in new[] { "first", "second", "third", "fourth", "fifth" })
        {
            executions.Add(Run(app, order, execution));
            app.AdvanceBy(TimeSpan.FromMinutes(3));
        }

        executions.Select(Outcome).First().ShouldBe(CreateTransferOutcome.InDoubt);
        executions.Select(Outcome).Last().ShouldBe(CreateTransferOutcome.Exists);
        app.State(account).Transfers.ShouldHaveSingleItem();
        app.LedgerOf(account).ShouldHaveSingleItem().BrokerTransferId.ShouldBe(app.State(account).Transfers[0].Id);
    }

    /// <summary>A closure that waits for pending money while its cash could be paid out, and an intended transfer.</summary>
    private static (CreatedAccount Account, CreateTransferInput Order) BeginWithIntent(ClosureApp app)
    {
        var account = app.CreateAccount(0m);
        var number = app.Initiate(account)["confirmationNumber"]!;
        app.RunUntil(account, ClosurePhase.Liquidating);
        app.Simulator.SetPending(account.AccountId, new PendingMoney(In: 1m));
        app.RunUntilStatus(
            account, status => status.CustomStatus?.Wait == WaitKind.OtherMoney);
        app.Simulator.AddCash(account.AccountId, new CashChange(10_000m));
        var policy = new ClosurePolicy();
        var intent = new TransferIntent(
            $"{number}/1", account.AccountId, number, 1, new Money(10_000m), account.AchRelationshipId, app.Now, app.Now);
        app.Await(() => app.Ledger.RecordIntentAsync(intent));
        return (account, new CreateTransferInput(
            account.AccountId, number, $"closure-{account.AccountId}", intent.IntentId, policy.DailyTransferLimit,
            policy.TransferInDoubtWindow));
    }

    private static Task<CreateTransferResult> Run(ClosureApp app, CreateTransferInput order, string execution)
    {
        var activity = ActivatorUtilities.CreateInstance<CreateTransfer>(app.Services);
        return app.Begin(() => activity.Run(order, app.Client, new Invocation(execution), CancellationToken.None));
    }

    private static CreateTransferOutcome Outcome(Task<CreateTransferResult> execution)
    {
        execution.IsCompletedSuccessfully.ShouldBeTrue();
        return execution.Result.Outcome;
    }
}
