namespace AccountClosure.Simulator.Tests;

public sealed class TradingTests : IAsyncLifetime
{
    private TestBroker broker = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => broker.DisposeAsync().AsTask();

    [Fact]
    public async Task Positions_sold_become_cash_within_seconds_and_withdrawable_the_next_trading_day()
    {
        var account = broker.Account(100m, new NewPosition("AAPL", 10, 172.08m), new NewPosition("MSFT", 2.5m, 400.001m));

        var sold = await broker.SellAllAsync(account);

        sold.Status.ShouldBe(207);
        sold.Items.Select(item => item.GetProperty("status").GetInt32()).ShouldBe([200, 200]);
        broker.Time.Advance(TimeSpan.FromSeconds(20));
        var atBroker = broker.State(account);
        atBroker.Positions.ShouldBeEmpty();
        atBroker.Cash.ShouldBe(100m + 1720.80m + 1000.0025m);
        atBroker.CashWithdrawable.ShouldBe(100m);
        broker.Time.MoveTo(TestBroker.At("2026-03-03T05:59:59.9999999-05:00"));
        broker.State(account).CashWithdrawable.ShouldBe(100m);
        broker.Time.MoveTo(TestBroker.At("2026-03-03T06:00:00-05:00"));
        broker.State(account).CashWithdrawable.ShouldBe(2820.8025m);
    }

    [Theory]
    [InlineData("2026-03-06T15:00:00-05:00", "2026-03-09T06:00:00-04:00", "a weekend, and the change to summer time")]
    [InlineData("2026-04-02T15:00:00-04:00", "2026-04-06T06:00:00-04:00", "Good Friday and a weekend")]
    [InlineData("2026-11-25T15:00:00-05:00", "2026-11-27T06:00:00-05:00", "Thanksgiving")]
    public async Task Settlement_waits_for_the_next_trading_day(string traded, string settles, string over)
    {
        await UseBrokerAsync(traded);
        var account = broker.Account(0, new NewPosition("AAPL", 1, 100m));
        await broker.SellAllAsync(account);

        broker.Time.MoveTo(TestBroker.At(settles).AddTicks(-1));
        broker.State(account).CashWithdrawable.ShouldBe(0, over);
        broker.Time.MoveTo(TestBroker.At(settles));
        broker.State(account).CashWithdrawable.ShouldBe(100m, over);
    }

    [Fact]
    public async Task While_the_market_is_closed_orders_wait_for_the_open()
    {
        await UseBrokerAsync("2026-03-06T18:00:00-05:00");
        var account = broker.Account(0, new NewPosition("AAPL", 1, 100m));

        var sold = await broker.SellAllAsync(account);

        sold[0].GetProperty("body").GetProperty("status").GetString().ShouldBe("accepted");
        broker.Time.MoveTo(TestBroker.At("2026-03-09T09:30:00-04:00"));
        broker.State(account).Positions.Count.ShouldBe(1);
        broker.State(account).Orders[0].Status.ShouldBe("new");
        broker.Time.Advance(TimeSpan.FromSeconds(20));
        broker.State(account).Positions.ShouldBeEmpty();
        broker.State(account).Cash.ShouldBe(100m);
    }

