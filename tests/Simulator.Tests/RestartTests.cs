namespace AccountClosure.Simulator.Tests;

public sealed class RestartTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("simulator").FullName;
    private readonly TestBroker broker;

    public RestartTests() => broker = new TestBroker(new SimulatorOptions { DataSource = Path.Combine(folder, "broker.db"), Seed = 7 });

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
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
        broker.Simulator.SetPending(account.AccountId, new PendingMoney(In: 3m));
        broker.Simulator.AddPosition(account.AccountId, new NewPosition("GME", 2, 20m));
        broker.Time.Advance(TimeSpan.FromSeconds(2));

        string[] paths = [$"/_sim/accounts/{account.AccountId}", $"/v1/trading/accounts/{account.AccountId}/account"];
        var before = await ReadAsync(paths);
        broker.Restart();

        (await ReadAsync(paths)).ShouldBe(before);
        broker.Time.Advance(TimeSpan.FromDays(3));
        var atBroker = broker.State(account);
        atBroker.Cash.ShouldBe(60_000m + 1720.80m + 10_000m - 45_000m);
        atBroker.CashWithdrawable.ShouldBe(atBroker.Cash);
        atBroker.Transfers.Select(transfer => transfer.Status).ShouldBe(["COMPLETE", "COMPLETE"]);
        atBroker.Orders.Select(order => order.Status).ShouldBe(["canceled", "filled", "filled"]);
    }

    [Fact]
    public async Task Faults_and_their_counts_and_requests_that_are_still_late_outlive_a_restart()
    {
        var account = broker.Account(100m, new NewPosition("AAPL", 1, 50m));
        broker.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Route = "GET /v1/clock", Nth = 2 });
        broker.Simulator.AddFault(new Fault { Kind = FaultKind.StuckSettlement });
        var late = new Fault { Kind = FaultKind.Error, Route = "POST /v1/accounts/{id}/transfers", Effect = FaultEffect.Late };
        broker.Simulator.AddFault(late);
        (await broker.GetAsync("/v1/clock")).Status.ShouldBe(200);
        (await broker.WithdrawAsync(account, "10")).Status.ShouldBe(500);
        await broker.SellAllAsync(account);

        broker.Restart();

        (await broker.GetAsync("/v1/clock")).Status.ShouldBe(500);
        broker.Time.Advance(TimeSpan.FromDays(3));
        broker.State(account).Transfers.ShouldHaveSingleItem().CreatedAt.ShouldBe(TestBroker.MondayMorning.AddSeconds(30));
        broker.State(account).Cash.ShouldBe(140m);
        broker.State(account).CashWithdrawable.ShouldBe(90m);
    }

    [Fact]
    public void An_account_made_after_a_restart_is_another_one()
    {
        var first = broker.Account(1m);
        broker.Restart();

        broker.Account(2m).AccountId.ShouldNotBe(first.AccountId);
        broker.Simulator.AccountIds.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_read_seldom_is_what_is_read_often()
    {
        await using var often = new TestBroker(new SimulatorOptions { Seed = 7 });
        var accounts = new[] { broker, often }.Select(each => each.Simulator.CreateAccount(new NewAccount
        {
            Cash = 1000m,
            Positions = [new NewPosition("AAPL", 30, 7.77m)],
            Bank = new BankOptions(Returns: [new BankReturn(1, AfterCompleteHours: 5)]),
        })).ToList();
        foreach (var each in new[] { broker, often })
        {
            await each.SellAllAsync(accounts[0]);
            await each.WithdrawAsync(accounts[0], "600");
        }
        for (var minute = 0; minute < 5 * 24 * 60; minute += 7)
        {
            often.Time.MoveTo(TestBroker.MondayMorning.AddMinutes(minute));
            often.State(accounts[0]);
        }
        broker.Time.MoveTo(often.Time.Now);

        var seldom = await broker.GetAsync($"/_sim/accounts/{accounts[0].AccountId}");

        seldom.Json.GetRawText().ShouldBe((await often.GetAsync($"/_sim/accounts/{accounts[0].AccountId}")).Json.GetRawText());
        seldom["transfers"][0].GetProperty("status").GetString().ShouldBe("RETURNED");
    }

    private async Task<List<string>> ReadAsync(IEnumerable<string> paths)
    {
        var answers = new List<string>();
        foreach (var path in paths)
            answers.Add((await broker.GetAsync(path)).Json.GetRawText());
        return answers;
    }
}
