namespace AccountClosure.Simulator.Tests;

public sealed class FaultTests : IAsyncLifetime
{
    private const string CreateTransfer = "POST /v1/accounts/{account_id}/transfers";

    private readonly TestBroker broker = new(new SimulatorOptions { TransferDuration = TimeSpan.FromHours(10) });

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => broker.DisposeAsync().AsTask();

    [Fact]
    public async Task An_error_before_the_effect_leaves_nothing_done()
    {
        var account = broker.Account(100m);
        broker.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Route = CreateTransfer, Status = 503 });

        (await broker.WithdrawAsync(account, "10")).Status.ShouldBe(503);

        broker.State(account).Transfers.ShouldBeEmpty();
        (await broker.WithdrawAsync(account, "10")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_error_after_the_effect_leaves_it_done()
    {
        var account = broker.Account(100m);
        broker.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Route = CreateTransfer, Effect = FaultEffect.After });

        (await broker.WithdrawAsync(account, "10")).Status.ShouldBe(500);

        broker.State(account).Transfers.ShouldHaveSingleItem().Amount.ShouldBe(10m);
        broker.Simulator.Requests.ShouldHaveSingleItem().ShouldBe(
            new ServedRequest("POST", "/v1/accounts/{account_id}/transfers", account.AccountId, 200, broker.Time.Now, FaultKind.Error));
    }

    [Fact]
    public async Task A_late_effect_happens_at_its_time_although_the_answer_was_an_error()
    {
        var account = broker.Account(100m);
        var fault = new Fault { Kind = FaultKind.Error, Route = CreateTransfer, Effect = FaultEffect.Late, LateSeconds = 90 };
        broker.Simulator.AddFault(fault);

        (await broker.WithdrawAsync(account, "10")).Status.ShouldBe(500);

        broker.State(account).Transfers.ShouldBeEmpty();
        broker.Time.Advance(TimeSpan.FromSeconds(89));
        broker.State(account).Transfers.ShouldBeEmpty();
        broker.Time.Advance(TimeSpan.FromDays(2));
        broker.State(account).Transfers.ShouldHaveSingleItem().CreatedAt.ShouldBe(TestBroker.MondayMorning.AddSeconds(90));
    }

    [Theory]
    [InlineData(FaultEffect.Before, 0)]
    [InlineData(FaultEffect.After, 1)]
    public async Task A_dropped_connection_is_an_exception_before_or_after_the_effect(FaultEffect effect, int transfers)
    {
        var account = broker.Account(100m);
        broker.Simulator.AddFault(new Fault { Kind = FaultKind.Drop, Route = CreateTransfer, Effect = effect });

        await Should.ThrowAsync<HttpRequestException>(() => broker.WithdrawAsync(account, "10"));

        broker.State(account).Transfers.Count.ShouldBe(transfers);
    }

    [Fact]
    public async Task A_time_out_holds_the_request_until_the_client_gives_up()
    {
        var account = broker.Account(100m);
        broker.Simulator.AddFault(new Fault { Kind = FaultKind.Timeout, Route = CreateTransfer, Effect = FaultEffect.After });
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), broker.Time);

        var sending = broker.SendAsync(
            HttpMethod.Post, $"/v1/accounts/{account.AccountId}/transfers", TestBroker.TransferBody(account, "10"), patience.Token);
        broker.Time.Advance(TimeSpan.FromSeconds(29));
        sending.IsCompleted.ShouldBeFalse();
        broker.Time.Advance(TimeSpan.FromSeconds(1));

        await Should.ThrowAsync<OperationCanceledException>(() => sending);
        broker.State(account).Transfers.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_time_out_ends_as_a_dropped_connection_for_a_client_that_never_gives_up()
    {
        broker.Simulator.AddFault(new Fault { Kind = FaultKind.Timeout });

        var sending = broker.GetAsync("/v1/clock");
        broker.Time.Advance(TimeSpan.FromHours(1));

        await Should.ThrowAsync<HttpRequestException>(() => sending);
    }

    [Theory]
    [InlineData(FaultEffect.Before, 0)]
    [InlineData(FaultEffect.After, 1)]
    public async Task A_delay_holds_the_effect_or_only_the_answer(FaultEffect effect, int transfersMeanwhile)
    {
        var account = broker.Account(100m);
        broker.Simulator.AddFault(new Fault { Kind = FaultKind.Delay, Route = CreateTransfer, Effect = effect, DelaySeconds = 20 });

        var sending = broker.WithdrawAsync(account, "10");

        broker.State(account).Transfers.Count.ShouldBe(transfersMeanwhile);
        sending.IsCompleted.ShouldBeFalse();
        broker.Time.Advance(TimeSpan.FromSeconds(20));
        (await sending).Status.ShouldBe(200);
        broker.State(account).Transfers.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_fault_strikes_from_its_nth_matching_request_on_as_often_as_it_says()
    {
        broker.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Route = "GET /v1/clock", Nth = 3, Count = 2 });

        var statuses = new List<int>();
        for (var time = 0; time < 6; time++)
        {
            statuses.Add((await broker.GetAsync("/v1/clock")).Status);
            (await broker.GetAsync("/v1/calendar?start=2026-03-02&end=2026-03-02")).Status.ShouldBe(200);
        }

        statuses.ShouldBe([200, 200, 500, 500, 200, 200]);
        broker.Simulator.Faults.ShouldHaveSingleItem().Struck.ShouldBe(2);
    }

    [Fact]
    public async Task A_fault_with_a_probability_strikes_about_that_often_and_repeatably_for_a_seed()
    {
        async Task<List<int>> StatusesAsync(int seed)
        {
            await using var other = new TestBroker(new SimulatorOptions { Seed = seed });
            other.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Probability = 0.3 });
            var statuses = new List<int>();
            for (var time = 0; time < 300; time++)
                statuses.Add((await other.GetAsync("/v1/clock")).Status);
            return statuses;
        }

        var first = await StatusesAsync(1);

        first.Count(status => status == 500).ShouldBeInRange(60, 120);
        (await StatusesAsync(1)).ShouldBe(first);
        (await StatusesAsync(2)).ShouldNotBe(first);
    }

    [Fact]
    public async Task A_fault_for_one_account_leaves_the_others_alone()
    {
        var account = broker.Account();
        var other = broker.Account();
        broker.Simulator.AddFault(new Fault { Kind = FaultKind.Error, AccountId = account.AccountId, Count = 0 });

        (await broker.GetAsync($"/v1/accounts/{other.AccountId}")).Status.ShouldBe(200);
        (await broker.GetAsync($"/v1/accounts/{account.AccountId}")).Status.ShouldBe(500);
        (await broker.GetAsync("/v1/clock")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task The_bank_returns_or_rejects_the_nth_transfer_when_told_to()
    {
        var account = broker.Account(100m);
        broker.Simulator.AddFault(new Fault { Kind = FaultKind.TransferReturned, Nth = 2, Reason = "R16" });
        broker.Simulator.AddFault(new Fault { Kind = FaultKind.TransferRejected, Nth = 3 });
        foreach (var amount in (string[])["1", "2", "3", "4"])
            await broker.WithdrawAsync(account, amount);

        broker.Time.Advance(TimeSpan.FromHours(10));

        broker.State(account).Transfers.Select(transfer => transfer.Status).ShouldBe(["COMPLETE", "RETURNED", "REJECTED", "COMPLETE"]);
        broker.State(account).Cash.ShouldBe(95m);
    }

    [Fact]
    public async Task A_transfer_is_refused_as_over_the_limit_when_told_to()
    {
        var account = broker.Account(100m);
        broker.Simulator.AddFault(new Fault { Kind = FaultKind.LimitRefused });

        (await broker.WithdrawAsync(account, "1")).Text("message").ShouldContain("maximum total daily transfer");
        (await broker.WithdrawAsync(account, "1")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_unsellable_symbol_is_accepted_but_does_not_fill_until_the_fault_is_removed()
    {
        var account = broker.Account(0, new NewPosition("DEAD", 10, 5m), new NewPosition("AAPL", 1, 100m));
        var fault = broker.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "DEAD" });

        (await broker.SellAllAsync(account)).Items.ShouldAllBe(item => item.GetProperty("status").GetInt32() == 200);
        broker.Time.Advance(TimeSpan.FromMinutes(30));
        broker.State(account).Positions.ShouldHaveSingleItem().Symbol.ShouldBe("DEAD");
        broker.State(account).Cash.ShouldBe(100m);

        broker.Simulator.RemoveFault(fault.Id).ShouldBeTrue();
        broker.Time.Advance(TimeSpan.FromSeconds(20));
        broker.State(account).Positions.ShouldBeEmpty();
        broker.State(account).Cash.ShouldBe(150m);
    }

    [Fact]
    public async Task A_symbol_that_becomes_unsellable_stops_the_orders_that_are_open()
    {
        var account = broker.Account(0, new NewPosition("DEAD", 10, 5m));
        await broker.SellAllAsync(account);
        broker.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "DEAD" });

        broker.Time.Advance(TimeSpan.FromDays(1));

        broker.State(account).Orders.ShouldHaveSingleItem().Status.ShouldBe("expired");
        broker.State(account).Cash.ShouldBe(0);
    }

    [Fact]
    public async Task A_stuck_settlement_settles_when_the_fault_is_removed()
    {
        var account = broker.Account(0, new NewPosition("AAPL", 1, 100m));
        var other = broker.Account(0, new NewPosition("AAPL", 1, 100m));
        await broker.SellAllAsync(account);
        await broker.SellAllAsync(other);
        broker.Time.Advance(TimeSpan.FromMinutes(1));
        broker.Simulator.AddFault(new Fault { Kind = FaultKind.StuckSettlement, AccountId = account.AccountId });

        broker.Time.Advance(TimeSpan.FromDays(5));
        broker.State(account).CashWithdrawable.ShouldBe(0);
        broker.State(account).Cash.ShouldBe(100m);
        broker.State(other).CashWithdrawable.ShouldBe(100m);

        broker.Simulator.ClearFaults();
        broker.State(account).CashWithdrawable.ShouldBe(100m);
    }

    [Theory]
    [InlineData("DELETE /v1/trading/accounts/{account_id}/positions")]
    [InlineData("DELETE /v1/trading/accounts/{account_id}/orders")]
    public async Task One_item_of_a_207_can_fail_while_the_others_succeed(string route)
    {
        var account = broker.Simulator.CreateAccount(new NewAccount
        {
            Positions = [new NewPosition("AAPL", 1, 100m), new NewPosition("MSFT", 1, 100m)],
            OpenOrders = [new NewOrder("AAPL", 1, "buy", 1m), new NewOrder("MSFT", 1, "buy", 1m)],
        });
        broker.Simulator.AddFault(new Fault { Kind = FaultKind.FailedItem, Route = route, Symbol = "MSFT", Status = 422 });
        var path = route.Split(' ')[1].Replace("{account_id}", account.AccountId);

        var answer = await broker.DeleteAsync(path);
        var again = await broker.DeleteAsync(path);

        answer.Status.ShouldBe(207);
        answer.Items.Select(item => item.GetProperty("status").GetInt32()).ShouldBe([200, 422]);
        again.Items.Last().GetProperty("status").GetInt32().ShouldBe(200);
    }

    [Theory]
    [InlineData(FaultEffect.Before, 0)]
    [InlineData(FaultEffect.After, 3)]
    public async Task A_sale_can_fail_as_a_whole_every_time_before_or_after_its_effect(FaultEffect effect, int orders)
    {
        var account = broker.Account(0, new NewPosition("AAPL", 1, 100m));
        broker.Simulator.AddFault(new Fault
        {
            Kind = FaultKind.Error,
            Route = "DELETE /v1/trading/accounts/{account_id}/positions",
            Effect = effect,
            Count = 0,
        });

        for (var time = 0; time < 3; time++)
            (await broker.SellAllAsync(account)).Status.ShouldBe(500);

        broker.State(account).Orders.Count.ShouldBe(orders);
        broker.Simulator.Faults.ShouldHaveSingleItem().Struck.ShouldBe(3);
        broker.Time.Advance(TimeSpan.FromMinutes(1));
        broker.State(account).Positions.Count.ShouldBe(orders == 0 ? 1 : 0);
        (await broker.GetAsync($"/v1/trading/accounts/{account.AccountId}/positions")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Removing_the_faults_ends_them()
    {
        broker.Simulator.AddFault(new Fault { Kind = FaultKind.Error, Count = 0 });
        (await broker.GetAsync("/v1/clock")).Status.ShouldBe(500);

        (await broker.DeleteAsync("/_sim/faults")).Status.ShouldBe(204);

        (await broker.GetAsync("/v1/clock")).Status.ShouldBe(200);
        broker.Simulator.Faults.ShouldBeEmpty();
    }
}
