using AccountClosure.Records;

namespace AccountClosure.Adapters.Tests.Records;

/// <summary>Only one execution at a time may create the transfer of an intent.</summary>
public abstract class TransferClaimTests(RecordsPlace place) : LedgerTestBase(place)
{
    [Fact]
    public async Task One_of_two_executions_gets_the_claim()
    {
        var id = (await Ledger.RecordIntentAsync(Intent(1)))!.Intent.IntentId;

        (await Ledger.TryClaimAsync(id, "first", Now, Lease)).ShouldBeTrue();
        (await Ledger.TryClaimAsync(id, "second", Now, Lease)).ShouldBeFalse();
    }

    [Fact]
    public async Task One_of_many_concurrent_claims_through_different_connections_succeeds()
    {
        var id = (await Ledger.RecordIntentAsync(Intent(1)))!.Intent.IntentId;
        var databases = Enumerable.Range(0, 4).Select(_ => Place.Open()).ToList();
        using var together = new Barrier(databases.Count);
        var outcomes = new bool[databases.Count];

        var threads = databases.Select((other, index) => new Thread(() =>
        {
            var otherLedger = new TransferLedger(other);
            together.SignalAndWait();
            outcomes[index] = otherLedger.TryClaimAsync(id, $"execution-{index}", Now, Lease).GetAwaiter().GetResult();
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        databases.ForEach(other => other.Dispose());

        outcomes.Count(claimed => claimed).ShouldBe(1);
    }

    [Fact]
    public async Task A_claim_expires_with_its_lease()
    {
        var id = (await Ledger.RecordIntentAsync(Intent(1)))!.Intent.IntentId;
        await Ledger.TryClaimAsync(id, "first", Now, Lease);

        (await Ledger.TryClaimAsync(id, "second", Now + Lease - TimeSpan.FromTicks(1), Lease)).ShouldBeFalse();
        (await Ledger.TryClaimAsync(id, "second", Now + Lease, Lease)).ShouldBeTrue();
        (await Ledger.TryClaimAsync(id, "first", Now + Lease, Lease)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_claim_can_be_repeated_by_its_holder()
    {
        var id = (await Ledger.RecordIntentAsync(Intent(1)))!.Intent.IntentId;

        (await Ledger.TryClaimAsync(id, "first", Now, Lease)).ShouldBeTrue();
        (await Ledger.TryClaimAsync(id, "first", Now, Lease)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_released_claim_is_free_and_only_its_holder_can_release_it()
    {
        var id = (await Ledger.RecordIntentAsync(Intent(1)))!.Intent.IntentId;
        await Ledger.TryClaimAsync(id, "first", Now, Lease);

        await Ledger.ReleaseAsync(id, "second");
        (await Ledger.TryClaimAsync(id, "second", Now, Lease)).ShouldBeFalse();
        await Ledger.ReleaseAsync(id, "first");
        await Ledger.ReleaseAsync(id, "first");
        (await Ledger.TryClaimAsync(id, "second", Now, Lease)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_bound_or_abandoned_intent_can_be_neither_claimed_nor_sent()
    {
        var bound = await BoundAsync(1);
        var abandoned = (await Ledger.RecordIntentAsync(Intent(2)))!.Intent.IntentId;
        await Ledger.AbandonAsync(abandoned, Because("cancelled", Now));

        (await Ledger.TryClaimAsync(bound, "first", Now, Lease)).ShouldBeFalse();
        (await Ledger.TryClaimAsync(abandoned, "first", Now, Lease)).ShouldBeFalse();
        await Should.ThrowAsync<InvalidOperationException>(() => Ledger.TryRecordAttemptAsync(bound, "first", Now.AddHours(1), null));
        await Should.ThrowAsync<InvalidOperationException>(() => Ledger.TryRecordAttemptAsync(abandoned, "first", Now.AddHours(1), null));
    }
}
