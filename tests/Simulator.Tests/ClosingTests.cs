namespace AccountClosure.Simulator.Tests;

public sealed class ClosingTests : IAsyncLifetime
{
    private readonly TestBroker broker = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => broker.DisposeAsync().AsTask();

    [Theory]
    [InlineData("0")]
    [InlineData("1.00")]
    [InlineData("-1.00")]
    [InlineData("-0.004")]
    public async Task An_empty_account_is_closed_some_minutes_after_it_was_asked_for(string cash)
    {
        var account = broker.Account(decimal.Parse(cash));

        (await broker.CloseAsync(account)).Status.ShouldBe(204);

        (await StatusAsync(account)).ShouldBe("ACTIVE");
        broker.Time.Advance(TimeSpan.FromMinutes(5).Subtract(TimeSpan.FromTicks(1)));
        (await StatusAsync(account)).ShouldBe("ACTIVE");
        broker.Time.Advance(TimeSpan.FromTicks(1));
        (await StatusAsync(account)).ShouldBe("ACCOUNT_CLOSED");
        broker.State(account).Status.ShouldBe("ACCOUNT_CLOSED");
    }

    [Fact]
    public async Task The_older_way_of_closing_does_the_same()
    {
        var account = broker.Account();

        (await broker.DeleteAsync($"/v1/accounts/{account.AccountId}")).Status.ShouldBe(204);

        broker.Time.Advance(TimeSpan.FromMinutes(5));
        (await StatusAsync(account)).ShouldBe("ACCOUNT_CLOSED");
    }

    [Fact]
    public async Task An_account_with_more_than_a_dollar_of_cash_or_of_debt_is_not_closed()
    {
        (await broker.CloseAsync(broker.Account(1.0001m))).Status.ShouldBe(422);
        (await broker.CloseAsync(broker.Account(-1.01m))).Status.ShouldBe(422);
    }

    [Fact]
    public async Task An_account_with_a_position_an_open_order_or_a_pending_transfer_is_not_closed()
    {
        var holding = broker.Account(0, new NewPosition("AAPL", 0.001m, 1m));
        var ordering = broker.Simulator.CreateAccount(new NewAccount { OpenOrders = [new NewOrder("TSLA", 1, "buy", 1m)] });
        var paying = broker.Account(500m);
        await broker.WithdrawAsync(paying, "500");
        var receiving = broker.Simulator.CreateAccount(new NewAccount { PriorTransfers = [new NewTransfer(5m, "INCOMING")] });

        foreach (var account in (CreatedAccount[])[holding, ordering, paying, receiving])
        {
            var refused = await broker.CloseAsync(account);
            refused.Status.ShouldBe(422);
            refused.Text("message").ShouldStartWith("account cannot be closed");
        }
        broker.Time.Advance(TimeSpan.FromDays(4));
        (await broker.CloseAsync(paying)).Status.ShouldBe(204);
    }

    [Fact]
    public async Task A_closing_account_accepts_the_request_again_and_a_closed_one_refuses_it()
    {
        var account = broker.Account();
        await broker.CloseAsync(account);
        broker.Time.Advance(TimeSpan.FromMinutes(4));

        (await broker.CloseAsync(account)).Status.ShouldBe(204);
        broker.Time.Advance(TimeSpan.FromMinutes(1));
        (await StatusAsync(account)).ShouldBe("ACCOUNT_CLOSED");
        (await broker.CloseAsync(account)).Status.ShouldBe(422);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public async Task A_closing_or_closed_account_refuses_every_further_effect_but_can_be_read(int minutes)
    {
        var account = broker.Account(1m);
        await broker.CloseAsync(account);
        broker.Time.Advance(TimeSpan.FromMinutes(minutes));

        (await broker.WithdrawAsync(account, "1")).Status.ShouldBe(403);
        (await broker.SellAllAsync(account)).Status.ShouldBe(403);
        (await broker.DeleteAsync($"/v1/trading/accounts/{account.AccountId}/orders")).Status.ShouldBe(403);
        (await broker.GetAsync($"/v1/trading/accounts/{account.AccountId}/account")).Status.ShouldBe(200);
        (await broker.GetAsync($"/v1/accounts/{account.AccountId}/transfers")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("ACCOUNT_CLOSED")]
    [InlineData("DISABLED")]
    public async Task An_account_that_the_back_office_ends_refuses_every_effect_and_reads_say_so(string status)
    {
        var account = broker.Simulator.CreateAccount(new NewAccount
        {
            Cash = 100m,
            Positions = [new NewPosition("AAPL", 1, 100m)],
            OpenOrders = [new NewOrder("TSLA", 1, "buy", 1m)],
        });
        var transfer = (await broker.WithdrawAsync(account, "10")).Text("id");
        var order = broker.State(account).Orders[0].Id;

        (await broker.PostAsync($"/_sim/accounts/{account.AccountId}/status", $$"""{"status": "{{status}}"}""")).Status.ShouldBe(200);

        (await broker.WithdrawAsync(account, "10")).Status.ShouldBe(403);
        (await broker.DeleteAsync($"/v1/accounts/{account.AccountId}/transfers/{transfer}")).Status.ShouldBe(403);
        (await broker.SellAllAsync(account)).Status.ShouldBe(403);
        (await broker.DeleteAsync($"/v1/trading/accounts/{account.AccountId}/orders")).Status.ShouldBe(403);
        (await broker.DeleteAsync($"/v1/trading/accounts/{account.AccountId}/orders/{order}")).Status.ShouldBe(403);
        (await broker.CloseAsync(account)).Status.ShouldBe(422);
        (await broker.GetAsync($"/v1/trading/accounts/{account.AccountId}/account")).Text("status").ShouldBe(status);
        (await StatusAsync(account)).ShouldBe(status);
        (await broker.GetAsync($"/v1/trading/accounts/{account.AccountId}/positions")).Items.ShouldHaveSingleItem();
        (await broker.GetAsync($"/v1/trading/accounts/{account.AccountId}/orders?status=all")).Items.ShouldHaveSingleItem();
        broker.State(account).Transfers.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("DISABLED")]
    [InlineData("ACTION_REQUIRED")]
    public async Task An_account_that_is_not_active_is_not_closed(string status)
    {
        var account = broker.Simulator.CreateAccount(new NewAccount { Status = status });

        (await broker.CloseAsync(account)).Status.ShouldBe(422);
    }

    [Fact]
    public async Task A_blocked_account_is_not_closed()
    {
        var account = broker.Simulator.CreateAccount(new NewAccount { Blocks = new Blocks(Account: true) });

        (await broker.CloseAsync(account)).Status.ShouldBe(403);
    }

    private async Task<string> StatusAsync(CreatedAccount account) =>
        (await broker.GetAsync($"/v1/accounts/{account.AccountId}")).Text("status");
}
