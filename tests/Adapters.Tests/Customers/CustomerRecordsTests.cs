using AccountClosure.Adapters.Tests.Records;
using AccountClosure.Closure;
using AccountClosure.Customers;
using AccountClosure.Records;

namespace AccountClosure.Adapters.Tests.Customers;

public abstract class CustomerRecordsTests : IDisposable
{
    private const string Account = "account-1";
    private const string Closure = "CLA-AAAAA-BBBBB";
    private const string Later = "CLA-CCCCC-DDDDD";
    private static readonly DateTimeOffset Now = VirtualTime.Start;

    private readonly RecordsPlace place;
    private readonly RecordsDatabase database;
    private readonly CustomerRecords customers;

    protected CustomerRecordsTests(RecordsPlace place)
    {
        this.place = place;
        database = place.Open();
        customers = new CustomerRecords(database);
    }

    public void Dispose()
    {
        database.Dispose();
        place.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_closure_marks_the_record_pending_and_then_closed()
    {
        await customers.MarkPendingClosureAsync(Account, "user-1", Closure, Now);
        (await customers.FindAsync(Account)).ShouldBe(new CustomerRecord(Account, "user-1", "pending_closure", Closure, Now));

        await customers.MarkClosedAsync(Account, Closure, Now.AddDays(3));
        (await customers.FindAsync(Account)).ShouldBe(new CustomerRecord(Account, "user-1", "closed", Closure, Now.AddDays(3)));
    }

    [Fact]
    public async Task A_repeated_mark_changes_nothing()
    {
        await customers.MarkPendingClosureAsync(Account, "user-1", Closure, Now);
        await customers.MarkPendingClosureAsync(Account, "user-1", Closure, Now.AddHours(1));
        (await customers.FindAsync(Account))!.UpdatedAt.ShouldBe(Now);

        await customers.MarkClosedAsync(Account, Closure, Now.AddDays(3));
        await customers.MarkClosedAsync(Account, Closure, Now.AddDays(4));
        await customers.MarkPendingClosureAsync(Account, "user-1", Closure, Now.AddDays(5));
        await customers.RestoreAsync(Account, Closure, Now.AddDays(2));

        (await customers.FindAsync(Account)).ShouldBe(new CustomerRecord(Account, "user-1", "closed", Closure, Now.AddDays(3)));
    }

    [Fact]
    public async Task Only_a_decision_made_after_the_close_restores_a_closed_record()
    {
        await customers.MarkPendingClosureAsync(Account, "user-1", Closure, Now);
        await customers.MarkClosedAsync(Account, Closure, Now.AddDays(3));
        (await customers.RestoreAsync(Account, Closure, Now.AddDays(2))).ShouldBeFalse();

        (await customers.RestoreAsync(Account, Closure, Now.AddDays(4))).ShouldBeTrue();

        (await customers.FindAsync(Account))!.Status.ShouldBe("active");
    }

    [Fact]
    public async Task A_cancelled_closure_restores_the_previous_record()
    {
        await customers.MarkPendingClosureAsync(Account, "user-1", Closure, Now);
        database.Execute("UPDATE customer_closure SET status_before = 'restricted'");

        await customers.RestoreAsync(Account, Closure, Now.AddDays(1));

        (await customers.FindAsync(Account)).ShouldBe(new CustomerRecord(Account, "user-1", "restricted", null, Now.AddDays(1)));
    }

    [Fact]
    public async Task A_late_repetition_of_a_cancelled_closures_mark_changes_nothing()
    {
        await customers.MarkPendingClosureAsync(Account, "user-1", Closure, Now);
        await customers.RestoreAsync(Account, Closure, Now.AddDays(1));

        await customers.MarkPendingClosureAsync(Account, "user-1", Closure, Now.AddDays(2));

        (await customers.FindAsync(Account))!.Status.ShouldBe("active");
    }

    [Fact]
    public async Task Only_a_closure_that_marked_the_record_can_close_or_restore_it()
    {
        await customers.MarkPendingClosureAsync(Account, "user-1", Closure, Now);

        (await customers.MarkClosedAsync(Account, Later, Now)).ShouldBeFalse();
        await customers.RestoreAsync(Account, Later, Now.AddDays(1));

        (await customers.FindAsync(Account))!.Status.ShouldBe("pending_closure");
        (await customers.MarkClosedAsync("unknown", Closure, Now)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_closure_after_a_terminated_one_restores_the_record_from_before_both()
    {
        await customers.MarkPendingClosureAsync(Account, "user-1", Closure, Now);
        await customers.MarkPendingClosureAsync(Account, "user-1", Later, Now.AddDays(1));
        await customers.RestoreAsync(Account, Closure, Now.AddDays(2));
        (await customers.FindAsync(Account))!.ConfirmationNumber.ShouldBe(Later);

        await customers.RestoreAsync(Account, Later, Now.AddDays(3));

        (await customers.FindAsync(Account))!.Status.ShouldBe("active");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_record_that_a_later_closure_took_over_is_closed_by_the_close_of_the_first(bool isRestoredBefore)
    {
        await customers.MarkPendingClosureAsync(Account, "user-1", Closure, Now);
        await customers.MarkPendingClosureAsync(Account, "user-1", Later, Now.AddDays(1));
        if (isRestoredBefore)
            await customers.RestoreAsync(Account, Later, Now.AddDays(2));

        await customers.MarkClosedAsync(Account, Closure, Now.AddDays(3));
        await customers.RestoreAsync(Account, Later, Now.AddDays(4));
        await customers.MarkClosedAsync(Account, Later, Now.AddDays(4));

        (await customers.FindAsync(Account))!.Status.ShouldBe("closed");
    }

    [Fact]
    public async Task An_account_that_the_broker_reopened_can_be_closed_again()
    {
        await customers.MarkPendingClosureAsync(Account, "user-1", Closure, Now);
        await customers.MarkClosedAsync(Account, Closure, Now.AddDays(3));

        await customers.MarkPendingClosureAsync(Account, "user-1", Later, Now.AddDays(30));
        await customers.MarkClosedAsync(Account, Closure, Now.AddDays(31));
        (await customers.FindAsync(Account)).ShouldBe(new CustomerRecord(Account, "user-1", "pending_closure", Later, Now.AddDays(30)));

        await customers.MarkClosedAsync(Account, Later, Now.AddDays(33));
        (await customers.FindAsync(Account)).ShouldBe(new CustomerRecord(Account, "user-1", "closed", Later, Now.AddDays(33)));
    }

    [Fact]
    public async Task A_cancelled_closure_of_a_reopened_account_makes_its_record_active()
    {
        await customers.MarkPendingClosureAsync(Account, "user-1", Closure, Now);
        await customers.MarkClosedAsync(Account, Closure, Now.AddDays(3));
        await customers.MarkPendingClosureAsync(Account, "user-1", Later, Now.AddDays(30));

        await customers.RestoreAsync(Account, Later, Now.AddDays(31));

        (await customers.FindAsync(Account))!.Status.ShouldBe("active");
    }

    [Fact]
    public async Task A_closure_that_was_stopped_does_not_mark_the_record()
    {
        var tracking = new ClosureTracking(database);
        await tracking.SaveAsync(
            new ClosureRecord(Closure, Account, "user-1", "bank", "closure", "Initiated", Now, Now, null, Money.Zero, 0, null));
        await tracking.StopAsync(Closure, new Stop(Now, "operator", "test"));

        await customers.MarkPendingClosureAsync(Account, "user-1", Closure, Now.AddMinutes(1));

        (await customers.FindAsync(Account)).ShouldBeNull();
        (await customers.ListClosuresAsync(Account)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_account_that_no_closure_has_marked_has_no_record() => (await customers.FindAsync("unknown")).ShouldBeNull();
}

public sealed class SqliteCustomerRecordsTests() : CustomerRecordsTests(new SqlitePlace());

[Collection(PostgresCollection.Name)]
public sealed class PostgresCustomerRecordsTests(PostgresServer server) : CustomerRecordsTests(server.NewPlace());
