namespace AccountClosure.Simulator.Tests;

public sealed class ControlTests : IAsyncLifetime
{
    private readonly TestBroker broker = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => broker.DisposeAsync().AsTask();

    [Fact]
    public async Task An_account_made_over_HTTP_has_what_was_asked_for_in_numbers_or_strings()
    {
        var created = await broker.PostAsync(
            "/_sim/accounts",
            """
            {"cash": "150000.25", "positions": [{"symbol": "AAPL", "qty": 10, "price": "172.08"}],
             "openOrders": [{"symbol": "TSLA", "side": "buy", "qty": "2", "limitPrice": 90}],
             "priorTransfers": [{"amount": 100, "hoursAgo": 30}],
             "bank": {"transferHours": 20, "relationshipStatus": "APPROVED"}, "blocks": {"trading": true}}
            """);

        created.Status.ShouldBe(201);
        var atBroker = await broker.GetAsync($"/_sim/accounts/{created.Text("accountId")}");
        atBroker.Text("status").ShouldBe("ACTIVE");
        atBroker.Text("cash").ShouldBe("150000.25");
        atBroker.Text("cashWithdrawable").ShouldBe("149820.25");
        atBroker["positions"][0].GetProperty("symbol").GetString().ShouldBe("AAPL");
        atBroker["orders"][0].GetProperty("status").GetString().ShouldBe("new");
        atBroker["transfers"][0].GetProperty("status").GetString().ShouldBe("COMPLETE");
        atBroker["transfers"][0].GetProperty("createdAt").GetDateTimeOffset().ShouldBe(broker.Time.Now.AddHours(-30));
        var trading = await broker.GetAsync($"/v1/trading/accounts/{created.Text("accountId")}/account");
        trading["trading_blocked"].GetBoolean().ShouldBeTrue();
        var relationships = await broker.GetAsync($"/v1/accounts/{created.Text("accountId")}/ach_relationships");
        relationships[0].GetProperty("id").GetString().ShouldBe(created.Text("achRelationshipId"));
    }

