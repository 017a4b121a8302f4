using AccountClosure.Records;

namespace AccountClosure.Adapters.Tests.Records;

public sealed class SqliteRecordsTests
{
    [Fact]
    public void A_commit_is_on_the_disk_before_it_returns()
    {
        using var folder = new TemporaryFolder();
        using var database = new SqliteRecords($"Data Source={folder.File("new/records.db")}");

        Pragma(database, "journal_mode").ShouldBe("wal");
        Pragma(database, "synchronous").ShouldBe("2");
        Pragma(database, "busy_timeout").ShouldBe("30000");
    }

    [Fact]
    public void A_failed_write_leaves_no_trace()
    {
        using var database = new SqliteRecords("Data Source=:memory:");

        Should.Throw<InvalidOperationException>(() => database.Write(session =>
        {
            session.Execute("INSERT INTO customer (account_id, user_id, status, updated_at) VALUES ('a', 'u', 'active', '')");
            throw new InvalidOperationException("A crash in the middle.");
        }));

        database.Read(session => session.QueryFirst("SELECT COUNT(*) FROM customer", row => row.GetInt32(0))).ShouldBe(0);
    }

    [Fact]
    public void A_database_of_a_later_release_is_not_touched()
    {
        using var folder = new TemporaryFolder();
        var connectionString = $"Data Source={folder.File("records.db")}";
        using (var database = new SqliteRecords(connectionString))
            database.Execute("INSERT INTO schema_version (version, script) VALUES (999, 'from the future')");

        Should.Throw<InvalidOperationException>(() => new SqliteRecords(connectionString)).Message.ShouldContain("999");
    }

    [Fact]
    public void Times_sort_as_text_and_come_back_to_the_tick()
    {
        var times =
            new[] { VirtualTime.Start, VirtualTime.Start.AddTicks(1), VirtualTime.Start.AddSeconds(1), VirtualTime.Start.AddYears(1) };
        var texts = times.Select(time => RecordsDatabase.TimeText(time.ToOffset(TimeSpan.FromHours(-4)))).ToList();

        texts.ShouldBe(texts.Order(StringComparer.Ordinal));
        texts.Select(RecordsDatabase.Time).ShouldBe(times);
    }

    private static string? Pragma(SqliteRecords database, string name) =>
        database.Read(session => session.QueryFirst($"PRAGMA {name}", row => row.GetString(0)));
}
