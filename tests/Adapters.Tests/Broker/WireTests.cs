using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using AccountClosure.Broker;
using AccountClosure.Closure;

namespace AccountClosure.Adapters.Tests.Broker;

/// <summary>What the client sends, and how it reads the answers of the API's description.</summary>
public sealed class WireTests : BrokerTestBase
{
    [Fact]
    public void Every_request_carries_the_keys_by_basic_authentication()
    {
        Wire.Then(HttpStatusCode.OK, """{"id":"a","status":"ACTIVE"}""");

        Run(broker => broker.GetAccountAsync(Account));

        var header = Wire.Sent[0].Message.Headers.Authorization!;
        header.Scheme.ShouldBe("Basic");
        Encoding.UTF8.GetString(Convert.FromBase64String(header.Parameter!)).ShouldBe("key-of-the-firm:secret-of-the-firm");
        Wire.Sent[0].Message.RequestUri!.ToString().ShouldBe($"https://broker.example/v1/accounts/{Account}");
    }

    [Fact]
    public void The_base_address_may_have_a_path()
    {
        Settings.BaseUrl = "https://gateway.example/alpaca";
        Wire.Then(HttpStatusCode.OK, """{"id":"a","status":"ACTIVE"}""");

        Run(broker => broker.GetAccountAsync(Account));

        Wire.Sent[0].PathAndQuery.ShouldBe($"/alpaca/v1/accounts/{Account}");
    }

