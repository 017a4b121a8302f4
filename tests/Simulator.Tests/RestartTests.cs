namespace AccountClosure.Simulator.Tests;

public sealed class RestartTests : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("simulator").FullName;
    private readonly TestBroker broker;

    public RestartTests() => broker = new TestBroker(new SimulatorOptions { DataSource = Path.Combine(folder, "broker.db"), Seed = 7 });

    public async ValueTask DisposeAsync()
    {
        await broker.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_restart_in_the_middle_of_everything_changes_nothing()
    {
        var account = broker.Simulator.CreateAccount(new NewAccount
        {
            Cash = 60_000m,
            Positions = [new NewPosition("AAPL", 10, 172.08m), new NewPosition("MSFT", 25, 400m)],
            OpenOrders = [new NewOrder("TSLA", 3, "buy", 100m)],
            PriorTransfers = [new NewTransfer(1000m, HoursAgo: 5)],
        });
        await broker.DeleteAsync($"/v1/trading/accounts/{account.AccountId}/orders");
        await broker.SellAllAsync(account);
        await broker.WithdrawAsync(account, "45000.00");
        broker.Time.Advance(TimeSpan.FromSeconds(2));

        var before = await broker.GetAsync($"/_sim/accounts/{account.AccountId}");
        await broker.RestartAsync();
        var after = await broker.GetAsync($"/_sim/accounts/{account.AccountId}");

        after.Json.GetRawText().ShouldBe(before.Json.GetRawText());
        broker.Time.Advance(TimeSpan.FromDays(3));
        var books = broker.Books(account);
        books.Cash.ShouldBe(60_000m + 1720.80m + 10_000m - 45_000m);
        books.CashWithdrawable.ShouldBe(books.Cash);
        books.Transfers.Select(transfer => transfer.Status).ShouldBe(["COMPLETE", "COMPLETE"]);
        books.Orders.Select(order => order.Status).ShouldBe(["canceled", "filled", "filled"]);
    }
}
