using AccountClosure.Closure;
using AccountClosure.Records;

namespace AccountClosure.Adapters.Tests.Records;

[Collection(PostgresCollection.Name)]
public sealed class PostgresRecordsTests(PostgresServer server)
{
    [Fact]
    public void One_of_several_processes_that_start_together_creates_the_schema()
    {
        using var place = server.NewPlace();
        using var together = new Barrier(4);
        var opened = new RecordsDatabase[together.ParticipantCount];

        Together(together, index => opened[index] = place.Open());

        opened[0].Read(session => session.QueryFirst("SELECT COUNT(*) - MAX(version) FROM schema_version", row => row.GetInt64(0)))
            .ShouldBe(0);
        foreach (var database in opened)
            database.Dispose();
    }

    [Fact]
    public void Conflicting_transactions_do_not_both_commit_on_the_old_state()
    {
        using var place = server.NewPlace();
        using var database = place.Open();
        database.Execute("CREATE TABLE tally (value INTEGER)");
        using var together = new Barrier(4);

        // Each transaction inserts the count plus one. A lost update would skip a number and repeat another one.
        Together(together, _ =>
        {
            for (var round = 0; round < 5; round++)
            {
                database.Write(session => session.Execute(
                    "INSERT INTO tally VALUES (@value)",
                    ("@value", session.QueryFirst("SELECT COUNT(*) FROM tally", row => row.GetInt64(0)))));
            }
        });

        database.Read(session => session.Query("SELECT value FROM tally ORDER BY value", row => row.GetInt32(0)))
            .ShouldBe(Enumerable.Range(0, 20));
    }

    [Fact]
    public void The_end_of_a_closure_and_a_concurrent_return_agree_with_the_ledgers_totals()
    {
        const int closures = 20;
        var at = VirtualTime.Start;
        using var place = server.NewPlace();
        using var database = place.Open();
        var ledger = new TransferLedger(database);
        var tracking = new ClosureTracking(database);
        for (var number = 0; number < closures; number++)
        {
            tracking.SaveAsync(Row(number, ended: null)).IsCompletedSuccessfully.ShouldBeTrue();
            var intent = new TransferIntent($"CLA-{number}/1", "account", $"CLA-{number}", 1, new Money(1_000m), "relationship", at, at);
            ledger.RecordIntentAsync(intent).IsCompletedSuccessfully.ShouldBeTrue();
            ledger.BindAsync(intent.IntentId, $"broker-{number}", new TransferStatus("COMPLETE"), at, at).IsCompletedSuccessfully
                .ShouldBeTrue();
        }
        using var together = new Barrier(2);

        Together(together, index =>
        {
            for (var number = 0; number < closures; number++)
            {
                together.SignalAndWait();
                var write = index == 0
                    ? tracking.SaveAsync(Row(number, ended: at.AddHours(1)))
                    : ledger.RecordStatusAsync($"CLA-{number}/1", new TransferStatus("RETURNED"), at.AddHours(1));
                write.GetAwaiter().GetResult();
            }
        });

        database.Read(session => session.Query("SELECT withdrawn_cents FROM closure", row => row.GetInt64(0)))
            .ShouldAllBe(cents => cents == 0);

        ClosureRecord Row(int number, DateTimeOffset? ended) => new(
            $"CLA-{number}", "account", "user", "relationship", "instance", ended is null ? "Closing" : "Completed", at, ended ?? at, ended,
            new Money(1_000m), 1, Outcome: null);
    }

    [Fact]
    public void A_transaction_that_fails_leaves_no_trace()
    {
        using var place = server.NewPlace();
        using var database = place.Open();

        Should.Throw<InvalidOperationException>(() => database.Write(session =>
        {
            session.Execute("CREATE TABLE half_done (value INTEGER)");
            throw new InvalidOperationException("in the middle");
        }));

        database.Read(session => session.QueryFirst("SELECT COUNT(*) FROM pg_tables WHERE tablename = 'half_done'", row => row.GetInt64(0)))
            .ShouldBe(0);
    }

    [Fact]
    public void Tables_belong_to_the_role_of_the_connection_and_not_to_the_login()
    {
        using var place = server.NewPlace(owner: "records_owner");
        using var database = place.Open();

        database.Read(
            session => session.Query("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'", row => row.GetString(0)))
            .ShouldBe(["records_owner"]);
    }

    [Fact]
    public void A_database_from_a_later_release_is_not_touched()
    {
        using var place = server.NewPlace();
        using (var database = place.Open())
            database.Execute("INSERT INTO schema_version (version, script) VALUES (999, 'later')");

        Should.Throw<InvalidOperationException>(place.Open).Message.ShouldContain("999");
    }

    private static void Together(Barrier barrier, Action<int> work)
    {
        var failures = new Exception?[barrier.ParticipantCount];
        var threads = failures.Select((_, index) => new Thread(() =>
        {
            barrier.SignalAndWait();
            failures[index] = Record.Exception(() => work(index));
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        failures.ShouldAllBe(failure => failure == null);
    }
}