    [Fact]
    public void A_withdrawal_follows_the_API_description_with_its_amount_cut_to_cents()
    {
        Wire.Then(HttpStatusCode.OK, Transfer("t1", "49999.99"));

        var transfer = Run(broker => broker.CreateAchWithdrawalAsync(Account, "relationship-1", Money.Parse("49999.99987")));

        transfer.ShouldBe(new BrokerTransfer(
            "t1", "relationship-1", new Money(49_999.99m), TransferDirection.Outgoing,
            new TransferStatus("QUEUED"), VirtualTime.Start, null,
            UpdatedAt: new DateTimeOffset(2025, 3, 14, 14, 0, 0, TimeSpan.Zero)));
        Wire.Sent[0].Method.ShouldBe(HttpMethod.Post);
        Wire.Sent[0].PathAndQuery.ShouldBe($"/v1/accounts/{Account}/transfers");
        Wire.Sent[0].Message.Content!.Headers.ContentType!.MediaType.ShouldBe("application/json");
        JsonDocument.Parse(Wire.Sent[0].Body).RootElement.GetRawText().ShouldBe(
            """
            {"transfer_type":"ach","relationship_id":"relationship-1","amount":"49999.99","direction":"OUTGOING","timing":"immediate"}
            """);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.009")]
    [InlineData("-5")]
    public void A_withdrawal_of_less_than_a_cent_is_not_sent(string amount)
    {
        Should.Throw<ArgumentOutOfRangeException>(() => Run(broker => broker.CreateAchWithdrawalAsync(Account, "r", Money.Parse(amount))));

        Wire.Sent.ShouldBeEmpty();
    }

    [Fact]
    public void The_trading_account_of_the_description_is_read()
    {
        Wire.Then(HttpStatusCode.OK,
            """
            {"id":"c8f1ef5d","account_number":"927584925","status":"ACTIVE","currency":"USD","cash":"24861.9123",
             "cash_withdrawable":"17861.91","pending_transfer_out":"12.5","trading_blocked":false,"transfers_blocked":true,
             "account_blocked":false,"multiplier":"2","sma":null}
            """);

        Run(broker => broker.GetTradingAccountAsync(Account)).ShouldBe(new TradingAccount(
            "ACTIVE", new Money(24_861.9123m), new Money(17_861.91m), new Money(12.5m), Money.Zero, false, true, false));

        Wire.Sent[0].PathAndQuery.ShouldBe($"/v1/trading/accounts/{Account}/account");
    }

    [Theory]
    [InlineData("\"pending_transfer_out\":null,")]
    [InlineData("\"pending_transfer_out\":\"\",")]
    [InlineData("\"pending_transfer_out\":0,")]
    [InlineData("")]
    public void An_optional_amount_that_is_missing_is_zero_and_amounts_may_be_numbers(string pending)
    {
        Wire.Then(HttpStatusCode.OK, $$"""{"status":"ACTIVE",{{pending}}"cash":-1.25,"cash_withdrawable":0}""");

        var account = Run(broker => broker.GetTradingAccountAsync(Account));

        account.Cash.ShouldBe(new Money(-1.25m));
        account.PendingTransferOut.ShouldBe(Money.Zero);
        account.AccountBlocked.ShouldBeFalse();
    }

    [Fact]
    public void The_results_for_each_order_and_position_are_read_from_a_207()
    {
        Wire.Then(HttpStatusCode.MultiStatus, """[{"id":"o1","status":200,"body":{"id":"o1"}},{"id":"o2","status":"500"}]""");
        Wire.Then(HttpStatusCode.MultiStatus,
            """[{"symbol":"TSLA","status":200,"body":{}},{"symbol":"GME","status":422,"body":{"code":1}}]""");

        Run(broker => broker.CancelAllOrdersAsync(Account)).ShouldBe([new ItemResult("o1", 200), new ItemResult("o2", 500)]);
        var positions = Run(broker => broker.CloseAllPositionsAsync(Account));

        positions.ShouldBe([new ItemResult("TSLA", 200), new ItemResult("GME", 422)]);
        positions.Select(item => item.Succeeded).ShouldBe([true, false]);
        Wire.Sent.Select(request => $"{request.Method} {request.PathAndQuery}").ShouldBe(
        [
            $"DELETE /v1/trading/accounts/{Account}/orders",
            $"DELETE /v1/trading/accounts/{Account}/positions?cancel_orders=true",
        ]);
    }

    [Fact]
    public void Nothing_to_cancel_may_be_answered_without_a_body()
    {
        Wire.Then(HttpStatusCode.NoContent);

        Run(broker => broker.CancelAllOrdersAsync(Account)).ShouldBeEmpty();
    }

    [Fact]
    public void A_short_position_counts_below_zero()
    {
        Wire.Then(HttpStatusCode.OK,
            """
            [{"symbol":"AAPL","qty":"4.5","side":"long","market_value":"774.36"},
             {"symbol":"GME","qty":"3","side":"short","market_value":"-60"},{"symbol":"AMC","qty":"-2","side":"short"}]
            """);

        Run(broker => broker.ListPositionsAsync(Account)).ShouldBe(
        [
            new Position("AAPL", 4.5m, new Money(774.36m)), new Position("GME", -3m, new Money(-60m)), new Position("AMC", -2m, Money.Zero),
        ]);
    }

    [Fact]
    public void Relationships_are_read_without_the_bank_details()
    {
        Wire.Then(HttpStatusCode.OK,
            """
            [{"id":"r1","account_id":"a","status":"APPROVED","account_owner_name":"Jane Doe","bank_account_number":"123456789"},
             {"id":"r2","account_id":"a","status":"A_WORD_OF_TOMORROW"}]
            """);

        Run(broker => broker.ListAchRelationshipsAsync(Account)).ShouldBe(
            [new AchRelationship("r1", "a", "APPROVED"), new AchRelationship("r2", "a", "A_WORD_OF_TOMORROW")]);
    }

    [Fact]
    public void The_clock_is_read_from_new_york_time_with_nanoseconds()
    {
        Wire.Then(HttpStatusCode.OK,
            """
            {"timestamp":"2022-02-16T13:06:05.210563128-05:00","is_open":true,
             "next_open":"2022-02-17T09:30:00-05:00","next_close":"2022-02-16T16:00:00-05:00"}
            """);

        var clock = Run(broker => broker.GetClockAsync());

        clock.Timestamp.ShouldBe(DateTimeOffset.Parse("2022-02-16T18:06:05.2105631Z", CultureInfo.InvariantCulture));
        clock.Timestamp.Offset.ShouldBe(TimeSpan.Zero);
        clock.NextOpen.ShouldBe(new DateTimeOffset(2022, 2, 17, 14, 30, 0, TimeSpan.Zero));
    }

    [Fact]
    public void The_calendar_gives_the_hours_of_new_york_and_early_closes()
    {
        Wire.Then(HttpStatusCode.OK,
            """
            [{"date":"2025-11-26","open":"09:30","close":"16:00","session_open":"0400",
              "session_close":"2000","settlement_date":"2025-11-28"},
             {"date":"2025-11-28","open":"09:30","close":"13:00"}]
            """);

        Run(broker => broker.GetCalendarAsync(new DateOnly(2025, 11, 26), new DateOnly(2025, 11, 28))).ShouldBe(
        [
            new TradingDay(new DateOnly(2025, 11, 26), new TimeOnly(16, 0)),
            new TradingDay(new DateOnly(2025, 11, 28), new TimeOnly(13, 0)),
        ]);
        Wire.Sent[0].PathAndQuery.ShouldBe("/v1/calendar?start=2025-11-26&end=2025-11-28");
    }

    [Fact]
    public void Closing_and_cancelling_go_to_their_own_addresses()
    {
        Wire.Then(HttpStatusCode.NoContent).Then(HttpStatusCode.NoContent).Then(HttpStatusCode.OK);

        Run(broker => broker.CancelTransferAsync(Account, "t1"));
        Run(broker => broker.CancelOrderAsync(Account, "o1"));
        Run(broker => broker.CloseAccountAsync(Account));

        Wire.Sent.Select(request => $"{request.Method} {request.PathAndQuery}").ShouldBe(
        [
            $"DELETE /v1/accounts/{Account}/transfers/t1",
            $"DELETE /v1/trading/accounts/{Account}/orders/o1",
            $"POST /v1/accounts/{Account}/actions/close",
        ]);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, BrokerErrorKind.NotFound)]
    [InlineData(HttpStatusCode.UnprocessableEntity, BrokerErrorKind.Refused)]
    public void An_order_that_cannot_be_cancelled_is_a_refusal(HttpStatusCode status, BrokerErrorKind kind)
    {
        Wire.Then(status, """{"code":42210000,"message":"order is not cancelable"}""");

        var failure = RunFails(broker => broker.CancelOrderAsync(Account, "o1"));

        failure.ShouldBeOfType<BrokerRefusedException>();
        failure.Kind.ShouldBe(kind);
    }

