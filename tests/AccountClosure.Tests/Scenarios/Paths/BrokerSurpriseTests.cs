using System.Net;
using System.Text.Json.Nodes;
using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>The broker gives unexpected answers that its description allows. A closure asks a person in time and never loops.</summary>
public sealed class BrokerSurpriseTests
{
    private const string Sell = "DELETE /v1/trading/accounts/{account_id}/positions";
    private const string CancelAll = "DELETE /v1/trading/accounts/{account_id}/orders";

    private static readonly NewPosition Shares = new("AAPL", 10, 100m);

    [Theory]
    [InlineData(Sell, 500)]
    [InlineData(Sell, 422)]
    [InlineData(CancelAll, 500)]
    public void A_sale_that_the_broker_keeps_refusing_needs_review_on_the_first_day(string route, int status)
    {
        using var app = new ClosureApp();
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = status, Count = 0, Route = route });
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "AAPL", Count = 0 });
        var account = app.CreateAccount(
            new NewAccount { Cash = 1_000m, Positions = [Shares], OpenOrders = [new NewOrder("NVDA", 1, LimitPrice: 1m)] });
        app.Initiate(account);
        app.AdvanceBy(TimeSpan.FromHours(6));

        app.Progress(account).Phase.ShouldBe(ClosurePhase.ManualReview, app.Progress(account).LastError);
        app.Emails[^1].Subject.ShouldContain("needs your decision");
    }

    [Fact]
    public void A_broker_that_answers_only_500_for_a_week_needs_manual_review()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m, Shares);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Liquidating);
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 500, Count = 0 });
        app.AdvanceBy(TimeSpan.FromDays(6));
        app.Progress(account).Phase.ShouldBe(ClosurePhase.Liquidating);

        app.AdvanceBy(TimeSpan.FromDays(3));

        app.Progress(account).Phase.ShouldBe(ClosurePhase.ManualReview);
    }

    [Fact]
    public void Credentials_rejected_for_hours_are_an_outage_and_not_a_refusal()
    {
        using var app = new ClosureApp();
        var account = app.BeginTo(ClosurePhase.Settling);
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 401, Count = 0 });
        app.AdvanceBy(TimeSpan.FromHours(30));
        app.Progress(account).Phase.ShouldBe(ClosurePhase.Settling);

        app.Simulator.ClearFaults();
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 80_000m);
    }

    [Fact]
    [Covers(CreateTransferOutcome.NotSent)]
    public void Rejected_credentials_do_not_abandon_a_transfer()
    {
        using var app = new ClosureApp();
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Status = 401, Route = "POST /v1/accounts/{account_id}/transfers" });
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunToEnd(account);

        app.LedgerOf(account).ShouldHaveSingleItem().Abandonment.ShouldBeNull();
        app.ShouldBeClosedWithAllPaidOut(account, wasThere: 1_000m);
    }

    [Fact]
    public void A_transfer_that_keeps_getting_500_is_retried_less_and_less_often()
    {
        using var app = new ClosureApp();
        app.Simulator.AddFault(
            new Fault { Kind = FaultKind.Error, Status = 500, Count = 0, Route = "POST /v1/accounts/{account_id}/transfers" });
        var account = app.CreateAccount(1_000m);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.ManualReview).Review!.Code.ShouldBe(ReviewCode.TransferOverdue);

        app.Simulator.Requests.Count(request => request.Method == "POST").ShouldBeLessThan(15);
    }

    [Fact]
    public void A_closure_of_a_blocked_account_can_be_cancelled_when_its_transfer_cannot()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(new NewAccount { Cash = 1_000m, Bank = new BankOptions(TransferHours: 30) });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 1);
        app.AdvanceBy(TimeSpan.FromMinutes(5));
        app.Simulator.SetBlocks(account.AccountId, new Blocks(Account: true));
        app.Cancel(account);
        app.AdvanceBy(TimeSpan.FromDays(4));

        app.Status(account).HasEnded
            .ShouldBeTrue($"{app.Progress(account).Phase} {app.Progress(account).Review?.Code} {app.Progress(account).LastError}");
    }

    [Fact]
    public void A_market_opening_in_the_past_does_not_make_the_closure_spin()
    {
        using var app = Behind(new StaleClock());
        var account = app.CreateAccount(1_000m, Shares);
        var began = app.Now;
        app.Initiate(account);
        app.RunUntil(() => app.Counters.Episodes > 3_000 || app.Now > began + TimeSpan.FromHours(1), TimeSpan.FromHours(2));

        (app.Now - began).ShouldBeGreaterThan(
            TimeSpan.FromMinutes(30), $"{app.Counters.Episodes} episodes, {app.Simulator.Requests.Count} requests to the broker");
    }

    [Fact]
    public void A_market_that_never_opens_needs_manual_review()
    {
        using var app = Behind(new StaleClock());
        var account = app.CreateAccount(1_000m, Shares);
        app.Initiate(account);

        app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(8)).LastError.ShouldNotBeNull()
            .ShouldContain("the market has been closed since");
    }

    [Fact]
    public void A_market_that_opens_in_months_needs_manual_review()
    {
        using var app = Behind(new FarOpening());
        var account = app.CreateAccount(0m, Shares);
        app.Initiate(account);

        app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(9)).LastError.ShouldNotBeNull()
            .ShouldContain("the market has been closed since");
    }

    [Fact]
    public void A_single_wrong_market_opening_does_not_stop_a_closure_for_months()
    {
        using var app = Behind(new FarOpening { Times = 1 });
        var account = app.CreateAccount(79_000m, Shares);
        app.Initiate(account);
        app.AdvanceBy(TimeSpan.FromDays(2));

        (app.Progress(account).Phase > ClosurePhase.Liquidating).ShouldBeTrue(app.Story(account));
    }

    [Fact]
    public void A_transfer_that_is_dated_far_ahead_needs_manual_review()
    {
        using var app = Behind(new DatedAhead());
        var account = app.CreateAccount(
            new NewAccount { Cash = 20_000m, PriorTransfers = [new NewTransfer(10m, HoursAgo: 60, Status: "COMPLETE")] });
        app.Initiate(account);

        app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(7)).Review!.Code.ShouldBe(ReviewCode.OtherTransferOverdue);
    }

    [Fact]
    public void An_account_is_not_closed_while_the_broker_says_that_money_is_pending()
    {
        var pending = new PendingIn();
        using var app = Behind(pending);
        var account = app.CreateAccount(0m);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Closing);
        pending.Amount = "500.00";
        app.AdvanceBy(TimeSpan.FromHours(3));

        app.State(account).Status.ShouldBe("ACTIVE");
        app.RunUntil(account, ClosurePhase.ManualReview, TimeSpan.FromDays(7)).Review!.Code.ShouldBe(ReviewCode.OtherTransferOverdue);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void The_doubt_about_a_transfer_starts_at_its_last_request_despite_an_earlier_429(int refusals)
    {
        ClosureApp? self = null;
        var tooMany = new TooMany(() => refusals-- > 0, () => self!.Now);
        using var app = self = Behind(tooMany, onDisk: true);
        var account = app.CreateAccount(20_000m);
        app.Simulator.AddFault(
            new Fault
            {
                Kind = FaultKind.Drop,
                Effect = FaultEffect.Late,
                LateSeconds = 240,
                Route = "POST /v1/accounts/{account_id}/transfers",
            });
        app.Initiate(account);
        app.RunUntil(() => app.Simulator.Faults[0].Struck == 1, TimeSpan.FromHours(2));
        app.Restart(down: TimeSpan.FromSeconds(130));
        app.AdvanceBy(TimeSpan.FromHours(2));

        app.State(account).Transfers.Count.ShouldBe(1);
    }

    private static ClosureApp Behind(DelegatingHandler wire, bool onDisk = false) => new(new ClosureAppSettings
    {
        OnDisk = onDisk,
        Simulator = new SimulatorOptions { EnforcesRules = false },
        ConfigureServices = services =>
        {
            var transport = (BrokerTransport)services.Last(
                service => service.ServiceType == typeof(BrokerTransport)).ImplementationInstance!;
            wire.InnerHandler ??= transport.Handler;
            services.AddSingleton(new BrokerTransport(wire));
        },
    });

    /// <summary>Changes what the broker answers to reads of one path.</summary>
    private abstract class Rewriter(string path) : DelegatingHandler
    {
        protected abstract void Rewrite(JsonNode answer);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (request.Method != HttpMethod.Get || !request.RequestUri!.AbsolutePath.EndsWith(path, StringComparison.Ordinal)
                || !answer.IsSuccessStatusCode)
                return answer;
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!;
            Rewrite(body);
            answer.Content = new StringContent(body.ToJsonString());
            return answer;
        }
    }

    /// <summary>The market is always closed, and its next opening is in the past.</summary>
    private sealed class StaleClock() : Rewriter("/v1/clock")
    {
        protected override void Rewrite(JsonNode answer)
        {
            answer["is_open"] = false;
            answer["next_open"] = answer["timestamp"]!.GetValue<DateTimeOffset>().AddSeconds(-1);
        }
    }

    /// <summary>The market is closed, and its next opening is months ahead.</summary>
    private sealed class FarOpening() : Rewriter("/v1/clock")
    {
        public int Times { get; set; } = int.MaxValue;

        protected override void Rewrite(JsonNode answer)
        {
            if (Times-- <= 0)
                return;
            answer["is_open"] = false;
            answer["next_open"] = answer["timestamp"]!.GetValue<DateTimeOffset>().AddDays(60);
        }
    }

    /// <summary>The transfers are dated a year ahead.</summary>
    private sealed class DatedAhead() : Rewriter("/transfers")
    {
        protected override void Rewrite(JsonNode answer)
        {
            foreach (var transfer in answer.AsArray())
                transfer!["created_at"] = transfer["created_at"]!.GetValue<DateTimeOffset>().AddYears(1);
        }
    }

    /// <summary>Money that is still in flight without a transfer in the list: a wire or a journal.</summary>
    private sealed class PendingIn() : Rewriter("/account")
    {
        public string Amount { get; set; } = "0";

        protected override void Rewrite(JsonNode answer) => answer["pending_transfer_in"] = Amount;
    }

    private sealed class TooMany(Func<bool> refuses, Func<DateTimeOffset> now) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method != HttpMethod.Post || !refuses())
                return await base.SendAsync(request, cancellationToken);
            var answer = new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Content = new StringContent("") };
            answer.Headers.TryAddWithoutValidation("X-RateLimit-Reset", now().AddSeconds(120).ToUnixTimeSeconds().ToString());
            return answer;
        }
    }
}
