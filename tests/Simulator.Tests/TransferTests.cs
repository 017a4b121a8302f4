namespace AccountClosure.Simulator.Tests;

public sealed class TransferTests : IAsyncLifetime
{
    private readonly TestBroker broker = new(new SimulatorOptions { TransferDuration = TimeSpan.FromHours(10) });

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => broker.DisposeAsync().AsTask();

    [Fact]
    public async Task A_withdrawal_takes_its_cash_at_once_and_goes_through_every_status_in_order()
    {
        var account = broker.Account(60_000.50m);

        var created = await broker.WithdrawAsync(account, "45000.25");

        created.Status.ShouldBe(200);
        created.Text("status").ShouldBe("QUEUED");
        created.Text("amount").ShouldBe("45000.25");
        created["created_at"].GetDateTimeOffset().ShouldBe(TestBroker.MondayMorning);
        var trading = await broker.GetAsync($"/v1/trading/accounts/{account.AccountId}/account");
        trading.Text("cash").ShouldBe("15000.25");
        trading.Text("cash_withdrawable").ShouldBe("15000.25");
        trading.Text("pending_transfer_out").ShouldBe("45000.25");
        var seen = new List<string>();
        for (var minute = 0; minute <= 600; minute += 6)
        {
            broker.Time.MoveTo(TestBroker.MondayMorning.AddMinutes(minute));
            var status = broker.State(account).Transfers[0].Status;
            if (seen.LastOrDefault() != status)
                seen.Add(status);
        }
        seen.ShouldBe(["QUEUED", "APPROVAL_PENDING", "PENDING", "SENT_TO_CLEARING", "APPROVED", "COMPLETE"]);
        broker.State(account).PendingTransferOut.ShouldBe(0);
        broker.State(account).Cash.ShouldBe(15_000.25m);
    }

    [Theory]
    [InlineData("2026-03-02T10:30:00-05:00", "2026-03-03", "on the next day")]
    [InlineData("2026-02-20T10:30:00-05:00", "2026-02-23", "over a weekend")]
    [InlineData("2026-02-21T12:00:00-05:00", "2026-02-24", "sent on Monday because it is Saturday")]
    [InlineData("2026-10-09T10:30:00-04:00", "2026-10-13", "over Columbus Day, when the exchange is open")]
    [InlineData("2026-11-26T10:30:00-05:00", "2026-11-30", "sent after Thanksgiving")]
    public async Task By_default_a_transfer_is_credited_in_the_morning_of_the_banking_day_after_it_was_sent(
        string created, string credited, string how)
    {
        await using var other = new TestBroker(start: TestBroker.At(created));
        var accounts = Enumerable.Range(0, 10).Select(_ => other.Account(100m)).ToList();
        foreach (var account in accounts)
            await other.WithdrawAsync(account, "100");
        var offset = TestBroker.At(created).Offset.Hours;

        other.Time.MoveTo(TestBroker.At($"{credited}T08:30:00{offset:00}:00").AddTicks(-1));
        accounts.ShouldAllBe(account => other.State(account).Transfers[0].Status != "COMPLETE", how);
        other.Time.MoveTo(TestBroker.At($"{credited}T13:30:00{offset:00}:00"));
        accounts.ShouldAllBe(account => other.State(account).Transfers[0].Status == "COMPLETE", how);
    }

    [Fact]
    public async Task The_limit_counts_every_outgoing_transfer_of_the_last_24_hours_to_the_tick()
    {
        var account = broker.Account(200_000m);
        (await broker.WithdrawAsync(account, "30000")).Status.ShouldBe(200);
        broker.Time.Advance(TimeSpan.FromHours(10));
        (await broker.WithdrawAsync(account, "20000.01")).Status.ShouldBe(403);
        (await broker.WithdrawAsync(account, "20000.00")).Status.ShouldBe(200);
        (await broker.WithdrawAsync(account, "0.01")).Status.ShouldBe(403);

        broker.Time.MoveTo(TestBroker.MondayMorning.AddHours(24).AddTicks(-1));
        var refused = await broker.WithdrawAsync(account, "30000");
        broker.Time.MoveTo(TestBroker.MondayMorning.AddHours(24));
        var accepted = await broker.WithdrawAsync(account, "30000");

        refused.Status.ShouldBe(403);
        refused.Text("message").ShouldBe("maximum total daily transfer allowed is $50,000.00");
        accepted.Status.ShouldBe(200);
    }

