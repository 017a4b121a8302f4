using System.Net;
using System.Text;
using AccountClosure.Broker;
using AccountClosure.Closure;

namespace AccountClosure.Adapters.Tests.Broker;

/// <summary>Any odd answer gives a broker exception with its meaning, never a crash, and no private data in it or in the log.</summary>
public sealed class OddAnswerTests : BrokerTestBase
{
    public static TheoryData<string> WrongShapes =>
    [
        "", "null", "[]", "{}", "42", "\"text\"", "<html>502 Bad Gateway</html>", "{\"id\":\"a\"", "[null]", "[[]]",
        "{\"id\":null,\"status\":null}",
        "{\"status\":\"ACTIVE\",\"cash\":\"a lot\",\"cash_withdrawable\":\"1\"}",
        "{\"status\":\"ACTIVE\",\"cash\":1e400,\"cash_withdrawable\":\"1\"}",
        "{\"status\":\"ACTIVE\",\"cash\":{},\"cash_withdrawable\":\"1\"}",
        "[{\"id\":\"t\",\"amount\":\"1\",\"direction\":\"SIDEWAYS\",\"status\":\"QUEUED\",\"created_at\":\"2025-03-14T14:00:00Z\"}]",
        "[{\"id\":\"t\",\"amount\":\"1\",\"direction\":1,\"status\":\"QUEUED\",\"created_at\":\"2025-03-14T14:00:00Z\"}]",
        "[{\"id\":\"t\",\"amount\":\"1\",\"direction\":\"OUTGOING\",\"status\":\"QUEUED\",\"created_at\":\"yesterday\"}]",
        "[{\"date\":\"2025-02-30\",\"open\":\"09:30\",\"close\":\"16:00\"}]",
        "[{\"date\":\"2025-02-28\",\"open\":\"09:30\",\"close\":\"four o'clock\"}]",
        "{\"timestamp\":\"2022-02-16T13:06:05-05:00\",\"is_open\":\"maybe\"}",
        "\u0000\u0001", "{\"id\":\"\\ud800\"}",
    ];

    [Theory]
    [MemberData(nameof(WrongShapes))]
    public void An_answer_of_the_wrong_shape_is_unusable(string body)
    {
        Func<IBroker, Task>[] reads =
        [
            broker => broker.GetAccountAsync(Account),
            broker => broker.GetTradingAccountAsync(Account),
            broker => broker.GetClockAsync(),
        ];
        Wire.Always(_ => ScriptedBroker.Answer(HttpStatusCode.OK, body));

        foreach (var read in reads)
            RunFails(read).Kind.ShouldBe(BrokerErrorKind.Unavailable);
    }

    [Theory]
    [MemberData(nameof(WrongShapes))]
    public void A_list_of_the_wrong_shape_is_an_unusable_answer(string body)
    {
        Func<IBroker, Task>[] reads =
        [
            broker => broker.ListOpenOrdersAsync(Account),
            broker => broker.ListPositionsAsync(Account),
            broker => broker.ListTransfersAsync(Account),
            broker => broker.ListAchRelationshipsAsync(Account),
            broker => broker.GetCalendarAsync(new DateOnly(2025, 1, 1), new DateOnly(2025, 2, 1)),
        ];
        Wire.Always(_ => ScriptedBroker.Answer(HttpStatusCode.OK, body));

        if (body == "[]")
            return;
        foreach (var read in reads)
            RunFails(read).Kind.ShouldBe(BrokerErrorKind.Unavailable);
    }

    [Theory]
    [MemberData(nameof(WrongShapes))]
    public void An_error_with_any_body_keeps_its_meaning(string body)
    {
        Wire.Always(_ => ScriptedBroker.Answer(HttpStatusCode.UnprocessableEntity, body));

        RunFails(broker => broker.CreateAchWithdrawalAsync(Account, "r", new Money(1m))).Kind.ShouldBe(BrokerErrorKind.Refused);
    }