    [Fact]
    public async Task An_account_that_the_back_office_closes_has_no_open_order_left()
    {
        var created = await broker.PostAsync(
            "/_sim/accounts", """{"cash": 1000, "openOrders": [{"symbol": "TSLA", "side": "buy", "qty": "2", "limitPrice": 90}]}""");
        var path = $"/_sim/accounts/{created.Text("accountId")}";

        await broker.PostAsync(path + "/status", """{"status": "ACCOUNT_CLOSED"}""");

        (await broker.GetAsync(path))["orders"][0].GetProperty("status").GetString().ShouldBe("canceled");
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_identifiers_and_another_seed_others()
    {
        await using var same = new TestBroker();
        await using var other = new TestBroker(new SimulatorOptions { Seed = 1 });
        var account = broker.Account();

        same.Account().ShouldBe(account);
        other.Account().ShouldNotBe(account);
        broker.Account().ShouldNotBe(account);
        Guid.TryParseExact(account.AccountId, "D", out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData("POST", "accounts", "{", "The body must be a JSON object.")]
    [InlineData("POST", "accounts", "7", "The body must be a JSON object.")]
    [InlineData("POST", "accounts", """{"cash": "much"}""", "The field 'cash' is not known, or its value is not of the right kind.")]
    [InlineData("POST", "accounts", """{"money": 1}""", "The field 'money' is not known, or its value is not of the right kind.")]
    [InlineData("POST", "accounts", """{"positions": null}""", "The field 'positions' is not known, or its value is not of")]
    [InlineData("POST", "accounts", """{"positions": [{"qty": 1, "price": 1}]}""", "The field 'positions[0]' lacks 'symbol'.")]
    [InlineData("POST", "accounts", """{"positions": [{"symbol": "A", "qty": 0, "price": 1}]}""", "qty must be greater than zero.")]
    [InlineData("POST", "accounts", """{"positions": [{"symbol": "a b", "qty": 1, "price": 1}]}""", "symbol must be one to ten capital")]
    [InlineData("POST", "accounts", """{"openOrders": [{"symbol": "A", "qty": 1}]}""", "A market order for A needs a position")]
    [InlineData("POST", "accounts", """{"openOrders": [{"symbol": "A", "qty": 1, "side": "hold"}]}""", "side must be buy or sell.")]
    [InlineData("POST", "accounts", """{"priorTransfers": [{"amount": 0.001}]}""", "amount must be greater than zero, in whole cents.")]
    [InlineData("POST", "accounts", """{"bank": {"transferHours": -1}}""", "bank.transferHours must be greater than zero")]
    [InlineData("POST", "accounts", """{"status": "sleepy"}""", "status must be a word in capital letters")]
    [InlineData("POST", "faults", """{"kind": "flood"}""", "The field 'kind' is not known, or its value is not of the right kind.")]
    [InlineData("POST", "faults", """{}""", "The body lacks 'kind'.")]
    [InlineData("POST", "faults", """{"kind": "error", "route": "GET /v1/nothing"}""", "There is no route 'GET /v1/nothing'")]
    [InlineData("POST", "faults", """{"kind": "error", "probability": 2}""", "probability must be between 0 and 1.")]
    [InlineData("POST", "faults", """{"kind": "error", "nth": 0}""", "nth must be 1 for the first, or more.")]
    [InlineData("POST", "faults", """{"kind": "error", "status": 200}""", "status must be an error status")]
    [InlineData("POST", "faults", """{"kind": "error", "accountId": "x"}""", "There is no account x.")]
    [InlineData("POST", "faults", """{"kind": "delay"}""", "A delay needs delaySeconds.")]
    [InlineData("POST", "faults", """{"kind": "unsellable"}""", "An unsellable position needs a symbol.")]
    [InlineData("POST", "faults", """{"kind": "staleClock", "accountId": "x"}""", "The clock belongs to no account")]
    [InlineData("POST", "clock", """{"speed": 0}""", "speed must be greater than zero")]
    [InlineData("POST", "clock", """{"advanceSeconds": -1}""", "The clock never goes back.")]
    [InlineData("POST", "clock", """{"advanceTo": "2020-01-01T00:00:00Z"}""", "The clock never goes back.")]
    [InlineData("POST", "clock", """{"advanceSeconds": 1e300}""", "A number is too large.")]
    public async Task Bad_input_to_a_control_is_a_problem_with_a_clear_sentence_and_nothing_is_made(
        string method, string control, string body, string sentence)
    {
        var answer = await broker.SendAsync(new HttpMethod(method), "/_sim/" + control, body);

        answer.Status.ShouldBe(400);
        answer.ContentType.ShouldBe("application/problem+json");
        answer.Text("detail").ShouldStartWith(sentence);
        broker.Simulator.AccountIds.ShouldBeEmpty();
        broker.Simulator.Faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("GET", "/_sim/accounts/nobody", 404)]
    [InlineData("POST", "/_sim/accounts/nobody/cash", 404)]
    [InlineData("GET", "/_sim/nothing", 404)]
    [InlineData("GET", "/_sim/", 404)]
    [InlineData("DELETE", "/_sim/faults/fault-9", 404)]
    [InlineData("DELETE", "/_sim/accounts", 405)]
    [InlineData("PUT", "/_sim/clock", 405)]
    public async Task An_unknown_control_or_method_is_a_problem_too(string method, string path, int status)
    {
        var answer = await broker.SendAsync(new HttpMethod(method), path);

        answer.Status.ShouldBe(status);
        answer.ContentType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task The_clock_can_be_read_and_moved_and_what_falls_due_happens()
    {
        var account = broker.Account(0, new NewPosition("AAPL", 1, 100m));
        await broker.SellAllAsync(account);

        var moved = await broker.PostAsync("/_sim/clock", """{"advanceSeconds": 86400, "speed": 3600}""");

        moved.Status.ShouldBe(200);
        moved["now"].GetDateTimeOffset().ShouldBe(TestBroker.MondayMorning.AddDays(1));
        moved["speed"].GetDouble().ShouldBe(3600);
        moved["marketIsOpen"].GetBoolean().ShouldBeTrue();
        broker.State(account).CashWithdrawable.ShouldBe(100m);
    }

    [Fact]
    public async Task A_simulator_without_a_clock_to_steer_says_so()
    {
        await using var simulator = new BrokerSimulator(new SimulatorOptions { Time = broker.Time });
        using var client = new HttpClient(simulator.CreateHandler()) { BaseAddress = new Uri("http://broker.test") };
        using var body = new StringContent("""{"speed": 2}""");

        using var response = await client.PostAsync("/_sim/clock", body);

        ((int)response.StatusCode).ShouldBe(400);
    }

    [Fact]
    public async Task The_small_controls_change_an_account_in_flight()
    {
        var account = broker.Account(100m, new NewPosition("AAPL", 1, 100m));
        var path = $"/_sim/accounts/{account.AccountId}";

        (await broker.PostAsync(path + "/cash", """{"amount": 12.345, "settled": false}""")).Text("cash").ShouldBe("112.345");
        (await broker.PostAsync(path + "/positions", """{"symbol": "AAPL", "qty": 2, "price": 90}"""))["positions"][0]
            .GetProperty("qty").GetString().ShouldBe("3");
        (await broker.PostAsync(path + "/orders", """{"symbol": "AAPL", "qty": 3, "side": "sell", "limitPrice": 200}"""))["orders"]
            .GetArrayLength().ShouldBe(1);
        var paid = await broker.PostAsync(path + "/transfers", """{"amount": 40}""");
        paid.Text("cash").ShouldBe("72.345");
        var id = paid["transfers"][0].GetProperty("id").GetString();
        var returned = await broker.PostAsync($"{path}/transfers/{id}", """{"status": "RETURNED", "reason": "R01"}""");
        returned.Text("cash").ShouldBe("112.345");
        (await broker.PostAsync(path + "/status", """{"status": "DISABLED"}""")).Text("status").ShouldBe("DISABLED");
        (await broker.PostAsync(path + "/blocks", """{"account": true}""")).Status.ShouldBe(200);
        (await broker.PostAsync(path + "/bank", """{"relationshipStatus": "CANCEL_REQUESTED"}""")).Status.ShouldBe(200);
        var relationships = await broker.GetAsync($"/v1/accounts/{account.AccountId}/ach_relationships");
        relationships[0].GetProperty("status").GetString().ShouldBe("CANCEL_REQUESTED");
    }

    [Fact]
    public async Task Money_can_be_pending_without_a_transfer_in_the_trading_account_only()
    {
        var account = broker.Account(100m);
        await broker.WithdrawAsync(account, "10");

        (await broker.PostAsync($"/_sim/accounts/{account.AccountId}/pending", """{"in": 5, "out": "7.5"}""")).Status.ShouldBe(200);
        (await broker.PostAsync($"/_sim/accounts/{account.AccountId}/pending", """{"in": -1}""")).Status.ShouldBe(400);

        var trading = await broker.GetAsync($"/v1/trading/accounts/{account.AccountId}/account");
        trading.Text("pending_transfer_in").ShouldBe("5");
        trading.Text("pending_transfer_out").ShouldBe("17.5");
        trading.Text("cash").ShouldBe("90");
        (await broker.GetAsync($"/v1/accounts/{account.AccountId}/transfers")).Items.Count().ShouldBe(1);
        broker.State(account).PendingTransferOut.ShouldBe(10m);
        broker.State(account).PendingTransferIn.ShouldBe(0m);
        broker.Simulator.SetPending(account.AccountId, new PendingMoney());
        trading = await broker.GetAsync($"/v1/trading/accounts/{account.AccountId}/account");
        trading.Text("pending_transfer_out").ShouldBe("10");
    }

    [Fact]
    public async Task A_transfer_that_the_customer_makes_is_held_to_the_cash_and_to_the_limit()
    {
        var account = broker.Account(60_000m);

        Should.Throw<ControlException>(() => broker.Simulator.AddTransfer(account.AccountId, new NewTransfer(60_000.01m)));
        Should.Throw<ControlException>(() => broker.Simulator.AddTransfer(account.AccountId, new NewTransfer(50_000.01m)));
        broker.Simulator.AddTransfer(account.AccountId, new NewTransfer(40_000m));

        (await broker.WithdrawAsync(account, "10000.01")).Status.ShouldBe(403);
        (await broker.WithdrawAsync(account, "10000")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_status_that_the_API_does_not_name_can_be_given_to_a_transfer()
    {
        var account = broker.Account(100m);
        var id = (await broker.WithdrawAsync(account, "60")).Text("id");

        broker.Simulator.SetTransferStatus(account.AccountId, id, new TransferChange("ON_HOLD"));

        broker.Time.Advance(TimeSpan.FromDays(30));
        (await broker.GetAsync($"/v1/accounts/{account.AccountId}/transfers"))[0].GetProperty("status").GetString().ShouldBe("ON_HOLD");
        broker.State(account).PendingTransferOut.ShouldBe(60m);
    }

    [Fact]
    public void An_option_that_cannot_be_used_is_refused_by_name()
    {
        var error = Should.Throw<ControlException>(() => new BrokerSimulator(new SimulatorOptions { ApiKey = "" }));

        error.Message.ShouldStartWith("ApiKey must have a value");
    }
}
