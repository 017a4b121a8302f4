using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>
/// The broker's list of transfers decides whether a transfer in doubt exists. The app reads it whole and trusts it over any answer.
/// </summary>
public sealed class TransferListTests
{
    private const string Post = "POST /v1/accounts/{account_id}/transfers";
    private const string Transfers = "GET /v1/accounts/{account_id}/transfers";

    // Newest first. The answer about the first transfer is lost, and a small transfer is made between two pages of the search for it.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_transfer_in_doubt_is_not_sent_again_when_its_page_shifts_while_it_is_read(int pageLength)
    {
        using var wire = new ListedTransfers();
        using var app = Behind(wire, new SimulatorOptions { EnforcesRules = false, TransfersPerPage = pageLength });
        var account = app.CreateAccount(new NewAccount { Cash = 30_000m, Bank = new BankOptions(TransferHours: 18) });
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Drop, Effect = FaultEffect.After, Route = Post });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 1, TimeSpan.FromDays(1));
        app.AdvanceBy(TimeSpan.FromSeconds(30));
        // The cash covers the amount of the transfer in doubt once more.
        app.Simulator.AddCash(account.AccountId, new CashChange(30_010m));
        Send(pageLength);
        wire.AfterFirstPage = () => Send(pageLength);
        app.AdvanceBy(TimeSpan.FromHours(20));

        app.ShouldNeverBeOverTheLimit(account);
        app.LedgerOf(account)[0].State.ShouldBe(LedgerState.Bound, app.Story(account));

        void Send(int count)
        {
            for (int sent = 1; sent <= count; sent++)
                app.Simulator.AddTransfer(account.AccountId, new NewTransfer(sent));
        }
    }

    [Fact]
    public void A_transfer_in_doubt_is_found_although_a_new_transfer_shifts_the_pages()
    {
        using var wire = new ListedTransfers();
        using var app = Behind(wire, new SimulatorOptions { EnforcesRules = false, TransfersPerPage = 1 });
        var account = app.CreateAccount(new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 18) });
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Drop, Effect = FaultEffect.After, Route = Post });
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 1, TimeSpan.FromDays(1));
        app.AdvanceBy(TimeSpan.FromSeconds(30));
        // The customer withdraws a dividend in two parts.
        app.Simulator.AddCash(account.AccountId, new CashChange(5m));
        app.Simulator.AddTransfer(account.AccountId, new NewTransfer(2m));
        wire.AfterFirstPage = () => app.Simulator.AddTransfer(account.AccountId, new NewTransfer(3m));
        app.AdvanceBy(TimeSpan.FromDays(20));

        app.LedgerOf(account).Where(entry => entry.State == LedgerState.Bound).Sum(entry => entry.Intent.Amount.Dollars)
            .ShouldBe(20_000m, app.Story(account));
    }

    // The second read counts the age of the list from its end, and the last, empty page is the slow one.
    [Fact]
    public void A_transfer_sent_while_the_last_page_is_slow_counts_towards_the_limit()
    {
        using var app = new ClosureApp(new ClosureAppSettings { Simulator = new SimulatorOptions { EnforcesRules = false } });
        var account = app.CreateAccount(
            new NewAccount { Cash = 100_000m, PriorTransfers = [new NewTransfer(10m, HoursAgo: 60, Status: "COMPLETE")] });
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Withdrawing);
        app.Simulator.AddFault(new Fault
        {
            Kind = FaultKind.Timeout,
            Effect = FaultEffect.Before,
            Nth = 2,
            Count = 2,
            Route = "GET /v1/trading/accounts/{account_id}/account",
        });
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Timeout, Effect = FaultEffect.Before, Nth = 6, Count = 4, Route = Transfers });
        app.RunUntil(() => app.LedgerOf(account).Count == 1);
        app.AdvanceBy(TimeSpan.FromSeconds(125));
        app.Requests("POST", "/v1/accounts/{account_id}/transfers").ShouldBe(0);
        app.Simulator.AddTransfer(account.AccountId, new NewTransfer(40_000m));
        app.AdvanceBy(TimeSpan.FromSeconds(45));
        app.Requests("POST", "/v1/accounts/{account_id}/transfers").ShouldBe(0);
        app.AdvanceBy(TimeSpan.FromHours(2));

        app.State(account).Transfers.Where(transfer => transfer.Amount > 10m).Sum(transfer => transfer.Amount)
            .ShouldBeLessThanOrEqualTo(50_000m, app.Story(account));
    }

    // The API's description of a transfer does not require relationship_id.
    [Theory]
    [InlineData(20_000)]
    [InlineData(100_000)]
    public void A_transfer_in_doubt_that_is_listed_without_a_bank_needs_manual_review(int cash)
    {
        using var wire = new ListedTransfers { Change = transfer => transfer.Remove("relationship_id") };
        using var app = Behind(wire, new SimulatorOptions { EnforcesRules = false });
        var account = app.CreateAccount(new NewAccount { Cash = cash, Bank = new BankOptions(TransferHours: 18) });
        app.Simulator.AddFault(new Fault { Kind = FaultKind.Drop, Effect = FaultEffect.After, Route = Post });
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.ManualReview);
        app.Progress(account).Review!.Code.ShouldBe(ReviewCode.AmbiguousTransfer);
        app.Progress(account).LastError.ShouldNotBeNull().ShouldContain("does not say to which bank it goes");
        app.State(account).Transfers.Count.ShouldBe(1, app.Story(account));

        app.Resolve(account, ReviewChoice.Skip).StatusCode.ShouldBe(202);
        app.RunToEnd(account).IsClosed.ShouldBeTrue();

        app.State(account).Transfers.Sum(transfer => transfer.Amount).ShouldBe(cash, app.Story(account));
        app.ShouldNeverBeOverTheLimit(account);
    }

    // A proxy replaces the broker's answer with its own status after the broker has carried out the request.
    [Theory]
    [InlineData(201)]
    [InlineData(204)]
    [InlineData(302)]
    [InlineData(409)]
    [InlineData(425)]
    [InlineData(499)]
    public void A_transfer_is_found_when_its_answer_was_replaced_on_the_way(int status)
    {
        using var wire = new Proxy(status);
        using var app = Behind(wire, new SimulatorOptions());
        var account = app.CreateAccount(new NewAccount { Cash = 20_000m, Bank = new BankOptions(TransferHours: 18) });
        app.Initiate(account);
        app.RunToEnd(account);

        app.ShouldBeClosedWithAllPaidOut(account, 20_000m);
        app.LedgerOf(account).ShouldHaveSingleItem().State.ShouldBe(LedgerState.Bound);
    }

    private static ClosureApp Behind(DelegatingHandler wire, SimulatorOptions simulator) => new(new ClosureAppSettings
    {
        Simulator = simulator,
        ConfigureServices = services =>
        {
            var transport = (BrokerTransport)services.Last(
                service => service.ServiceType == typeof(BrokerTransport)).ImplementationInstance!;
            wire.InnerHandler = transport.Handler;
            services.AddSingleton(new BrokerTransport(wire));
        },
    });

    /// <summary>Intercepts the broker's lists of transfers.</summary>
    private sealed class ListedTransfers : DelegatingHandler
    {
        /// <summary>Runs once, right after the answer with the first page.</summary>
        public Action? AfterFirstPage { get; set; }

        /// <summary>Changes each listed transfer.</summary>
        public Action<JsonObject>? Change { get; init; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (request.Method != HttpMethod.Get || !request.RequestUri!.AbsolutePath.EndsWith("/transfers", StringComparison.Ordinal)
                || !answer.IsSuccessStatusCode)
                return answer;
            var page = (await answer.Content.ReadFromJsonAsync<JsonArray>(cancellationToken))!;
            foreach (var transfer in page)
                Change?.Invoke(transfer!.AsObject());
            answer.Content = JsonContent.Create(page);
            if (AfterFirstPage is { } happens && request.RequestUri.Query.EndsWith("offset=0", StringComparison.Ordinal))
            {
                AfterFirstPage = null;
                happens();
            }
            return answer;
        }
    }

    /// <summary>Answers the first transfer itself, with an empty body.</summary>
    private sealed class Proxy(int status) : DelegatingHandler
    {
        private bool _hasAnswered;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (_hasAnswered || request.Method != HttpMethod.Post
                || !request.RequestUri!.AbsolutePath.EndsWith("/transfers", StringComparison.Ordinal))
                return answer;
            _hasAnswered = true;
            return new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(""), RequestMessage = request };
        }
    }
}
