using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Embedded.Engine.Time;
using AccountClosure.Simulator;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AccountClosure.Adapters.Tests.Broker;

/// <summary>The client and the simulated broker on one virtual clock. They must understand each other.</summary>
public sealed class SimulatorTests : IAsyncLifetime
{
    private const string Transfers = "POST /v1/accounts/{account_id}/transfers";

    // A Friday, an hour after the open of the market.
    private readonly VirtualTimeProvider clock = new(VirtualTime.Start.AddMinutes(30));
    private readonly BrokerSimulator simulator;
    private readonly BrokerTransport transport;
    private readonly AlpacaBroker broker;

    public SimulatorTests()
    {
        simulator = new BrokerSimulator(
            new SimulatorOptions { Time = clock, Latency = TimeSpan.FromMilliseconds(80), Seed = 11, RateLimitPerMinute = 200 });
        transport = new BrokerTransport(simulator.CreateHandler());
        var settings = new BrokerOptions
        {
            BaseUrl = "http://simulator",
            ApiKey = simulator.Options.ApiKey,
            ApiSecret = simulator.Options.ApiSecret,
        };
        broker = new AlpacaBroker(
            transport, Options.Create(settings), new BrokerRateLimiter(settings, clock), new Jitter(5), clock,
            NullLogger<AlpacaBroker>.Instance);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        broker.Dispose();
        transport.Dispose();
        await simulator.DisposeAsync();
    }