    [Theory]
    [InlineData("""{"code":40310000,"message":"no funds"}""", "no funds")]
    [InlineData("""{"code":"40310000","message":"no funds"}""", "no funds")]
    [InlineData("""{"message":"no funds"}""", "no funds")]
    [InlineData("\"no funds\"", "no funds")]
    [InlineData("no funds", "no funds")]
    [InlineData("""{"code":{},"message":[1]}""", "[1]")]
    [InlineData("", null)]
    public void The_brokers_message_is_found_in_any_form(string body, string? message)
    {
        Wire.Then(HttpStatusCode.Forbidden, body);

        var failure = RunFails(broker => broker.GetAccountAsync(Account));

        failure.BrokerMessage.ShouldBe(message);
    }

    [Fact]
    public void An_answer_with_an_unknown_charset_is_read()
    {
        Wire.Then(_ =>
        {
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"id":"a","status":"ACTIVE"}"""));
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
            response.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=klingon");
            return response;
        });

        Run(broker => broker.GetAccountAsync(Account)).Id.ShouldBe("a");
    }

    [Fact]
    public void An_unknown_transfer_status_is_kept_and_logged_and_is_not_final()
    {
        Wire.Then(HttpStatusCode.OK, $"[{WireTests.Transfer("t1", status: "ON_HOLD")}]").Then(HttpStatusCode.OK, "[]");

        var transfer = Run(broker => broker.ListTransfersAsync(Account)).ShouldHaveSingleItem();

        transfer.Status.Raw.ShouldBe("ON_HOLD");
        transfer.Status.IsFinal.ShouldBeFalse();
        Log.Lines.ShouldContain(line => line.Contains("ON_HOLD", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ach", "relationship-1", "relationship-1", false)]
    [InlineData("ach", "", null, false)]
    [InlineData("wire", "", null, true)]
    [InlineData("WIRE", "", null, true)]
    public void A_listed_transfer_has_the_destination_that_the_broker_states(string type, string named, string? relationship, bool isWire)
    {
        var listed = WireTests.Transfer("t1").Replace("\"type\":\"ach\"", $"\"type\":\"{type}\"").Replace("relationship-1", named);
        Wire.Then(HttpStatusCode.OK, $"[{listed}]").Then(HttpStatusCode.OK, "[]");

        var transfer = Run(broker => broker.ListTransfersAsync(Account)).ShouldHaveSingleItem();

        transfer.AchRelationshipId.ShouldBe(relationship);
        transfer.IsWire.ShouldBe(isWire);
    }

    [Fact]
    public void Private_data_is_neither_logged_nor_reported()
    {
        const string Secret = "Jane Doe 123456789";
        Wire.Always(_ => ScriptedBroker.Answer(
            HttpStatusCode.UnprocessableEntity, $$"""{"code":1,"message":"{{Secret}}"}""", ("X-Request-ID", "request-1")));
        var refused = RunFails(broker => broker.CreateAchWithdrawalAsync(Account, Secret, new Money(77_123.45m)));
        Wire.Always(_ => ScriptedBroker.Answer(HttpStatusCode.OK, $$"""{"id":"{{Secret}}","status":{"{{Secret}}":1} }"""));
        var misread = RunFails(broker => broker.GetAccountAsync(Account));
        Wire.Always(_ => ScriptedBroker.Answer(HttpStatusCode.OK, $"[{WireTests.Transfer("t1", status: Secret)}]"));
        Run(broker => broker.ListTransfersAsync(Account));

        foreach (var text in Log.Lines.Append(refused.ToString()).Append(misread.ToString()))
        {
            foreach (var part in new[] { "Jane", "123456789", "77123", Account, Settings.ApiKey, Settings.ApiSecret })
                text.ShouldNotContain(part);
        }

        refused.BrokerMessage.ShouldBe(Secret);
        Log.Lines.ShouldContain(line => line.Contains("request-1", StringComparison.Ordinal));
    }
}
