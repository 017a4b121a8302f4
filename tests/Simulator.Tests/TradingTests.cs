namespace AccountClosure.Simulator.Tests;

public sealed class TradingTests : IAsyncDisposable
{
    private readonly TestBroker broker = new();

    public ValueTask DisposeAsync() => broker.DisposeAsync();

    [Fact]
    public async Task Positions_sold_while_the_market_is_open_become_cash_within_seconds_and_are_withdrawable_the_next_trading_day()
    {
        var account = broker.Account(100m, new NewPosition("AAPL", 10, 172.08m), new NewPosition("MSFT", 2.5m, 400.001m));

        var sold = await broker.SellAllAsync(account);

        sold.Status.ShouldBe(207);
        sold.Items.Select(item => item.GetProperty("status").GetInt32()).ShouldBe([200, 200]);
        broker.Time.Advance(TimeSpan.FromSeconds(20));
        var books = broker.Books(account);
        books.Positions.ShouldBeEmpty();
        books.Cash.ShouldBe(100m + 1720.80m + 1000.0025m);
        books.CashWithdrawable.ShouldBe(100m);
        broker.Time.MoveTo(TestBroker.At("2026-03-03T05:59:59.9999999-05:00"));
        broker.Books(account).CashWithdrawable.ShouldBe(100m);
        broker.Time.MoveTo(TestBroker.At("2026-03-03T06:00:00-05:00"));
        broker.Books(account).CashWithdrawable.ShouldBe(2820.8025m);
    }
}
