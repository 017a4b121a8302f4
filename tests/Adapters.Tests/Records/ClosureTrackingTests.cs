using AccountClosure.Closure;
using AccountClosure.Records;

namespace AccountClosure.Adapters.Tests.Records;

public abstract class ClosureTrackingTests : IDisposable
{
    private readonly RecordsPlace place;
    private readonly RecordsDatabase database;
    private readonly ClosureTracking tracking;

    protected ClosureTrackingTests(RecordsPlace place)
    {
        this.place = place;
        database = place.Open();
        tracking = new ClosureTracking(database);
    }

    public void Dispose()
    {
        database.Dispose();
        place.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_record_is_kept_whole_and_replaced_by_a_later_one()
    {
        await tracking.SaveAsync(Record());
        (await tracking.FindAsync("CLA-AAAAA-BBBBB")).ShouldBe(Record());

        var later = Record() with
        {
            Phase = "Completed",
            UpdatedAt = VirtualTime.Start.AddDays(3),
            EndedAt = VirtualTime.Start.AddDays(3),
            Withdrawn = new Money(150_000m),
            TransferCount = 3,
            Outcome = "closed",
        };
        await tracking.SaveAsync(later);
        (await tracking.FindAsync("CLA-AAAAA-BBBBB")).ShouldBe(later);
    }

    [Fact]
    public async Task A_late_writer_does_not_revert_a_record()
    {
        await tracking.SaveAsync(Record() with { Phase = "Closing", UpdatedAt = VirtualTime.Start.AddDays(1) });
        await tracking.SaveAsync(Record() with { Phase = "Settling" });

        (await tracking.FindAsync("CLA-AAAAA-BBBBB"))!.Phase.ShouldBe("Closing");
    }

    [Fact]
    public async Task The_end_time_stays_when_a_restarted_instance_ends_in_the_same_way()
    {
        var end = Record() with { Phase = "Completed", EndedAt = VirtualTime.Start };
        var again = end with { UpdatedAt = VirtualTime.Start.AddHours(1), EndedAt = VirtualTime.Start.AddHours(1) };
        await tracking.SaveAsync(end);
        await tracking.SaveAsync(again);

        (await tracking.FindAsync("CLA-AAAAA-BBBBB")).ShouldBe(again with { EndedAt = VirtualTime.Start });
    }

    [Fact]
    public async Task The_first_outcome_of_a_closure_stays_when_a_late_record_differs()
    {
        var end = Record() with { Phase = "Cancelled", EndedAt = VirtualTime.Start };
        var other = end with { Phase = "Completed", UpdatedAt = VirtualTime.Start.AddHours(1), EndedAt = VirtualTime.Start.AddHours(1) };
        await tracking.SaveAsync(end);
        await tracking.SaveAsync(other);

        (await tracking.FindAsync("CLA-AAAAA-BBBBB")).ShouldBe(end);
    }

    [Fact]
    public async Task Of_two_records_with_the_same_time_the_end_stays()
    {
        var end = Record() with { Phase = "Rejected", EndedAt = VirtualTime.Start };
        await tracking.SaveAsync(Record());
        await tracking.SaveAsync(end);
        await tracking.SaveAsync(Record());
        await tracking.SaveAsync(end with { Outcome = "AccountClosed" });

        (await tracking.FindAsync("CLA-AAAAA-BBBBB")).ShouldBe(end with { Outcome = "AccountClosed" });
    }

    [Fact]
    public async Task The_closures_of_an_account_are_listed_newest_first()
    {
        await tracking.SaveAsync(Record());
        await tracking.SaveAsync(Record() with { ConfirmationNumber = "CLA-CCCCC-DDDDD", StartedAt = VirtualTime.Start.AddDays(9) });

        (await tracking.ListAsync("account-1")).Select(record => record.ConfirmationNumber)
            .ShouldBe(["CLA-CCCCC-DDDDD", "CLA-AAAAA-BBBBB"]);
        (await tracking.ListAsync("another")).ShouldBeEmpty();
        (await tracking.FindAsync("none")).ShouldBeNull();
    }

    [Fact]
    public async Task A_later_phase_does_not_reopen_an_ended_closure()
    {
        var end = Record() with { Phase = "Cancelled", EndedAt = VirtualTime.Start };
        await tracking.SaveAsync(end);
        await tracking.SaveAsync(Record() with { UpdatedAt = VirtualTime.Start.AddDays(1) });

        (await tracking.FindAsync("CLA-AAAAA-BBBBB")).ShouldBe(end);
    }

    [Fact]
    public async Task Closures_that_have_not_ended_are_listed_oldest_first()
    {
        await tracking.SaveAsync(Record() with { UpdatedAt = VirtualTime.Start.AddDays(2) });
        await tracking.SaveAsync(Record() with { ConfirmationNumber = "CLA-CCCCC-DDDDD" });
        await tracking.SaveAsync(Record() with { ConfirmationNumber = "CLA-EEEEE-FFFFF", EndedAt = VirtualTime.Start });

        (await tracking.ListNotEndedAsync(VirtualTime.Start.AddDays(3))).Select(record => record.ConfirmationNumber)
            .ShouldBe(["CLA-CCCCC-DDDDD", "CLA-AAAAA-BBBBB"]);
        (await tracking.ListNotEndedAsync(VirtualTime.Start.AddDays(1))).ShouldHaveSingleItem().ConfirmationNumber
            .ShouldBe("CLA-CCCCC-DDDDD");
    }

    [Fact]
    public async Task A_broker_request_is_recorded_before_it_is_sent_until_the_closure_is_stopped()
    {
        await tracking.SaveAsync(Record());
        (await Ask(BrokerRequestKind.CancelOrders, hours: 1)).ShouldBeTrue();
        (await Ask(BrokerRequestKind.Sale, hours: 2)).ShouldBeTrue();
        (await Ask(BrokerRequestKind.Sale, hours: 3)).ShouldBeTrue();
        (await Ask(BrokerRequestKind.Close, hours: 4)).ShouldBeTrue();

        var stopped = await tracking.StopAsync("CLA-AAAAA-BBBBB", new Stop(VirtualTime.Start, "operator", "test"));
        await tracking.StopAsync("CLA-AAAAA-BBBBB", new Stop(VirtualTime.Start.AddDays(1), "another", "later"));

        (await Ask(BrokerRequestKind.Sale, hours: 5)).ShouldBeFalse();
        stopped.ShouldBe(Record() with
        {
            Stop = new Stop(VirtualTime.Start, "operator", "test"),
            SaleAskedAt = VirtualTime.Start.AddHours(2).AddMinutes(1),
            LiquidationAskedAt = VirtualTime.Start.AddHours(3),
            CloseAskedAt = VirtualTime.Start.AddHours(4),
        });
        (await tracking.FindAsync("CLA-AAAAA-BBBBB")).ShouldBe(stopped);
        (await tracking.StopAsync("none", new Stop(VirtualTime.Start, "operator", "test"))).ShouldBeNull();
    }

    [Fact]
    public async Task An_ended_or_unknown_closure_may_request_nothing_from_the_broker()
    {
        (await Ask(BrokerRequestKind.Close, hours: 1)).ShouldBeFalse();
        await tracking.SaveAsync(Record() with { EndedAt = VirtualTime.Start });
        (await Ask(BrokerRequestKind.Close, hours: 1)).ShouldBeFalse();
    }

    private Task<bool> Ask(BrokerRequestKind kind, int hours) =>
        tracking.TryAskAsync("CLA-AAAAA-BBBBB", kind, VirtualTime.Start.AddHours(hours), VirtualTime.Start.AddHours(hours).AddMinutes(1));

    private static ClosureRecord Record() => new(
        "CLA-AAAAA-BBBBB", "account-1", "user-1", "bank-1", "closure-account-1", "Settling", VirtualTime.Start,
        VirtualTime.Start, null, Money.Zero, 0, null);
}

public sealed class SqliteClosureTrackingTests() : ClosureTrackingTests(new SqlitePlace());

[Collection(PostgresCollection.Name)]
public sealed class PostgresClosureTrackingTests(PostgresServer server) : ClosureTrackingTests(server.NewPlace());
