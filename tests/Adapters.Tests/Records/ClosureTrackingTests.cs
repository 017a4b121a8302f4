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
    public async Task A_late_writer_does_not_turn_a_record_back()
    {
        await tracking.SaveAsync(Record() with { Phase = "Closing", UpdatedAt = VirtualTime.Start.AddDays(1) });
        await tracking.SaveAsync(Record() with { Phase = "Settling" });

        (await tracking.FindAsync("CLA-AAAAA-BBBBB"))!.Phase.ShouldBe("Closing");
    }

    [Fact]
    public async Task Of_two_records_of_one_moment_the_end_stays()
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

        (await tracking.ListAsync("account-1")).Select(record => record.ConfirmationNumber).ShouldBe(["CLA-CCCCC-DDDDD", "CLA-AAAAA-BBBBB"]);
        (await tracking.ListAsync("another")).ShouldBeEmpty();
        (await tracking.FindAsync("none")).ShouldBeNull();
    }

    private static ClosureRecord Record() => new(
        "CLA-AAAAA-BBBBB", "account-1", "user-1", "closure-account-1", "Settling", VirtualTime.Start, VirtualTime.Start, null, Money.Zero, 0, null);
}

public sealed class SqliteClosureTrackingTests() : ClosureTrackingTests(new SqlitePlace());

[Collection(PostgresCollection.Name)]
public sealed class PostgresClosureTrackingTests(PostgresServer server) : ClosureTrackingTests(server.NewPlace());
