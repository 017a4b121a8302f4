using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>The broker does not answer for some time. Afterwards the closure continues without help.</summary>
public sealed class OutageTests
{
    [Theory]
    [InlineData(ClosurePhase.Initiated)]
    [InlineData(ClosurePhase.Liquidating)]
    [InlineData(ClosurePhase.Settling)]
    [InlineData(ClosurePhase.Withdrawing)]
    [InlineData(ClosurePhase.WaitingForNextTransfer)]
    [InlineData(ClosurePhase.Closing)]
    public void A_broker_that_is_down_for_two_days_only_delays_the_closure(ClosurePhase phase)
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(phase);

        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 503, Count = 0 });
        app.AdvanceBy(TimeSpan.FromDays(2));
        var waiting = app.Progress(account);
        waiting.LastError.ShouldNotBeNull().ShouldContain("503");
        waiting.NextActionAt.ShouldNotBeNull().ShouldBeGreaterThan(app.Now.AddMinutes(-10), "it tries every quarter of an hour");
        app.Simulator.ClearFaults();
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 80_000m);
        app.AuditOf(account).ShouldNotContain(entry => entry.Event == "ClosureManualReview");
    }

    [Theory]
    [InlineData(FaultKind.Drop)]
    [InlineData(FaultKind.Timeout)]
    public void A_broker_that_accepts_requests_and_answers_none_only_delays_the_closure(FaultKind kind)
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Withdrawing);

        app.Simulator.AddFault(new Fault { Kind = kind, Effect = FaultEffect.After, Count = 0 });
        app.AdvanceBy(TimeSpan.FromDays(2));
        app.Simulator.ClearFaults();
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 80_000m);
        app.AuditOf(account).ShouldNotContain(entry => entry.Event == "ClosureManualReview");
    }

    [Fact]
    public void A_rate_limit_that_lasts_for_hours_only_delays_a_closure()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Liquidating);

        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 429, Count = 0 });
        app.AdvanceBy(TimeSpan.FromHours(9));
        app.Progress(account).LastError.ShouldNotBeNull().ShouldContain("429");
        app.Simulator.ClearFaults();
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 80_000m);
        app.AuditOf(account).ShouldNotContain(entry => entry.Event == "ClosureManualReview");
    }

    [Fact]
    public void A_budget_of_a_few_requests_a_minute_is_enough()
    {
        using var app = new ClosureApp(new ClosureAppSettings { Simulator = new SimulatorOptions { RateLimitPerMinute = 4 } });
        var account = app.CreateAccount(80_000m, new NewPosition("AAPL", 10, 100m));
        app.Initiate(account);

        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 81_000m);
    }

    [Fact]
    public void A_cancel_during_an_outage_takes_effect_when_the_broker_is_back()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Withdrawing);
        app.AdvanceBy(TimeSpan.FromMinutes(5));

        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 503, Count = 0 });
        app.Cancel(account);
        app.AdvanceBy(TimeSpan.FromDays(2));
        app.Simulator.ClearFaults();
        var status = app.RunToEnd(account);

        status.Output!.Outcome.ShouldBe(ClosurePhase.Cancelled);
        app.CustomerOf(account)!.Status.ShouldBe("active");
        app.ShouldAgreeWithTheLedger(account);
    }

    [Fact]
    public void A_terminated_closure_is_cleaned_up_when_the_broker_is_back()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Withdrawing);
        app.RunUntil(() => app.State(account).Transfers.Count == 1);

        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 503, Count = 0 });
        app.Cancel(account, force: true);
        app.AdvanceBy(TimeSpan.FromDays(2));
        app.Simulator.ClearFaults();
        app.AdvanceBy(TimeSpan.FromDays(5));

        app.ShouldAgreeWithTheLedger(account);
        app.LedgerOf(account).ShouldAllBe(entry => entry.State == LedgerState.Bound && entry.Status!.Value.IsFinal);
        app.CustomerOf(account)!.Status.ShouldBe("active");
        app.AuditOf(account).ShouldContain(entry => entry.Event == "ClosureCancelled");
    }

    // The same step reads the other route before the calendar, so its recovery says nothing about the calendar.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_route_that_fails_for_a_week_needs_review_even_if_other_routes_work(bool another)
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 1_000m, Bank = new BankOptions(TransferHours: 18) });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 1);
        var fails = new Fault { Kind = FaultKind.Error, Status = 500, Count = 0 };
        app.Simulator.AddFault(fails with { Route = "GET /v1/calendar" });
        app.RunUntilStatus(account, status => status.CustomStatus?.LastError?.Contains("FindBusinessDay") == true, TimeSpan.FromDays(3));
        for (int round = 0; round < 10 && app.Progress(account).Review is null; round++)
        {
            app.AdvanceBy(TimeSpan.FromDays(3));
            var fault = another ? app.Simulator.AddFault(fails with { Route = "GET /v1/trading/accounts/{account_id}/account" }) : null;
            app.AdvanceBy(TimeSpan.FromMinutes(40));
            if (fault is not null)
                app.Simulator.RemoveFault(fault.Id);
        }

        app.Progress(account).Review.ShouldNotBeNull(app.Story(account));
    }
}
