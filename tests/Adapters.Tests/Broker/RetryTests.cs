using System.Net;
using AccountClosure.Broker;
using AccountClosure.Closure;

namespace AccountClosure.Adapters.Tests.Broker;

public sealed class RetryTests : BrokerTestBase
{
    private const string AccountBody = """{"id":"a","status":"ACTIVE"}""";
    private const string TransferBody =
        """
        {"id":"t1","account_id":"a","type":"ach","status":"QUEUED","amount":"10.00","direction":"OUTGOING",
         "created_at":"2025-03-14T14:00:00Z"}
        """;

    public static TheoryData<string> NetworkFailures => ["reset", "unknown host", "refused", "time-out"];

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(408)]
    public void A_read_that_gets_a_transient_error_is_sent_again(int status)
    {
        Wire.Then((HttpStatusCode)status).Then((HttpStatusCode)status).Then(HttpStatusCode.OK, AccountBody);

        Run(broker => broker.GetAccountAsync(Account)).Status.ShouldBe("ACTIVE");

        Wire.Sent.Count.ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(NetworkFailures))]
    public void A_read_that_meets_a_network_failure_is_sent_again(string failure)
    {
        Fail(failure, AccountBody);
        Wire.Then(HttpStatusCode.OK, AccountBody);

        Run(broker => broker.GetAccountAsync(Account)).Status.ShouldBe("ACTIVE");

        Wire.Sent.Count.ShouldBe(2);
    }

    [Fact]
    public void A_read_gives_up_after_the_configured_attempts_and_certainly_had_no_effect()
    {
        Settings.ReadAttempts = 3;
        Wire.Always(_ => ScriptedBroker.Answer(HttpStatusCode.BadGateway));

        var failure = RunFails(broker => broker.GetAccountAsync(Account));

        failure.Kind.ShouldBe(BrokerErrorKind.Unavailable);
        failure.HttpStatus.ShouldBe(502);
        Wire.Sent.Count.ShouldBe(3);
    }

    [Fact]
    public void The_waits_between_attempts_double_with_jitter_and_repeat_for_the_same_seed()
    {
        Settings.ReadAttempts = 9;
        Wire.Always(_ => ScriptedBroker.Answer(HttpStatusCode.InternalServerError));

        RunFails(broker => broker.GetAccountAsync(Account));
        var first = Waits(0, 9);
        RunFails(broker => broker.GetAccountAsync(Account));

        Waits(9, 18).ShouldBe(first);
        for (var attempt = 0; attempt < first.Count; attempt++)
        {
            var backoff = Math.Min(0.5 * Math.Pow(2, attempt), 30);
            first[attempt].TotalSeconds.ShouldBeInRange((backoff / 2) - 0.001, backoff);
        }
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(408)]
    [InlineData(302)]
    [InlineData(409)]
    [InlineData(425)]
    [InlineData(499)]
    public void A_transfer_in_doubt_is_never_sent_again(int status)
    {
        Wire.Then((HttpStatusCode)status);

        RunFails(Withdraw).Kind.ShouldBe(BrokerErrorKind.InDoubt);

        Wire.Sent.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("reset", BrokerErrorKind.InDoubt)]
    [InlineData("time-out", BrokerErrorKind.InDoubt)]
    [InlineData("unknown host", BrokerErrorKind.Unavailable)]
    [InlineData("refused", BrokerErrorKind.Unavailable)]
    public void A_transfer_that_meets_a_network_failure_is_in_doubt_unless_it_was_never_sent(string failure, BrokerErrorKind kind)
    {
        Fail(failure, TransferBody);

        RunFails(Withdraw).Kind.ShouldBe(kind);

        Wire.Sent.Count.ShouldBe(1);
    }

    [Fact]
    public void A_transfer_whose_answer_cannot_be_parsed_is_in_doubt()
    {
        Wire.Then(HttpStatusCode.OK, "<html>");

        RunFails(Withdraw).Kind.ShouldBe(BrokerErrorKind.InDoubt);

        Wire.Sent.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(500, BrokerErrorKind.InDoubt)]
    [InlineData(503, BrokerErrorKind.InDoubt)]
    [InlineData(429, BrokerErrorKind.RateLimited)]
    public void No_change_is_ever_sent_again(int status, BrokerErrorKind kind)
    {
        Func<IBroker, Task>[] changes =
        [
            Withdraw,
            broker => broker.CancelAllOrdersAsync(Account),
            broker => broker.CancelOrderAsync(Account, "o1"),
            broker => broker.CloseAllPositionsAsync(Account),
            broker => broker.CancelTransferAsync(Account, "t1"),
            broker => broker.CloseAccountAsync(Account),
        ];
        Wire.Always(_ => ScriptedBroker.Answer((HttpStatusCode)status));

        foreach (var change in changes)
            RunFails(change).Kind.ShouldBe(kind);

        Wire.Sent.Count.ShouldBe(changes.Length);
        Clock.GetUtcNow().ShouldBe(VirtualTime.Start);
    }

    [Fact]
    public void A_change_that_meets_the_rate_limit_ends_at_once_with_the_time_of_the_reset()
    {
        var reset = VirtualTime.Start.AddSeconds(42);
        Wire.Then(HttpStatusCode.TooManyRequests, "", ("X-RateLimit-Reset", $"{reset.ToUnixTimeSeconds()}"));

        var failure = RunFails(Withdraw);

        failure.Kind.ShouldBe(BrokerErrorKind.RateLimited);
        failure.RetryAt.ShouldBe(reset);
        Wire.Sent.Count.ShouldBe(1);
        Clock.GetUtcNow().ShouldBe(VirtualTime.Start);
    }

    [Fact]
    public void A_read_that_meets_the_rate_limit_is_sent_again_after_the_reset()
    {
        var reset = VirtualTime.Start.AddSeconds(42);
        Wire.Then(HttpStatusCode.TooManyRequests, "", ("X-RateLimit-Reset", $"{reset.ToUnixTimeSeconds()}"))
            .Then(HttpStatusCode.OK, AccountBody);

        Run(broker => broker.GetAccountAsync(Account)).Id.ShouldBe("a");

        Wire.Sent.Count.ShouldBe(2);
        Wire.Sent[1].At.ShouldBeInRange(reset, reset.AddSeconds(1));
    }

    [Fact]
    public void A_rate_limit_that_does_not_end_is_reported_with_the_time_of_the_reset()
    {
        Settings.ReadAttempts = 3;
        var reset = VirtualTime.Start.AddHours(20);
        Wire.Always(_ => ScriptedBroker.Answer(HttpStatusCode.TooManyRequests, "", ("X-RateLimit-Reset", $"{reset.ToUnixTimeSeconds()}")));

        var failure = RunFails(broker => broker.GetAccountAsync(Account));

        failure.Kind.ShouldBe(BrokerErrorKind.RateLimited);
        failure.RetryAt.ShouldBe(reset);
        Wire.Sent.Count.ShouldBe(3);
        (Wire.Sent[2].At - VirtualTime.Start).ShouldBeLessThan(2 * (Settings.LongestRateLimitWait + TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void A_rate_limit_without_a_stated_reset_is_waited_out_with_increasing_delays()
    {
        Wire.Then(HttpStatusCode.TooManyRequests).Then(HttpStatusCode.TooManyRequests).Then(HttpStatusCode.OK, AccountBody);

        Run(broker => broker.GetAccountAsync(Account));

        Waits(0, 3).ShouldAllBe(wait => wait > TimeSpan.FromMilliseconds(200) && wait <= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_request_takes_no_longer_than_its_time_out()
    {
        Settings.ReadAttempts = 1;
        Wire.ThenLate(TimeSpan.FromMinutes(10), AccountBody);

        RunFails(broker => broker.GetAccountAsync(Account)).Kind.ShouldBe(BrokerErrorKind.Unavailable);

        Clock.GetUtcNow().ShouldBe(VirtualTime.Start + Settings.RequestTimeout);
    }

    [Fact]
    public void A_cancelled_call_ends_as_cancelled_and_is_not_repeated()
    {
        Wire.ThenLate(TimeSpan.FromSeconds(20), AccountBody);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(5), Clock);

        Should.Throw<OperationCanceledException>(() => Run(broker => broker.GetAccountAsync(Account, cancellation.Token)));

        Wire.Sent.Count.ShouldBe(1);
    }

    private static Task Withdraw(IBroker broker) => broker.CreateAchWithdrawalAsync(Account, "r", new Money(10m));

    private void Fail(string failure, string lateBody)
    {
        if (failure == "time-out")
        {
            Wire.ThenLate(TimeSpan.FromMinutes(1), lateBody);
            return;
        }

        Wire.ThenThrow(failure switch
        {
            "unknown host" => new HttpRequestException(HttpRequestError.NameResolutionError),
            "refused" => new HttpRequestException(HttpRequestError.ConnectionError),
            _ => new HttpRequestException(HttpRequestError.ResponseEnded),
        });
    }

    private List<TimeSpan> Waits(int from, int to) =>
        [.. Wire.Sent.Take(to).Skip(from + 1).Zip(Wire.Sent.Skip(from), (later, earlier) => later.At - earlier.At)];
}