    [Fact]
    public async Task Returned_transfers_count_towards_the_limit_and_rejected_or_cancelled_ones_do_not()
    {
        var account = broker.Account(500_000m);
        var cancelled = await broker.WithdrawAsync(account, "50000");
        await broker.DeleteAsync($"/v1/accounts/{account.AccountId}/transfers/{cancelled.Text("id")}");

        var second = await broker.WithdrawAsync(account, "50000");
        broker.Simulator.SetTransferStatus(account.AccountId, second.Text("id"), new TransferChange("REJECTED"));
        var third = await broker.WithdrawAsync(account, "50000");
        broker.Simulator.SetTransferStatus(account.AccountId, third.Text("id"), new TransferChange("RETURNED", "R03"));

        second.Status.ShouldBe(200);
        third.Status.ShouldBe(200);
        (await broker.WithdrawAsync(account, "1")).Status.ShouldBe(403);
        broker.State(account).Cash.ShouldBe(500_000m);
    }

    [Fact]
    public async Task A_transfer_that_the_customer_made_before_counts_as_well()
    {
        var account = broker.Simulator.CreateAccount(new NewAccount
        {
            Cash = 100_000m,
            PriorTransfers = [new NewTransfer(20_000m, HoursAgo: 23), new NewTransfer(40_000m, HoursAgo: 24)],
        });

        (await broker.WithdrawAsync(account, "30000.01")).Status.ShouldBe(403);
        (await broker.WithdrawAsync(account, "30000")).Status.ShouldBe(200);
        broker.State(account).Cash.ShouldBe(70_000m);
    }