    [Fact]
    public void An_open_order_has_its_submission_time_if_the_broker_states_it()
    {
        Wire.Then(HttpStatusCode.OK,
            """
            [{"id":"o1","symbol":"AAPL","side":"sell","status":"new","submitted_at":"2025-03-14T09:00:00-05:00"},
             {"id":"o2","symbol":"GME","side":"sell","status":"held","submitted_at":null}]
            """);

        Run(broker => broker.ListOpenOrdersAsync(Account)).ShouldBe(
            [new BrokerOrder("o1", "AAPL", "sell", "new", VirtualTime.Start), new BrokerOrder("o2", "GME", "sell", "held", null)]);
    }

    [Theory]
    [InlineData("a/../b", "/v1/accounts/a%2F..%2Fb")]
    [InlineData("a?b=c#d", "/v1/accounts/a%3Fb%3Dc%23d")]
    public void An_id_cannot_lead_to_another_address(string id, string path)
    {
        Wire.Then(HttpStatusCode.NotFound);

        RunFails(broker => broker.GetAccountAsync(id)).Kind.ShouldBe(BrokerErrorKind.NotFound);

        Wire.Sent[0].PathAndQuery.ShouldBe(path);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData(" ")]
    public void An_invalid_id_is_not_sent(string id)
    {
        Should.Throw<ArgumentException>(() => Run(broker => broker.GetAccountAsync(id)));

        Wire.Sent.ShouldBeEmpty();
    }

    internal static string Transfer(
        string id, string amount = "10.00", string status = "QUEUED", string createdAt = "2025-03-14T14:00:00Z",
        string direction = "OUTGOING") =>
        $$"""
        {"id":"{{id}}","relationship_id":"relationship-1","account_id":"a","type":"ach","status":"{{status}}","reason":null,
         "amount":"{{amount}}","direction":"{{direction}}","created_at":"{{createdAt}}","updated_at":"2025-03-14T14:00:00Z",
         "expires_at":"2025-03-21T14:00:00Z"}
        """;
}
