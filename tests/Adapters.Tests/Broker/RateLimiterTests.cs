using System.Net;
using AccountClosure.Broker;

namespace AccountClosure.Adapters.Tests.Broker;

public sealed class RateLimiterTests : BrokerTestBase
{
    private const string AccountBody = """{"id":"a","status":"ACTIVE"}""";

    [Fact]
    public void A_quiet_client_may_send_a_burst_at_once_and_then_keeps_the_pace()
    {
        Settings.MaxRequestsPerSecond = 10;
        Settings.RequestBurst = 5;
        Wire.Always(_ => ScriptedBroker.Answer(HttpStatusCode.OK, AccountBody));

        ReadTogether(20);

        var times = Wire.Sent.Select(request => (request.At - VirtualTime.Start).TotalSeconds).ToList();
        times.Take(5).ShouldAllBe(seconds => seconds == 0);
        for (var index = 5; index < 20; index++)
            times[index].ShouldBe((index - 4) * 0.1, 0.0011);
    }

    [Fact]
    public void The_burst_is_available_again_after_a_pause()
    {
        Settings.MaxRequestsPerSecond = 10;
        Settings.RequestBurst = 5;
        Wire.Always(_ => ScriptedBroker.Answer(HttpStatusCode.OK, AccountBody));
        ReadTogether(20);
        var rested = Clock.GetUtcNow().AddMinutes(1);
        Clock.AdvanceTo(rested);

        ReadTogether(5);

        Wire.Sent.TakeLast(5).ShouldAllBe(request => request.At == rested);
    }

    [Fact]
    public void A_thousand_closures_that_wake_together_are_never_refused()
    {
        // The client has its default pace, and the broker allows far less. The client must learn from the answers, which arrive late.
        Settings.MaxRequestsPerSecond = new BrokerOptions().MaxRequestsPerSecond;
        Settings.RequestBurst = new BrokerOptions().RequestBurst;
        var broker = new BudgetedBroker(perMinute: 100);
        Wire.Always(async (request, cancellationToken) =>
        {
            var answer = broker.Answer(request);
            await Wire.WaitAsync(TimeSpan.FromMilliseconds(250), cancellationToken);
            return answer;
        });

        ReadTogether(1000);

        broker.Served.ShouldBe(1000);
        broker.Refused.ShouldBe(0);
    }

    [Fact]
    public void The_client_leaves_other_processes_their_share_of_the_budget()
    {
        Settings.MaxRequestsPerSecond = 1000;
        var broker = new BudgetedBroker(perMinute: 100);
        broker.TakenByOthers = 60;
        Wire.Always(broker.Answer);

        ReadTogether(90);

        broker.Served.ShouldBe(90);
        broker.Refused.ShouldBe(0);
        Wire.Sent.Count(request => request.At < VirtualTime.Start.AddMinutes(1)).ShouldBe(40);
    }

    [Fact]
    public void One_refusal_makes_all_others_wait_for_the_reset()
    {
        Settings.MaxRequestsPerSecond = 1;
        Settings.RequestBurst = 1;
        var reset = VirtualTime.Start.AddSeconds(50);
        Wire.Then(HttpStatusCode.TooManyRequests, "", Budget(0, reset)).Always(_ => ScriptedBroker.Answer(HttpStatusCode.OK, AccountBody));

        ReadTogether(10);

        Wire.Sent.Skip(1).ShouldAllBe(request => request.At >= reset);
        Wire.Sent.Skip(1).Select(request => request.At).Distinct().Count().ShouldBe(10);
    }

    [Fact]
    public void A_reset_in_the_far_future_delays_the_client_no_longer_than_the_longest_wait()
    {
        Wire.Then(HttpStatusCode.OK, AccountBody, Budget(0, VirtualTime.Start.AddYears(10))).Then(HttpStatusCode.OK, AccountBody);

        Run(async broker =>
        {
            await broker.GetAccountAsync(Account);
            await broker.GetAccountAsync(Account);
        });

        (Clock.GetUtcNow() - VirtualTime.Start).ShouldBe(Settings.LongestRateLimitWait, TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("-1", "soon")]
    [InlineData("many", "99999999999999999999")]
    [InlineData("0", "0")]
    [InlineData("", "")]
    public void Invalid_headers_are_ignored(string remaining, string reset)
    {
        Wire.Always(_ => ScriptedBroker.Answer(
            HttpStatusCode.OK, AccountBody, ("X-RateLimit-Remaining", remaining), ("X-RateLimit-Reset", reset)));

        ReadTogether(10);

        Clock.GetUtcNow().ShouldBe(VirtualTime.Start);
    }

    [Fact]
    public void A_call_that_is_cancelled_while_it_waits_for_its_turn_is_not_sent()
    {
        Settings.MaxRequestsPerSecond = 0.1;
        Settings.RequestBurst = 1;
        Wire.Always(_ => ScriptedBroker.Answer(HttpStatusCode.OK, AccountBody));
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(5), Clock);

        Should.Throw<OperationCanceledException>(() => Run(async broker =>
        {
            await broker.GetAccountAsync(Account);
            await broker.GetAccountAsync(Account, cancellation.Token);
        }));

        Wire.Sent.Count.ShouldBe(1);
        Clock.GetUtcNow().ShouldBe(VirtualTime.Start.AddSeconds(5));
    }

