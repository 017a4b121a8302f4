namespace AccountClosure.Simulator.Tests;

public sealed class LagTests : IAsyncLifetime
{
    private static readonly TimeSpan Lag = TimeSpan.FromMinutes(10);

    private TestBroker broker = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => broker.DisposeAsync().AsTask();

    [Fact]
    public async Task A_transfer_list_that_lags_shows_a_new_transfer_only_after_the_lag()
    {
        await UseBrokerAsync(new SimulatorOptions { ListLag = Lag });
        var account = broker.Account(100m);
        broker.Time.Advance(TimeSpan.FromHours(1));
        await broker.WithdrawAsync(account, "60");

        (await TransfersAsync(account)).ShouldBeEmpty();
        broker.Time.Advance(Lag - TimeSpan.FromTicks(1));
        (await TransfersAsync(account)).ShouldBeEmpty();
        broker.Time.Advance(TimeSpan.FromTicks(1));
        (await TransfersAsync(account)).ShouldBe(["QUEUED"]);
    }

    [Fact]
    public async Task A_transfer_list_that_lags_shows_the_status_of_then()
    {
        await UseBrokerAsync(new SimulatorOptions { ListLag = Lag, TransferDuration = TimeSpan.FromHours(10) });
        var account = broker.Account(100m);
        var id = (await broker.WithdrawAsync(account, "60")).Text("id");
        broker.Time.Advance(TimeSpan.FromHours(1));
        await broker.DeleteAsync($"/v1/accounts/{account.AccountId}/transfers/{id}");
        broker.Time.Advance(TimeSpan.FromMinutes(9));

        (await TransfersAsync(account)).ShouldBe(["PENDING"]);
        broker.State(account).Transfers[0].Status.ShouldBe("CANCELED");
        broker.Time.Advance(TimeSpan.FromMinutes(1));
        (await TransfersAsync(account)).ShouldBe(["CANCELED"]);
    }

    [Fact]
    public async Task Balances_that_lag_are_those_of_then_while_the_rules_use_the_present()
    {
        await UseBrokerAsync(new SimulatorOptions { BalanceLag = Lag });
        var account = broker.Account(100m);
        broker.Time.Advance(TimeSpan.FromHours(1));
        await broker.WithdrawAsync(account, "60");
        broker.Simulator.SetBlocks(account.AccountId, new Blocks(Trading: true));

        var before = await TradingAsync(account);
        var refused = await broker.WithdrawAsync(account, "60");
        broker.Time.Advance(Lag);
        var after = await TradingAsync(account);

        before.Text("cash").ShouldBe("100");
        before.Text("cash_withdrawable").ShouldBe("100");
        before.Text("pending_transfer_out").ShouldBe("0");
        before["trading_blocked"].GetBoolean().ShouldBeTrue();
        refused.Status.ShouldBe(403);
        refused.Text("cash_withdrawable").ShouldBe("40");
        broker.State(account).Cash.ShouldBe(40m);
        after.Text("cash").ShouldBe("40");
        after.Text("pending_transfer_out").ShouldBe("60");
    }

    [Fact]
    public async Task Positions_and_orders_that_lag_are_those_of_then()
    {
        await UseBrokerAsync(new SimulatorOptions { HoldingsLag = Lag });
        var account = broker.Account(0, new NewPosition("AAPL", 10, 100m));
        broker.Time.Advance(TimeSpan.FromHours(1));
        await broker.SellAllAsync(account);
        broker.Time.Advance(TimeSpan.FromMinutes(9));
        broker.Simulator.AddPosition(account.AccountId, new NewPosition("AAPL", 2, 100m));
        broker.Simulator.AddPosition(account.AccountId, new NewPosition("MSFT", 3, 100m));

        (await PositionsAsync(account)).ShouldBe(["AAPL 10"]);
        (await OrdersAsync(account)).ShouldBeEmpty();
        broker.State(account).Positions.Select(position => $"{position.Symbol} {position.Qty}").ShouldBe(["AAPL 2", "MSFT 3"]);
        broker.Time.Advance(TimeSpan.FromMinutes(1));
        (await OrdersAsync(account)).ShouldBe(["new"]);
        broker.Time.Advance(TimeSpan.FromMinutes(1));
        (await PositionsAsync(account)).ShouldBeEmpty();
        (await OrdersAsync(account)).ShouldBe(["filled"]);
        broker.Time.Advance(TimeSpan.FromMinutes(8));
        (await PositionsAsync(account)).ShouldBe(["AAPL 2", "MSFT 3"]);
    }

    [Fact]
    public async Task A_new_account_is_shown_as_at_its_creation()
    {
        await UseBrokerAsync(new SimulatorOptions { ListLag = Lag, BalanceLag = Lag, HoldingsLag = TimeSpan.MaxValue });
        var account = broker.Simulator.CreateAccount(new NewAccount
        {
            Cash = 100m,
            Positions = [new NewPosition("AAPL", 1, 100m)],
            OpenOrders = [new NewOrder("TSLA", 1, "buy", 1m)],
            PriorTransfers = [new NewTransfer(5m, HoursAgo: 5, Status: "COMPLETE")],
        });
        broker.Time.Advance(TimeSpan.FromMinutes(1));
        broker.Simulator.AddCash(account.AccountId, new CashChange(7m));

        (await TradingAsync(account)).Text("cash").ShouldBe("100");
        (await TransfersAsync(account)).ShouldBe(["COMPLETE"]);
        (await PositionsAsync(account)).ShouldBe(["AAPL 1"]);
        (await OrdersAsync(account)).ShouldBe(["new"]);
        broker.State(account).Cash.ShouldBe(107m);
    }

    [Fact]
    public async Task The_status_of_an_account_and_a_close_never_lag()
    {
        await UseBrokerAsync(new SimulatorOptions { ListLag = Lag, BalanceLag = Lag, HoldingsLag = Lag, CloseDelay = TimeSpan.Zero });
        var account = broker.Account();
        broker.Time.Advance(TimeSpan.FromHours(1));

        (await broker.CloseAsync(account)).Status.ShouldBe(204);

        (await broker.GetAsync($"/v1/accounts/{account.AccountId}")).Text("status").ShouldBe("ACCOUNT_CLOSED");
        (await TradingAsync(account)).Text("status").ShouldBe("ACCOUNT_CLOSED");
    }

    private async Task UseBrokerAsync(SimulatorOptions options)
    {
        await broker.DisposeAsync();
        broker = new TestBroker(options);
    }

    private Task<Answer> TradingAsync(CreatedAccount account) => broker.GetAsync($"/v1/trading/accounts/{account.AccountId}/account");

    private async Task<IEnumerable<string?>> TransfersAsync(CreatedAccount account) =>
        (await broker.GetAsync($"/v1/accounts/{account.AccountId}/transfers")).Items
            .Select(transfer => transfer.GetProperty("status").GetString());

    private async Task<IEnumerable<string?>> OrdersAsync(CreatedAccount account) =>
        (await broker.GetAsync($"/v1/trading/accounts/{account.AccountId}/orders?status=all")).Items
            .Select(order => order.GetProperty("status").GetString());

    private async Task<IEnumerable<string>> PositionsAsync(CreatedAccount account) =>
        (await broker.GetAsync($"/v1/trading/accounts/{account.AccountId}/positions")).Items
            .Select(position => $"{position.GetProperty("symbol").GetString()} {position.GetProperty("qty").GetString()}");
}
