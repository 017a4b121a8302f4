using AccountClosure.Records;

namespace AccountClosure.Adapters.Tests.Records;

public abstract class AuditLogTests : IDisposable
{
    private readonly RecordsPlace place;
    private readonly RecordsDatabase database;
    private readonly AuditLog log;

    protected AuditLogTests(RecordsPlace place)
    {
        this.place = place;
        database = place.Open();
        log = new AuditLog(database);
    }

    public void Dispose()
    {
        database.Dispose();
        place.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Entries_are_listed_in_the_order_in_which_they_were_appended()
    {
        await log.AppendAsync(Entry("b"));
        await log.AppendAsync(Entry("a") with { At = VirtualTime.Start.AddDays(-1), Detail = null });
        await log.AppendAsync(Entry("c") with { AccountId = "another" });

        (await log.ListAsync("account-1")).ShouldBe([Entry("b"), Entry("a") with { At = VirtualTime.Start.AddDays(-1), Detail = null }]);
    }

    [Fact]
    public async Task An_entry_is_appended_once()
    {
        await log.AppendAsync(Entry("a"));
        await log.AppendAsync(Entry("a") with { Event = "SomethingElse" });

        (await log.ListAsync("account-1")).ShouldBe([Entry("a")]);
    }

    [Theory]
    [InlineData("UPDATE audit_entry SET actor = 'nobody'")]
    [InlineData("DELETE FROM audit_entry")]
    public async Task An_entry_can_neither_be_changed_nor_deleted(string statement)
    {
        await log.AppendAsync(Entry("a"));

        Should.Throw<Exception>(() => database.Execute(statement)).Message.ShouldContain("append only");

        (await log.ListAsync("account-1")).ShouldBe([Entry("a")]);
    }

    private static AuditEntry Entry(string id) =>
        new(id, "account-1", "CLA-AAAAA-BBBBB", VirtualTime.Start, "support: the customer's call", "ClosureInitiated", "reason");
}

public sealed class SqliteAuditLogTests() : AuditLogTests(new SqlitePlace())
{
    [Fact]
    public Task An_entry_cannot_be_replaced() => An_entry_can_neither_be_changed_nor_deleted(
        "INSERT OR REPLACE INTO audit_entry (entry_id, account_id, confirmation_number, at, actor, event) "
            + "VALUES ('a', '', '', '', '', '')");
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresAuditLogTests(PostgresServer server) : AuditLogTests(server.NewPlace());