    [Fact]
    public async Task Some_orders_fill_in_parts_and_each_part_moves_shares_and_cash_together()
    {
        var seenInParts = 0;
        for (var number = 0; number < 20; number++)
        {
            var account = broker.Account(0, new NewPosition("AAPL", 10.5m, 3.333m));
            await broker.SellAllAsync(account);
            while (broker.State(account) is { Positions: [var position] } atBroker)
            {
                (position.Qty * 3.333m + atBroker.Cash).ShouldBe(10.5m * 3.333m);
                if (atBroker.Orders[0].Status == "partially_filled")
                    seenInParts++;
                broker.Time.Advance(TimeSpan.FromMilliseconds(500));
            }
            broker.State(account).Orders.ShouldHaveSingleItem().Status.ShouldBe("filled");
            broker.State(account).Cash.ShouldBe(10.5m * 3.333m);
        }
        seenInParts.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_day_order_that_the_close_of_the_market_overtakes_expires_and_the_shares_stay()
    {
        await UseBrokerAsync("2026-03-02T15:59:59.5-05:00");
        var account = broker.Account(0, new NewPosition("AAPL", 5, 100m));

        await broker.SellAllAsync(account);
        broker.Time.MoveTo(TestBroker.At("2026-03-02T16:00:00-05:00"));

        var atBroker = broker.State(account);
        atBroker.Orders.ShouldHaveSingleItem().Status.ShouldBe("expired");
        atBroker.Positions.ShouldHaveSingleItem().Qty.ShouldBe(5);
        atBroker.Cash.ShouldBe(0);
    }

    [Fact]
    public async Task Without_cancel_orders_a_position_that_is_being_sold_already_cannot_be_sold_again()
    {
        var account = broker.Account(0, new NewPosition("AAPL", 5, 100m));
        await broker.SellAllAsync(account);

        var again = await broker.DeleteAsync($"/v1/trading/accounts/{account.AccountId}/positions");

        again.Status.ShouldBe(207);
        again[0].GetProperty("status").GetInt32().ShouldBe(403);
        broker.State(account).Orders.Count.ShouldBe(1);
    }

    [Fact]
    public async Task With_cancel_orders_selling_again_and_again_sells_each_share_once()
    {
        var account = broker.Account(0, new NewPosition("AAPL", 100, 10m));
        for (var time = 0; time < 8; time++)
        {
            await broker.SellAllAsync(account);
            broker.Time.Advance(TimeSpan.FromSeconds(2));
        }

        broker.Time.Advance(TimeSpan.FromMinutes(1));

        broker.State(account).Cash.ShouldBe(1000m);
        broker.State(account).Orders.Sum(order => order.FilledQty).ShouldBe(100);
    }

    [Fact]
    public async Task An_open_buy_order_reserves_cash_until_its_cancel_has_taken_effect_a_moment_later()
    {
        var account = broker.Simulator.CreateAccount(new NewAccount { Cash = 1000m, OpenOrders = [new NewOrder("TSLA", 3, "buy", 100m)] });
        broker.State(account).CashWithdrawable.ShouldBe(700m);

        var cancelled = await broker.DeleteAsync($"/v1/trading/accounts/{account.AccountId}/orders");

        cancelled.Status.ShouldBe(207);
        cancelled[0].GetProperty("status").GetInt32().ShouldBe(200);
        broker.State(account).Orders[0].Status.ShouldBe("pending_cancel");
        broker.State(account).CashWithdrawable.ShouldBe(700m);
        broker.Time.Advance(TimeSpan.FromSeconds(2));
        broker.State(account).Orders[0].Status.ShouldBe("canceled");
        broker.State(account).CashWithdrawable.ShouldBe(1000m);
    }

    [Fact]
    public async Task An_order_can_still_fill_after_its_cancel_was_accepted_and_before_it_takes_effect()
    {
        var outcomes = new HashSet<string>();
        for (var number = 0; number < 20; number++)
        {
            var account = broker.Simulator.CreateAccount(new NewAccount
            {
                Positions = [new NewPosition("AAPL", 1, 100m)],
                OpenOrders = [new NewOrder("AAPL", 1, "sell", 105m, FillsAfterSeconds: 0)],
            });
            broker.Time.Advance(TimeSpan.FromMilliseconds(900));
            await broker.DeleteAsync($"/v1/trading/accounts/{account.AccountId}/orders");
            broker.Time.Advance(TimeSpan.FromSeconds(10));

            var atBroker = broker.State(account);
            atBroker.Cash.ShouldBe(atBroker.Orders[0].Status == "filled" ? 105m : 0m);
            outcomes.Add(atBroker.Orders[0].Status);
        }
        outcomes.ShouldBe(["filled", "canceled"], ignoreOrder: true);
    }

    [Fact]
    public async Task Orders_are_listed_by_status_newest_first_and_by_page()
    {
        var account = broker.Simulator.CreateAccount(new NewAccount
        {
            Cash = 10_000m,
            Positions = [new NewPosition("AAPL", 1, 100m)],
            OpenOrders = [.. Enumerable.Range(1, 60).Select(number => new NewOrder("TSLA", number, "buy", 1m))],
        });
        var path = $"/v1/trading/accounts/{account.AccountId}/orders";

        var open = await broker.GetAsync(path);
        var oldest = await broker.GetAsync(path + "?status=open&direction=asc&limit=2");
        broker.Simulator.AddOrder(account.AccountId, new NewOrder("AAPL", 1, "sell"));
        broker.Time.Advance(TimeSpan.FromMinutes(1));
        var closed = await broker.GetAsync(path + "?status=closed");
        var apple = await broker.GetAsync(path + "?status=all&symbols=AAPL,MSFT&limit=500");

        open.Items.Count().ShouldBe(50);
        open[0].GetProperty("qty").GetString().ShouldBe("60");
        oldest.Items.Select(order => order.GetProperty("qty").GetString()).ShouldBe(["1", "2"]);
        closed.Items.Select(order => order.GetProperty("status").GetString()).ShouldBe(["filled"]);
        apple.Items.Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("status=unknown")]
    [InlineData("limit=0")]
    [InlineData("limit=501")]
    [InlineData("limit=many")]
    [InlineData("direction=up")]
    [InlineData("after=yesterday")]
    public async Task A_query_for_orders_that_cannot_be_read_is_refused(string query)
    {
        var account = broker.Account();

        var answer = await broker.GetAsync($"/v1/trading/accounts/{account.AccountId}/orders?{query}");

        answer.Status.ShouldBe(400);
        answer["code"].GetInt32().ShouldBe(40010001);
    }

    [Fact]
    public async Task Nothing_to_cancel_and_nothing_to_sell_are_empty_207s()
    {
        var account = broker.Account(1m);

        var cancelled = await broker.DeleteAsync($"/v1/trading/accounts/{account.AccountId}/orders");
        var sold = await broker.SellAllAsync(account);

        (cancelled.Status, cancelled.Items.Count()).ShouldBe((207, 0));
        (sold.Status, sold.Items.Count()).ShouldBe((207, 0));
    }

    [Fact]
    public async Task A_filled_order_cannot_be_cancelled_and_an_unknown_one_is_not_found()
    {
        var account = broker.Account(0, new NewPosition("AAPL", 5, 100m));
        var id = (await broker.SellAllAsync(account))[0].GetProperty("body").GetProperty("id").GetString();
        broker.Time.Advance(TimeSpan.FromMinutes(1));

        (await broker.DeleteAsync($"/v1/trading/accounts/{account.AccountId}/orders/{id}")).Status.ShouldBe(422);
        (await broker.DeleteAsync($"/v1/trading/accounts/{account.AccountId}/orders/{account.AccountId}")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_block_on_trading_refuses_the_sale_with_403()
    {
        var account = broker.Account(0, new NewPosition("AAPL", 5, 100m));
        broker.Simulator.SetBlocks(account.AccountId, new Blocks(Trading: true));

        (await broker.SellAllAsync(account)).Status.ShouldBe(403);
        broker.State(account).Orders.ShouldBeEmpty();
    }

    private async Task UseBrokerAsync(string start)
    {
        await broker.DisposeAsync();
        broker = new TestBroker(start: TestBroker.At(start));
    }
}
