using AccountClosure.Activities;
using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>The clock of a machine is set, or its timestamps stop, while the app searches for a transfer and sends one.</summary>
public sealed class MachineClockTests
{
    private const string Post = "POST /v1/accounts/{account_id}/transfers";

    // The machine's clock is corrected while the activity runs (NTP, after a pause of the virtual machine). No real time passes.
    [Theory]
    [InlineData(0)]
    [InlineData(25)]
    public void Setting_the_clock_of_a_machine_does_not_end_a_doubt(int minutes)
    {
        using var app = new ClosureApp(new ClosureAppSettings
        {
            Simulator =
                new SimulatorOptions { EnforcesRules = false, ListLag = TimeSpan.FromMinutes(12), BalanceLag = TimeSpan.FromMinutes(12) },
        });
        var account = app.CreateAccount(20_000m);
        app.AdvanceBy(TimeSpan.FromHours(1));
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Drop, Effect = FaultEffect.After, Route = Post });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 1, TimeSpan.FromDays(1));
        app.AdvanceBy(TimeSpan.FromMinutes(3));
        var intent = app.LedgerOf(account).ShouldHaveSingleItem();
        intent.AttemptedAt.ShouldNotBeNull();
        var policy = new ClosurePolicy();
        var order = new CreateTransferInput(
            account.AccountId, intent.Intent.ConfirmationNumber, $"closure-{account.AccountId}", intent.Intent.IntentId,
            policy.DailyTransferLimit, policy.TransferInDoubtWindow);

        // The runtime repeats the activity on a machine whose clock is corrected after its first reading.
        TimeProvider time = new LateClock(app.Clock, TimeSpan.FromMinutes(minutes));
        app.Await(() => ActivatorUtilities.CreateInstance<CreateTransfer>(app.Services, time)
            .Run(order, app.Client, new Invocation("again"), CancellationToken.None)).Outcome
            .ShouldBe(CreateTransferOutcome.InDoubt, app.Story(account));

        app.State(account).Transfers.Count.ShouldBe(1, app.Story(account));
    }

    // The timestamps of a virtual machine stop while it is paused. Its clock is corrected when it continues.
    [Theory]
    [InlineData(nameof(ITransferLedger.TryRecordAttemptAsync))]
    [InlineData(nameof(ITransferLedger.TryClaimAsync))]
    public void An_execution_whose_machine_was_paused_sends_nothing(string pausedAfter)
    {
        using var app = Held.AppWith<ITransferLedger, TransferLedger>(
            control => (control.Holds, control.Afterwards) = ((method, _) => method == pausedAfter, true),
            new SimulatorOptions { EnforcesRules = false });
        var (account, order) = TransferRaceTests.BeginWithIntent(app, cash: 100_000m, amount: 20_000m);
        TimeProvider time = new PausedClock(app.Clock);
        var execution = app.Begin(() => ActivatorUtilities.CreateInstance<CreateTransfer>(app.Services, time)
            .Run(order, app.Client, new Invocation("paused"), CancellationToken.None));
        app.RunUntil(() => app.HeldOf<ITransferLedger>().IsHeld);
        app.AdvanceBy(TimeSpan.FromMinutes(2));

        app.ReleaseAndGoOn<ITransferLedger>();
        app.AdvanceBy(TimeSpan.FromMinutes(1));

        execution.IsCompletedSuccessfully.ShouldBeTrue();
        app.State(account).Transfers.ShouldBeEmpty(app.Story(account));
    }

    /// <summary>A clock that is behind at the first reading and correct afterwards.</summary>
    private sealed class LateClock(TimeProvider inner, TimeSpan behind) : TimeProvider
    {
        private bool _isSet;

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow()
        {
            var now = _isSet ? inner.GetUtcNow() : inner.GetUtcNow() - behind;
            _isSet = true;
            return now;
        }

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            inner.CreateTimer(callback, state, dueTime, period);
    }

    /// <summary>The clock of a machine that is paused all the time.</summary>
    private sealed class PausedClock(TimeProvider inner) : TimeProvider
    {
        private readonly long _timestamp = inner.GetTimestamp();

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

        public override long GetTimestamp() => _timestamp;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            inner.CreateTimer(callback, state, dueTime, period);
    }
}
