using System.Globalization;
using System.Text.Json;

namespace AccountClosure.Simulator.Tests;

/// <summary>The answers against the public description of the API, field by field.</summary>
public sealed class ShapeTests : IAsyncLifetime
{
    private static readonly JsonElement Schemas = ReadSchemas();

    private readonly TestBroker broker = new();
    private readonly CreatedAccount account;

    public ShapeTests() => account = broker.Simulator.CreateAccount(new NewAccount
    {
        Cash = 1234.5678m,
        Positions = [new NewPosition("AAPL", 10.5m, 172.08m, 150.25m)],
        OpenOrders = [new NewOrder("TSLA", 3, "buy", 100.50m)],
        PriorTransfers = [new NewTransfer(10m, "INCOMING", HoursAgo: 1), new NewTransfer(10m, HoursAgo: 1, Status: "RETURNED")],
    });

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => broker.DisposeAsync().AsTask();

    [Theory]
    [InlineData("AccountExtended", "/v1/accounts/{id}")]
    [InlineData("ACHRelationship", "/v1/accounts/{id}/ach_relationships")]
    [InlineData("Transfer", "/v1/accounts/{id}/transfers")]
    [InlineData("TradeAccount", "/v1/trading/accounts/{id}/account")]
    [InlineData("Order", "/v1/trading/accounts/{id}/orders")]
    [InlineData("Position", "/v1/trading/accounts/{id}/positions")]
    [InlineData("Position", "/v1/trading/accounts/{id}/positions/AAPL")]
    [InlineData("Clock", "/v1/clock")]
    [InlineData("Calendar", "/v1/calendar?start=2026-01-01&end=2026-12-31")]
    [InlineData("Error", "/v1/nothing")]
    public async Task An_answer_has_every_required_field_and_every_field_has_its_type(string schema, string path)
    {
        var answer = await broker.GetAsync(path.Replace("{id}", account.AccountId));

        ShouldConform(answer.Json, schema);
    }

    [Fact]
    public async Task An_identity_has_every_field_that_the_description_requires()
    {
        var identity = (await broker.GetAsync($"/v1/accounts/{account.AccountId}"))["identity"];

        foreach (var field in new[] { "given_name", "family_name", "date_of_birth", "country_of_tax_residence" })
            identity.GetProperty(field).GetString().ShouldNotBeNullOrEmpty();
        identity.GetProperty("funding_source")[0].GetString().ShouldBe("employment_income");
    }

    [Fact]
    public async Task The_answers_to_cancelling_selling_and_transferring_have_their_shapes()
    {
        var cancelled = await broker.DeleteAsync($"/v1/trading/accounts/{account.AccountId}/orders");
        var sold = await broker.SellAllAsync(account);
        var transfer = await broker.WithdrawAsync(account, "12.34");
        broker.Time.Advance(TimeSpan.FromMinutes(1));
        var orders = await broker.GetAsync($"/v1/trading/accounts/{account.AccountId}/orders?status=all");

        ShouldConform(cancelled.Json, "OrderClosedResponse");
        ShouldConform(cancelled[0].GetProperty("body"), "Order");
        ShouldConform(sold.Json, "PositionClosedResponse");
        ShouldConform(sold[0].GetProperty("body"), "Order");
        ShouldConform(transfer.Json, "Transfer");
        ShouldConform(orders.Json, "Order");
        var order = await broker.GetAsync($"/v1/trading/accounts/{account.AccountId}/orders/{orders[0].GetProperty("id")}");
        ShouldConform(order.Json, "Order");
    }

    [Fact]
    public async Task Amounts_are_strings_with_all_their_decimals_and_without_an_exponent()
    {
        broker.Simulator.AddCash(account.AccountId, new CashChange(0.00000012m));

        var trading = await broker.GetAsync($"/v1/trading/accounts/{account.AccountId}/account");

        trading.Text("cash").ShouldBe("1234.56780012");
        trading.Text("long_market_value").ShouldBe("1806.84");
        trading.Text("equity").ShouldBe("3041.40780012");
    }

    private static void ShouldConform(JsonElement json, string schemaName)
    {
        if (json.ValueKind == JsonValueKind.Array)
        {
            json.GetArrayLength().ShouldBeGreaterThan(0);
            foreach (var item in json.EnumerateArray())
                ShouldConform(item, schemaName);
            return;
        }
        var schema = Schemas.GetProperty(schemaName);
        foreach (var required in schema.GetProperty("required").EnumerateArray())
            json.TryGetProperty(required.GetString()!, out _).ShouldBeTrue($"{schemaName}.{required}");
        foreach (var field in schema.GetProperty("properties").EnumerateObject())
        {
            if (json.TryGetProperty(field.Name, out var value))
                ShouldBeOfKind(value, field.Value, $"{schemaName}.{field.Name} = {value}");
        }
    }

    private static void ShouldBeOfKind(JsonElement value, JsonElement field, string where)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            field.TryGetProperty("nullable", out _).ShouldBeTrue(where);
            return;
        }
        var kind = field.GetProperty("type").GetString() switch
        {
            "string" => [JsonValueKind.String],
            "integer" or "number" => [JsonValueKind.Number],
            "boolean" => [JsonValueKind.True, JsonValueKind.False],
            "array" => [JsonValueKind.Array],
            _ => (JsonValueKind[])[JsonValueKind.Object],
        };
        kind.ShouldContain(value.ValueKind, where);
        // The API itself writes an empty word where an order has no class.
        if (field.TryGetProperty("enum", out var words) && value.GetString() != "")
            words.EnumerateArray().Select(word => word.GetString()).ShouldContain(value.GetString(), where);
        if (!field.TryGetProperty("format", out var format))
            return;
        switch (format.GetString())
        {
            case "uuid":
                Guid.TryParseExact(value.GetString(), "D", out _).ShouldBeTrue(where);
                break;
            case "date-time":
                value.TryGetDateTimeOffset(out _).ShouldBeTrue(where);
                break;
            case "decimal":
                decimal.TryParse(value.GetString(), NumberStyles.Float & ~NumberStyles.AllowExponent, null, out _).ShouldBeTrue(where);
                break;
        }
    }

    private static JsonElement ReadSchemas()
    {
        using var stream = typeof(ShapeTests).Assembly.GetManifestResourceStream("broker-schemas.json")!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
