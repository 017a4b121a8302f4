namespace AccountClosure.Simulator.Tests;

public sealed class RateLimitTests
{
    [Fact]
    public async Task Every_answer_says_what_is_left_of_the_minute_and_the_request_after_the_last_is_429()
    {
        await using var broker = new TestBroker(new SimulatorOptions { RateLimitPerMinute = 3 });
        var account = broker.Account(100m);

        var answers = new List<Answer>
        {
            await broker.GetAsync("/v1/clock"),
            await broker.GetAsync("/v1/nothing"),
            await broker.GetAsync("/v1/clock"),
            await broker.WithdrawAsync(account, "10"),
        };

        answers.Select(answer => answer.Status).ShouldBe([200, 404, 200, 429]);
        answers.Select(answer => answer.Headers["X-RateLimit-Remaining"]).ShouldBe(["2", "1", "0", "0"]);
        answers.ShouldAllBe(answer => answer.Headers["X-RateLimit-Limit"] == "3");
        var reset = DateTimeOffset.FromUnixTimeSeconds(long.Parse(answers[3].Headers["X-RateLimit-Reset"]));
        reset.ShouldBe(TestBroker.MondayMorning.AddMinutes(1));
        broker.State(account).Transfers.ShouldBeEmpty();
        broker.Time.MoveTo(reset);
        (await broker.WithdrawAsync(account, "10")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Latency_takes_between_half_and_one_and_a_half_of_the_mean_half_of_it_before_the_effect()
    {
        await using var broker = new TestBroker(new SimulatorOptions { Latency = TimeSpan.FromSeconds(1) });
        var account = broker.Account(100m);

        var sending = broker.WithdrawAsync(account, "10");

        broker.State(account).Transfers.ShouldBeEmpty();
        broker.Time.Advance(TimeSpan.FromMilliseconds(499));
        sending.IsCompleted.ShouldBeFalse();
        broker.Time.Advance(TimeSpan.FromMilliseconds(1001));
        (await sending).Status.ShouldBe(200);
        broker.State(account).Transfers[0].CreatedAt.ShouldBeInRange(
            TestBroker.MondayMorning.AddMilliseconds(250), TestBroker.MondayMorning.AddMilliseconds(750));
    }

    [Fact]
    public async Task The_log_of_requests_forgets_the_oldest_first()
    {
        await using var broker = new TestBroker(new SimulatorOptions { RequestLogCapacity = 2 });
        foreach (var path in (string[])["/v1/clock", "/v1/calendar?start=2026-03-02&end=2026-03-02", "/v1/nothing"])
            await broker.GetAsync(path);

        broker.Simulator.Requests
            .Select(request => (request.Route, request.Status))
            .ShouldBe([("/v1/calendar", 200), ("/v1/nothing", 404)]);
    }
}
