using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios;

/// <summary>The intended transfer and the transfer at the broker stay the same, whatever fails between the two.</summary>
public sealed class TransferDoubtTests
{
    [Fact]
    public void A_transfer_that_the_ledger_cannot_bind_for_an_hour_is_still_the_intended_one()
    {
        using var app = new ClosureApp(new ClosureAppSettings { ConfigureServices = FailingLedger.Register });
        var account = app.CreateAccount(70_000m);
        // The broker has created the first transfer. The step fails several times with all its retries.
        FailingLedger.In(app).Fail(nameof(ITransferLedger.BindAsync), count: 20);
        app.Initiate(account);

        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 70_000m);
        app.ShouldReportWhatWasPaid(account);
        app.State(account).Transfers.Select(transfer => transfer.Amount).ShouldBe([50_000m, 20_000m]);
        app.LedgerOf(account).ShouldAllBe(entry => entry.State == LedgerState.Bound);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(45)]
    public void A_transfer_that_the_broker_dates_too_early_is_found_when_its_answer_was_lost(int seconds)
    {
        using var app = new ClosureApp(new ClosureAppSettings
        {
            ConfigureServices = services => BrokerClockAhead.Register(services, TimeSpan.FromSeconds(seconds)),
        });
        app.Simulator.AddFault(
            new Fault { Kind = FaultKind.Drop, Effect = FaultEffect.After, Route = "POST /v1/accounts/{account_id}/transfers" });
        var account = app.CreateAccount(20_000m);
        app.Initiate(account);

        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);
        app.ShouldReportWhatWasPaid(account);
        app.LedgerOf(account).ShouldHaveSingleItem().State.ShouldBe(LedgerState.Bound);
    }

    [Fact]
    public void An_intent_whose_writing_was_not_confirmed_stays_as_it_was_written()
    {
        using var app = new ClosureApp(new ClosureAppSettings { ConfigureServices = FailingLedger.Register });
        var account = app.CreateAccount(20_000m);
        FailingLedger.In(app).Fail(nameof(ITransferLedger.RecordIntentAsync), count: 7, afterwards: true);
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus?.LastError is not null);
        // There is more to pay out at the next attempt.
        app.Simulator.AddCash(account.AccountId, new CashChange(5_000m, Settled: true));

        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 25_000m);
        app.ShouldReportWhatWasPaid(account);
        foreach (var entry in app.LedgerOf(account))
            app.State(account).Transfers.ShouldContain(transfer => transfer.Amount == entry.Intent.Amount.Dollars);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_limit_refusal_whose_record_was_not_confirmed_stays_a_limit_refusal(int lost)
    {
        using var app = new ClosureApp(new ClosureAppSettings
        {
            ConfigureServices = FailingLedger.Register,
            Configuration = { ["Closure:MaxFailedTransfers"] = "0" },
        });
        var account = app.CreateAccount(20_000m);
        FailingLedger.In(app).Fail(nameof(ITransferLedger.RecordIntentAsync), count: 1, afterwards: true);
        app.Initiate(account);
        // The customer uses the limit between the plan and the request.
        app.RunUntil(() => app.LedgerOf(account).Count == 1);
        app.Simulator.AddCash(account.AccountId, new CashChange(40_000m));
        app.Simulator.AddTransfer(account.AccountId, new NewTransfer(40_000m));
        FailingLedger.In(app).Fail(nameof(ITransferLedger.AbandonAsync), count: lost, afterwards: true);

        var progress = app.RunUntil(account, ClosurePhase.WaitingForNextTransfer, TimeSpan.FromHours(1));

        var abandonment = app.LedgerOf(account).ShouldHaveSingleItem().Abandonment.ShouldNotBeNull();
        abandonment.Cause.ShouldBe(AbandonCause.OverLimit);
        abandonment.RetryAt.ShouldBe(RollingLimit.FreeAfter(app.State(account).Transfers[0].CreatedAt));
        progress.NextActionAt!.Value.ShouldBe(abandonment.RetryAt!.Value, TimeSpan.FromSeconds(1));
        app.RunToEnd(account);
        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 60_000m);
    }

    [Fact]
    public void A_refusal_whose_record_was_not_confirmed_counts_once()
    {
        using var app = new ClosureApp(new ClosureAppSettings
        {
            ConfigureServices = FailingLedger.Register,
            Configuration = { ["Closure:MaxFailedTransfers"] = "1" },
        });
        var account = app.CreateAccount(20_000m);
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 422, Route = "POST /v1/accounts/{account_id}/transfers" });
        FailingLedger.In(app).Fail(nameof(ITransferLedger.AbandonAsync), count: 1, afterwards: true);
        app.Initiate(account);

        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 20_000m);
        app.LedgerOf(account).Select(entry => entry.Abandonment?.Cause).ShouldBe([AbandonCause.Refused, null]);
    }
}
