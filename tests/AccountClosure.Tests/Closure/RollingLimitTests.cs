using AccountClosure.Closure;

namespace AccountClosure.Tests.Closure;

public sealed class RollingLimitTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 15, 0, 0, TimeSpan.Zero);
    private static readonly Money Limit = new(50_000m);

    [Fact]
    public void Without_transfers_the_whole_limit_is_available()
    {
        RollingLimit.Available([], Limit, Now).ShouldBe(Limit);
        RollingLimit.FreeAt([], Now).ShouldBeNull();
    }

    [Theory]
    [InlineData(0, 20_000)]
    [InlineData(23, 20_000)]
    [InlineData(24, 20_000)]
    [InlineData(25, 50_000)]
    public void A_transfer_counts_up_to_and_including_24_hours(int hoursAgo, int available) =>
        RollingLimit.Available([Sent(30_000m, Now.AddHours(-hoursAgo))], Limit, Now).ShouldBe(new Money(available));

    [Theory]
    [InlineData(60, 20_000)]
    [InlineData(61, 50_000)]
    public void A_transfer_counts_for_one_more_minute_because_broker_clocks_differ(int seconds, int available) =>
        RollingLimit.Available([Sent(30_000m, Now.AddDays(-1).AddSeconds(-seconds))], Limit, Now).ShouldBe(new Money(available));

    [Theory]
    [InlineData("REJECTED")]
    [InlineData("RETURNED")]
    [InlineData("CANCELED")]
    public void A_failed_transfer_counts_because_waiting_too_long_is_harmless(string status) =>
        RollingLimit.Available([Sent(30_000m, Now.AddHours(-1), status)], Limit, Now).ShouldBe(new Money(20_000m));

    [Fact]
    public void Transfers_by_others_beyond_the_limit_leave_zero_and_not_less() =>
        RollingLimit.Available([Sent(60_000m, Now.AddHours(-1))], Limit, Now).ShouldBe(Money.Zero);

    [Fact]
    public void The_limit_is_free_when_every_broker_clock_dates_the_last_transfer_24_hours_ago()
    {
        var freeAt = RollingLimit.FreeAt([Sent(1m, Now.AddHours(-20)), Sent(2m, Now.AddHours(-3)), Sent(3m, Now.AddHours(-30))], Now);

        freeAt.ShouldBe(Now.AddHours(21).AddSeconds(61));
        RollingLimit.Available([Sent(2m, Now.AddHours(-3))], Limit, freeAt!.Value).ShouldBe(Limit);
    }

    private static BrokerTransfer Sent(decimal dollars, DateTimeOffset at, string status = "COMPLETE") =>
        new($"t{dollars}", "bank", new Money(dollars), TransferDirection.Outgoing, new TransferStatus(status), at);
}