    [Fact]
    public async Task An_account_can_have_its_own_limit_and_the_refusal_can_be_a_422()
    {
        await using var other = new TestBroker(new SimulatorOptions { DailyLimitStatus = 422 });
        var account = other.Simulator.CreateAccount(new NewAccount { Cash = 1000m, DailyTransferLimit = 100m });

        (await other.WithdrawAsync(account, "100.01")).Status.ShouldBe(422);
        (await other.WithdrawAsync(account, "100.00")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task More_than_the_withdrawable_cash_is_refused_with_the_amount_that_there_is()
    {
        var account = broker.Simulator.CreateAccount(new NewAccount { Cash = 1000m, UnsettledCash = 400.005m });

        var refused = await broker.WithdrawAsync(account, "600");

        refused.Status.ShouldBe(403);
        refused["code"].GetInt32().ShouldBe(40310000);
        refused.Text("cash_withdrawable").ShouldBe("599.995");
        (await broker.WithdrawAsync(account, "599.99")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("QUEUED", 0, 204)]
    [InlineData("APPROVAL_PENDING", 0.3, 204)]
    [InlineData("PENDING", 1, 204)]
    [InlineData("SENT_TO_CLEARING", 2, 422)]
    [InlineData("APPROVED", 8, 422)]
    [InlineData("COMPLETE", 10, 422)]
    public async Task A_transfer_can_be_cancelled_until_it_is_sent_to_clearing(string status, double hours, int answer)
    {
        var account = broker.Account(100m);
        var id = (await broker.WithdrawAsync(account, "60")).Text("id");
        broker.Time.Advance(TimeSpan.FromHours(hours));
        broker.State(account).Transfers[0].Status.ShouldBe(status);

        var cancelled = await broker.DeleteAsync($"/v1/accounts/{account.AccountId}/transfers/{id}");

        cancelled.Status.ShouldBe(answer);
        broker.Time.Advance(TimeSpan.FromDays(1));
        broker.State(account).Cash.ShouldBe(answer == 204 ? 100m : 40m);
        broker.State(account).Transfers[0].Status.ShouldBe(answer == 204 ? "CANCELED" : "COMPLETE");
    }

    [Fact]
    public async Task Transfers_are_listed_newest_first_by_direction_and_by_page()
    {
        var account = broker.Simulator.CreateAccount(new NewAccount
        {
            Cash = 10m,
            PriorTransfers =
            [
                .. Enumerable.Range(1, 7).Select(day => new NewTransfer(day, HoursAgo: 24 * day, Status: "COMPLETE")),
                new NewTransfer(99m, "INCOMING", HoursAgo: 30),
            ],
        });
        var path = $"/v1/accounts/{account.AccountId}/transfers";

        async Task<IEnumerable<string>> AmountsAsync(string query) =>
            (await broker.GetAsync(path + query)).Items.Select(transfer => transfer.GetProperty("amount").GetString()!);

        (await AmountsAsync("")).ShouldBe(["1", "99", "2", "3", "4", "5", "6", "7"]);
        (await AmountsAsync("?direction=OUTGOING&limit=3&offset=0")).ShouldBe(["1", "2", "3"]);
        (await AmountsAsync("?direction=OUTGOING&limit=3&offset=3")).ShouldBe(["4", "5", "6"]);
        (await AmountsAsync("?direction=OUTGOING&limit=3&offset=6")).ShouldBe(["7"]);
        (await AmountsAsync("?direction=OUTGOING&limit=3&offset=9")).ShouldBeEmpty();
        (await AmountsAsync("?direction=INCOMING")).ShouldBe(["99"]);
        (await broker.GetAsync(path + "?limit=0")).Status.ShouldBe(400);
        (await broker.GetAsync(path + "?offset=-1")).Status.ShouldBe(400);
        (await broker.GetAsync(path + "?direction=sideways")).Status.ShouldBe(400);
    }

    [Theory]
    [InlineData(false, "1 2 3", "4 5 6", "7")]
    [InlineData(true, "7 6 5", "4 3 2", "1")]
    public async Task A_page_of_transfers_is_never_longer_than_the_option_says(bool oldestFirst, params string[] pages)
    {
        await using var other = new TestBroker(new SimulatorOptions { TransfersPerPage = 3, TransfersOldestFirst = oldestFirst });
        var account = other.Simulator.CreateAccount(new NewAccount
        {
            PriorTransfers = [.. Enumerable.Range(1, 7).Select(day => new NewTransfer(day, HoursAgo: 24 * day, Status: "COMPLETE"))],
        });

        foreach (var (page, amounts) in pages.Index())
        {
            var listed = await other.GetAsync($"/v1/accounts/{account.AccountId}/transfers?limit=100&offset={page * 3}");
            string.Join(' ', listed.Items.Select(transfer => transfer.GetProperty("amount").GetString())).ShouldBe(amounts);
        }
    }

    [Fact]
    public async Task A_deposit_is_pending_until_it_completes_and_then_is_cash()
    {
        var account = broker.Simulator.CreateAccount(new NewAccount { PriorTransfers = [new NewTransfer(500m, "INCOMING", HoursAgo: 4)] });

        var pending = await broker.GetAsync($"/v1/trading/accounts/{account.AccountId}/account");
        broker.Time.Advance(TimeSpan.FromHours(6));

        pending.Text("pending_transfer_in").ShouldBe("500");
        pending.Text("cash").ShouldBe("0");
        broker.State(account).Cash.ShouldBe(500m);
        broker.State(account).PendingTransferIn.ShouldBe(0);
    }

    [Fact]
    public async Task A_return_after_completion_puts_the_cash_back()
    {
        var account = broker.Simulator.CreateAccount(new NewAccount
        {
            Cash = 100m,
            Bank = new BankOptions(Returns: [new BankReturn(2, AfterCompleteHours: 24, Reason: "R02")], Rejections: [3]),
        });
        await broker.WithdrawAsync(account, "10");
        await broker.WithdrawAsync(account, "20");
        await broker.WithdrawAsync(account, "30");

        broker.Time.Advance(TimeSpan.FromHours(10));
        broker.State(account).Transfers.Select(transfer => transfer.Status).ShouldBe(["COMPLETE", "COMPLETE", "REJECTED"]);
        broker.State(account).Cash.ShouldBe(70m);
        broker.Time.Advance(TimeSpan.FromHours(24));
        broker.State(account).Cash.ShouldBe(90m);
        var listed = await broker.GetAsync($"/v1/accounts/{account.AccountId}/transfers");
        listed[1].GetProperty("status").GetString().ShouldBe("RETURNED");
        listed[1].GetProperty("reason").GetString().ShouldBe("R02");
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("[]", 400)]
    [InlineData("{}", 422)]
    public async Task A_body_that_is_no_transfer_is_refused(string body, int status)
    {
        var account = broker.Account(100m);

        (await broker.PostAsync($"/v1/accounts/{account.AccountId}/transfers", body)).Status.ShouldBe(status);
    }

    [Theory]
    [InlineData("0", "OUTGOING", "ach", "immediate")]
    [InlineData("-5", "OUTGOING", "ach", "immediate")]
    [InlineData("1.001", "OUTGOING", "ach", "immediate")]
    [InlineData("ten", "OUTGOING", "ach", "immediate")]
    [InlineData("1e2", "OUTGOING", "ach", "immediate")]
    [InlineData("10", "SIDEWAYS", "ach", "immediate")]
    [InlineData("10", "OUTGOING", "wire", "immediate")]
    [InlineData("10", "OUTGOING", "ach", "tomorrow")]
    public async Task A_transfer_with_a_wrong_value_is_refused_and_nothing_is_made(
        string amount, string direction, string type, string timing)
    {
        var account = broker.Account(100m);

        var answer = await broker.PostAsync(
            $"/v1/accounts/{account.AccountId}/transfers", TestBroker.TransferBody(account, amount, direction, type, timing));

        answer.Status.ShouldBe(422);
        broker.State(account).Transfers.ShouldBeEmpty();
    }
}
