namespace AccountClosure.Simulator.Tests;

public sealed class ExampleTests
{
    [Theory]
    [InlineData("2026-03-02T10:30:00-05:00")]
    [InlineData("2026-03-06T19:00:00-05:00")]
    [InlineData("2026-11-25T15:30:00-05:00")]
    [InlineData("2026-12-24T12:30:00-05:00")]
    public async Task An_account_of_150000_dollars_is_paid_out_in_three_transfers_and_closed_within_two_weeks(string start)
    {
        await using var broker = new TestBroker(start: TestBroker.At(start));
        var account = broker.Simulator.CreateAccount(new NewAccount
        {
            Cash = 90_000m,
            Positions = [new NewPosition("AAPL", 200, 150m), new NewPosition("MSFT", 75, 400m)],
            OpenOrders = [new NewOrder("TSLA", 10, "buy", 100m)],
        });
        await broker.DeleteAsync($"/v1/trading/accounts/{account.AccountId}/orders");
        await broker.SellAllAsync(account);
        while (broker.State(account) is not { Positions: [], CashWithdrawable: 150_000m })
            broker.Time.Advance(TimeSpan.FromHours(1));

        for (var number = 0; number < 3; number++)
        {
            (await broker.WithdrawAsync(account, "50000")).Status.ShouldBe(200);
            var createdAt = broker.Time.Now;
            while (broker.State(account).PendingTransferOut > 0 || broker.Time.Now < createdAt.AddDays(1))
                broker.Time.Advance(TimeSpan.FromHours(1));
        }
        (await broker.CloseAsync(account)).Status.ShouldBe(204);
        broker.Time.Advance(TimeSpan.FromMinutes(5));

        var atBroker = broker.State(account);
        atBroker.Status.ShouldBe("ACCOUNT_CLOSED");
        atBroker.Transfers.Sum(transfer => transfer.Amount).ShouldBe(150_000m);
        atBroker.Transfers.ShouldAllBe(transfer => transfer.Status == "COMPLETE");
        atBroker.Transfers.ShouldAllBe(transfer => transfer.CompletedAt - transfer.CreatedAt < TimeSpan.FromDays(5));
        (broker.Time.Now - TestBroker.At(start)).ShouldBeInRange(TimeSpan.FromDays(4), TimeSpan.FromDays(14));
    }
}