    [Fact]
    public void A_change_asks_for_its_permit_after_it_has_waited_for_its_turn()
    {
        Settings.MaxRequestsPerSecond = 0.1;
        Settings.RequestBurst = 1;
        Wire.Always(_ => ScriptedBroker.Answer(HttpStatusCode.OK, AccountBody));
        DateTimeOffset? askedAt = null;

        Run(async broker =>
        {
            await broker.GetAccountAsync(Account);
            await broker.CloseAccountAsync(Account, _ =>
            {
                askedAt = Clock.GetUtcNow();
                return Task.FromResult(true);
            });
        });

        askedAt.ShouldBe(VirtualTime.Start.AddSeconds(10));
        Wire.Sent[1].At.ShouldBe(VirtualTime.Start.AddSeconds(10));
    }

    [Fact]
    public void A_change_whose_permit_is_refused_is_not_sent_and_gives_its_turn_back()
    {
        Settings.RequestBurst = 1;
        Wire.Always(_ => ScriptedBroker.Answer(HttpStatusCode.OK, AccountBody));
        using var client = CreateClient();

        Should.Throw<BrokerException>(() => VirtualTime.Run(Clock, () => client.CloseAccountAsync(Account, _ => Task.FromResult(false))))
            .Kind.ShouldBe(BrokerErrorKind.Withheld);
        VirtualTime.Run(Clock, () => client.GetAccountAsync(Account));

        Wire.Sent.ShouldHaveSingleItem().Method.ShouldBe(HttpMethod.Get);
    }

    [Fact]
    public void The_time_out_of_a_change_begins_when_it_is_sent()
    {
        Settings.MaxRequestsPerSecond = 0.1;
        Settings.RequestBurst = 1;
        Wire.Then(HttpStatusCode.OK, AccountBody).ThenLate(TimeSpan.FromMinutes(10), "");

        var failure = RunFails(async broker =>
        {
            await broker.GetAccountAsync(Account);
            await broker.CloseAccountAsync(Account);
        });

        failure.Kind.ShouldBe(BrokerErrorKind.InDoubt);
        Clock.GetUtcNow().ShouldBe(VirtualTime.Start.AddSeconds(10) + Settings.RequestTimeout);
    }

    [Fact]
    public void A_change_that_is_cancelled_while_it_waits_for_its_turn_is_not_sent()
    {
        Settings.MaxRequestsPerSecond = 0.1;
        Settings.RequestBurst = 1;
        Wire.Always(_ => ScriptedBroker.Answer(HttpStatusCode.OK, AccountBody));
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(5), Clock);

        Should.Throw<OperationCanceledException>(() => Run(async broker =>
        {
            await broker.GetAccountAsync(Account);
            await broker.CloseAccountAsync(Account, cancellationToken: cancellation.Token);
        }));

        Wire.Sent.Count.ShouldBe(1);
        Clock.GetUtcNow().ShouldBe(VirtualTime.Start.AddSeconds(5));
    }

    private void ReadTogether(int closures) =>
        Run(broker => Task.WhenAll(Enumerable.Range(0, closures).Select(_ => broker.GetAccountAsync(Account))));

    private static (string, string)[] Budget(int remaining, DateTimeOffset reset) =>
        [("X-RateLimit-Remaining", $"{remaining}"), ("X-RateLimit-Reset", $"{reset.ToUnixTimeSeconds()}")];

    /// <summary>A broker that counts the requests of each minute and refuses those above its budget.</summary>
    private sealed class BudgetedBroker(int perMinute)
    {
        private long minute;
        private int used;

        public int TakenByOthers { get; set; }

        public int Served { get; private set; }

        public int Refused { get; private set; }

        public HttpResponseMessage Answer(SentRequest request)
        {
            var now = request.At.ToUnixTimeSeconds() / 60;
            if (now != minute)
                (minute, used) = (now, TakenByOthers);
            var budget = Budget(Math.Max(0, perMinute - used - 1), DateTimeOffset.FromUnixTimeSeconds((now + 1) * 60));
            if (used >= perMinute)
            {
                Refused++;
                return ScriptedBroker.Answer(HttpStatusCode.TooManyRequests, "", budget);
            }

            used++;
            Served++;
            return ScriptedBroker.Answer(HttpStatusCode.OK, AccountBody, budget);
        }
    }
}