    [Fact]
    public void Every_read_understands_the_answers_of_the_simulator()
    {
        var account = simulator.CreateAccount(new NewAccount
        {
            Cash = 1000.25m,
            UnsettledCash = 100m,
            Positions = [new NewPosition("AAPL", 2.5m, 200m)],
            OpenOrders = [new NewOrder("TSLA", 1m, LimitPrice: 1m)],
            PriorTransfers = [new NewTransfer(250m, HoursAgo: 5), new NewTransfer(70m, "INCOMING", HoursAgo: 200)],
        });

        Run(() => broker.GetAccountAsync(account.AccountId)).ShouldBe(new BrokerAccount(account.AccountId, "ACTIVE"));
        var trading = Run(() => broker.GetTradingAccountAsync(account.AccountId));
        trading.Cash.ShouldBe(new Money(1000.25m));
        // An open buy order reserves a dollar.
        trading.CashWithdrawable.ShouldBeInRange(new Money(899m), new Money(900.25m));
        Run(() => broker.ListPositionsAsync(account.AccountId)).ShouldBe([new Position("AAPL", 2.5m, new Money(500m))]);
        Run(() => broker.ListOpenOrdersAsync(account.AccountId)).ShouldHaveSingleItem().Symbol.ShouldBe("TSLA");
        var relationship = Run(() => broker.ListAchRelationshipsAsync(account.AccountId)).ShouldHaveSingleItem();
        relationship.Id.ShouldBe(account.AchRelationshipId);
        relationship.AccountId.ShouldBe(account.AccountId);
        relationship.Status.ShouldBe("APPROVED");
        var transfers = Run(() => broker.ListTransfersAsync(account.AccountId));
        transfers.Select(transfer => transfer.Direction).ShouldBe([TransferDirection.Outgoing, TransferDirection.Incoming]);
        transfers.ShouldAllBe(transfer => transfer.Status.IsKnown && transfer.AchRelationshipId == account.AchRelationshipId);
        var market = Run(() => broker.GetClockAsync());
        market.IsOpen.ShouldBeTrue();
        (clock.GetUtcNow() - market.Timestamp).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(1));
        market.NextOpen.ShouldBe(new DateTimeOffset(2025, 3, 17, 13, 30, 0, TimeSpan.Zero));
        Run(() => broker.GetCalendarAsync(new DateOnly(2025, 7, 3), new DateOnly(2025, 7, 7))).ShouldBe(
        [
            new TradingDay(new DateOnly(2025, 7, 3), new TimeOnly(13, 0)),
            new TradingDay(new DateOnly(2025, 7, 7), new TimeOnly(16, 0)),
        ]);
    }

    [Fact]
    public void An_account_is_emptied_and_closed_over_the_wire()
    {
        var account = simulator.CreateAccount(new NewAccount
        {
            Cash = 40_000m,
            Positions = [new NewPosition("AAPL", 10m, 200m)],
            OpenOrders = [new NewOrder("TSLA", 1m, LimitPrice: 1m)],
        }).AccountId;

        Run(() => broker.CancelAllOrdersAsync(account)).ShouldHaveSingleItem().Succeeded.ShouldBeTrue();
        Run(() => broker.CloseAllPositionsAsync(account)).ShouldHaveSingleItem().ShouldBe(new ItemResult("AAPL", 200));
        clock.AdvanceTo(clock.GetUtcNow().AddDays(5));
        Run(() => broker.ListPositionsAsync(account)).ShouldBeEmpty();
        var cash = Run(() => broker.GetTradingAccountAsync(account)).CashWithdrawable;
        cash.ShouldBe(new Money(42_000m));
        var relationship = Run(() => broker.ListAchRelationshipsAsync(account))[0].Id;
        var created = Run(() => broker.CreateAchWithdrawalAsync(account, relationship, cash));
        created.Amount.ShouldBe(cash);
        clock.AdvanceTo(clock.GetUtcNow().AddDays(10));
        Run(() => broker.ListTransfersAsync(account)).ShouldHaveSingleItem().Status.Stage.ShouldBe(TransferStage.Completed);
        Run(async () =>
        {
            await broker.CloseAccountAsync(account);
            return true;
        });
        clock.AdvanceTo(clock.GetUtcNow().AddHours(1));
        Run(() => broker.GetAccountAsync(account)).Status.ShouldBe("ACCOUNT_CLOSED");
    }

    [Fact]
    public void One_order_is_cancelled_over_the_wire()
    {
        var account = simulator.CreateAccount(new NewAccount
        {
            Cash = 1000m,
            OpenOrders = [new NewOrder("TSLA", 1m, LimitPrice: 1m), new NewOrder("AAPL", 1m, LimitPrice: 1m)],
        }).AccountId;
        var orders = Run(() => broker.ListOpenOrdersAsync(account));
        orders.ShouldAllBe(order => order.SubmittedAt != null);

        VirtualTime.Run(clock, () => broker.CancelOrderAsync(account, orders[0].Id));
        clock.AdvanceTo(clock.GetUtcNow().AddMinutes(1));

        Run(() => broker.ListOpenOrdersAsync(account)).ShouldHaveSingleItem().Id.ShouldBe(orders[1].Id);
        Should.Throw<BrokerRefusedException>(() => VirtualTime.Run(clock, () => broker.CancelOrderAsync(account, orders[0].Id)))
            .Kind.ShouldBe(BrokerErrorKind.Refused);
        Should.Throw<BrokerRefusedException>(() => VirtualTime.Run(clock, () => broker.CancelOrderAsync(account, "unknown")))
            .Kind.ShouldBe(BrokerErrorKind.NotFound);
    }

    [Theory]
    [InlineData(FaultKind.Timeout, FaultEffect.Before, 0)]
    [InlineData(FaultKind.Timeout, FaultEffect.After, 1)]
    [InlineData(FaultKind.Timeout, FaultEffect.Late, 1)]
    [InlineData(FaultKind.Drop, FaultEffect.Before, 0)]
    [InlineData(FaultKind.Drop, FaultEffect.After, 1)]
    [InlineData(FaultKind.Error, FaultEffect.Before, 0)]
    [InlineData(FaultKind.Error, FaultEffect.After, 1)]
    public void A_transfer_without_a_clear_answer_is_in_doubt_and_exists_at_most_once(FaultKind kind, FaultEffect effect, int exist)
    {
        var account = simulator.CreateAccount(new NewAccount { Cash = 1000m });
        simulator.AddFault(new Fault { Kind = kind, Effect = effect, Route = Transfers, Count = 1 });

        var failure = Should.Throw<BrokerException>(
            () => Run(() => broker.CreateAchWithdrawalAsync(account.AccountId, account.AchRelationshipId, new Money(1000m))));

        failure.Kind.ShouldBe(BrokerErrorKind.InDoubt);
        clock.AdvanceTo(clock.GetUtcNow().AddHours(2));
        Run(() => broker.ListTransfersAsync(account.AccountId)).Count.ShouldBe(exist);
    }

    [Theory]
    [InlineData(FaultKind.Timeout)]
    [InlineData(FaultKind.Drop)]
    [InlineData(FaultKind.Error)]
    public void A_read_survives_occasional_faults(FaultKind kind)
    {
        var account = simulator.CreateAccount(new NewAccount { Cash = 1000m });
        simulator.AddFault(new Fault { Kind = kind, Count = 3 });

        Run(() => broker.GetTradingAccountAsync(account.AccountId)).Cash.ShouldBe(new Money(1000m));
    }

    [Fact]
    public void The_kinds_of_broker_refusals_are_distinguished()
    {
        var account = simulator.CreateAccount(new NewAccount { Cash = 100_000m });

        Kind(() => broker.GetAccountAsync("0d18ae51-3c94-4511-b209-101e1666416b")).ShouldBe(BrokerErrorKind.NotFound);
        Kind(() => broker.CreateAchWithdrawalAsync(account.AccountId, account.AchRelationshipId, new Money(100_000.01m)))
            .ShouldBeOneOf(BrokerErrorKind.Forbidden, BrokerErrorKind.Refused);
        Kind(() => broker.CreateAchWithdrawalAsync(account.AccountId, account.AchRelationshipId, new Money(50_000.01m)))
            .ShouldBe(BrokerErrorKind.Forbidden);
        Kind(() => broker.CreateAchWithdrawalAsync(account.AccountId, "another", new Money(1m))).ShouldBe(BrokerErrorKind.Refused);
        Run(() => broker.ListTransfersAsync(account.AccountId)).ShouldBeEmpty();
    }

    [Fact]
    public void Many_closures_that_wake_together_stay_within_the_brokers_budget()
    {
        var account = simulator.CreateAccount(new NewAccount { Cash = 1m });

        Run(async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => broker.GetTradingAccountAsync(account.AccountId)));
            return true;
        });

        simulator.Requests.Count.ShouldBe(1000);
        simulator.Requests.ShouldAllBe(request => request.Status == 200);
    }

    private BrokerErrorKind Kind<T>(Func<Task<T>> call) => Should.Throw<BrokerException>(() => Run(call)).Kind;

    private T Run<T>(Func<Task<T>> call) => VirtualTime.Run(clock, call);
}
