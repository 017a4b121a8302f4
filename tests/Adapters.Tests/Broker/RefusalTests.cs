using System.Net;
using AccountClosure.Broker;
using AccountClosure.Closure;

namespace AccountClosure.Adapters.Tests.Broker;

/// <summary>How refusals are distinguished, and when the broker allows a retry.</summary>
public sealed class RefusalTests : BrokerTestBase
{
    [Theory]
    [InlineData(400, BrokerErrorKind.Refused)]
    [InlineData(403, BrokerErrorKind.Forbidden)]
    [InlineData(404, BrokerErrorKind.NotFound)]
    [InlineData(409, BrokerErrorKind.Refused)]
    [InlineData(422, BrokerErrorKind.Refused)]
    [InlineData(302, BrokerErrorKind.Refused)]
    public void A_refused_request_is_not_sent_again(int status, BrokerErrorKind kind)
    {
        Wire.Then((HttpStatusCode)status, """{"code":40310000,"message":"transfers are blocked"}""");

        var failure = RunFails(broker => broker.GetAccountAsync(Account));

        failure.Kind.ShouldBe(kind);
        failure.HttpStatus.ShouldBe(status);
        failure.BrokerMessage.ShouldBe("transfers are blocked");
        failure.ShouldBeOfType<BrokerRefusedException>();
        Wire.Sent.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(400, BrokerErrorKind.Refused)]
    [InlineData(401, BrokerErrorKind.Unauthorized)]
    [InlineData(403, BrokerErrorKind.Forbidden)]
    [InlineData(404, BrokerErrorKind.NotFound)]
    [InlineData(422, BrokerErrorKind.Refused)]
    [InlineData(429, BrokerErrorKind.RateLimited)]
    public void A_transfer_is_certainly_refused_only_by_the_statuses_of_the_api(int status, BrokerErrorKind kind)
    {
        Wire.Then((HttpStatusCode)status);

        RunFails(Withdraw).Kind.ShouldBe(kind);
    }

    [Fact]
    public void A_cancel_of_a_transfer_and_a_close_are_refused_with_a_conflict()
    {
        Wire.Always(_ => ScriptedBroker.Answer(HttpStatusCode.Conflict));

        RunFails(broker => broker.CancelTransferAsync(Account, "t")).Kind.ShouldBe(BrokerErrorKind.Refused);
        RunFails(broker => broker.CloseAccountAsync(Account)).Kind.ShouldBe(BrokerErrorKind.Refused);
    }

    [Fact]
    public void Rejected_credentials_are_an_outage_and_not_a_refusal()
    {
        Wire.Always(_ => ScriptedBroker.Answer(HttpStatusCode.Unauthorized, """{"code":40110000,"message":"request is not authorized"}"""));

        foreach (var failure in new[] { RunFails(Withdraw), RunFails(broker => broker.GetAccountAsync(Account)) })
        {
            failure.ShouldBeOfType<BrokerException>();
            failure.Kind.ShouldBe(BrokerErrorKind.Unauthorized);
            failure.HttpStatus.ShouldBe(401);
        }

        Wire.Sent.Count.ShouldBe(2);
    }

    [Fact]
    public void Rejected_credentials_are_logged_with_their_own_event_id()
    {
        Wire.Then(HttpStatusCode.Unauthorized);

        RunFails(Withdraw);

        Log.Lines.ShouldContain(line => line.StartsWith("1005 Broker: our credentials are not accepted", StringComparison.Ordinal));
    }

    [Fact]
    public void A_refusal_with_a_retry_time_carries_that_time()
    {
        Wire.Then(HttpStatusCode.Forbidden, "", ("Retry-After", "3600"));

        RunFails(Withdraw).RetryAt.ShouldBe(VirtualTime.Start.AddHours(1));
    }

    [Fact]
    public void A_retry_time_may_be_a_date()
    {
        Wire.Then(HttpStatusCode.Forbidden, "", ("Retry-After", "Fri, 14 Mar 2025 15:30:00 GMT"));

        RunFails(Withdraw).RetryAt.ShouldBe(VirtualTime.Start.AddMinutes(90));
    }

    [Theory]
    [InlineData("Retry-After", "2147483647")]
    [InlineData("Retry-After", "86401")]
    [InlineData("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT")]
    [InlineData("X-RateLimit-Reset", "2147483647")]
    [InlineData("X-RateLimit-Reset", "9223372036854775807")]
    public void A_retry_time_is_never_more_than_24_hours_ahead(string header, string value)
    {
        Wire.Then(HttpStatusCode.TooManyRequests, "", (header, value));

        RunFails(Withdraw).RetryAt.ShouldBe(VirtualTime.Start.AddHours(24));
    }

    [Theory]
    [InlineData("Retry-After", "99999999999999999999")]
    [InlineData("Retry-After", "-1")]
    [InlineData("Retry-After", "Fri, 31 Dec 99999 23:59:59 GMT")]
    [InlineData("X-RateLimit-Reset", "99999999999999999999")]
    [InlineData("X-RateLimit-Reset", "-1")]
    public void An_invalid_retry_time_is_ignored(string header, string value)
    {
        Wire.Then(HttpStatusCode.TooManyRequests, "", (header, value));

        RunFails(Withdraw).RetryAt.ShouldBeNull();
    }

    private static Task Withdraw(IBroker broker) => broker.CreateAchWithdrawalAsync(Account, "r", new Money(10m));
}
