using AccountClosure.Closure;
using AccountClosure.Records;

namespace AccountClosure.Adapters.Tests.Records;

public abstract class TransferLedgerTests : IDisposable
{
    private const string Account = "account-1";
    private static readonly DateTimeOffset Now = VirtualTime.Start;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    private readonly RecordsPlace place;
    private RecordsDatabase database;
    private TransferLedger ledger;

    protected TransferLedgerTests(RecordsPlace place)
    {
        this.place = place;
        database = place.Open();
        ledger = new TransferLedger(database);
    }

    public void Dispose()
    {
        database.Dispose();
        place.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_intent_is_kept_as_it_was_written()
    {
        var written = await ledger.RecordIntentAsync(Intent(1));

        written.Intent.ShouldBe(Intent(1));
        written.State.ShouldBe(LedgerState.Intended);
        (await ledger.FindAsync(Intent(1).IntentId)).ShouldBe(written);
    }

    [Fact]
    public async Task The_first_writer_of_an_intent_wins()
    {
        await ledger.RecordIntentAsync(Intent(1));

        var second = await ledger.RecordIntentAsync(Intent(1) with { Amount = new Money(1m), CreatedAt = Now.AddDays(1) });

        second.Intent.ShouldBe(Intent(1));
        (await ledger.ListAsync(Account)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_closure_has_one_intent_for_each_sequence_number()
    {
        await ledger.RecordIntentAsync(Intent(1));

        await Should.ThrowAsync<Exception>(() => ledger.RecordIntentAsync(Intent(1) with { IntentId = "another" }));
    }

    [Fact]
    public async Task An_amount_with_a_fraction_of_a_cent_is_not_written()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => ledger.RecordIntentAsync(Intent(1) with { Amount = new Money(1.005m) }));

        (await ledger.ListAsync(Account)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_two_executions_one_gets_the_claim()
    {
        var id = (await ledger.RecordIntentAsync(Intent(1))).Intent.IntentId;

        (await ledger.TryClaimAsync(id, "first", Now, Lease)).ShouldBeTrue();
        (await ledger.TryClaimAsync(id, "second", Now, Lease)).ShouldBeFalse();
    }

    [Fact]
    public async Task Of_many_claims_at_the_same_time_through_different_connections_one_succeeds()
    {
        var id = (await ledger.RecordIntentAsync(Intent(1))).Intent.IntentId;
        var databases = Enumerable.Range(0, 4).Select(_ => place.Open()).ToList();
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
    public async Task A_claim_runs_out_with_its_lease()
    {
        var id = (await ledger.RecordIntentAsync(Intent(1))).Intent.IntentId;
        await ledger.TryClaimAsync(id, "first", Now, Lease);

        (await ledger.TryClaimAsync(id, "second", Now + Lease - TimeSpan.FromTicks(1), Lease)).ShouldBeFalse();
        (await ledger.TryClaimAsync(id, "second", Now + Lease, Lease)).ShouldBeTrue();
        (await ledger.TryClaimAsync(id, "first", Now + Lease, Lease)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_claim_can_be_repeated_by_its_holder()
    {
        var id = (await ledger.RecordIntentAsync(Intent(1))).Intent.IntentId;

        (await ledger.TryClaimAsync(id, "first", Now, Lease)).ShouldBeTrue();
        (await ledger.TryClaimAsync(id, "first", Now, Lease)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_released_claim_is_free_and_only_its_holder_can_release_it()
    {
        var id = (await ledger.RecordIntentAsync(Intent(1))).Intent.IntentId;
        await ledger.TryClaimAsync(id, "first", Now, Lease);

        await ledger.ReleaseAsync(id, "second");
        (await ledger.TryClaimAsync(id, "second", Now, Lease)).ShouldBeFalse();
        await ledger.ReleaseAsync(id, "first");
        await ledger.ReleaseAsync(id, "first");
        (await ledger.TryClaimAsync(id, "second", Now, Lease)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_bound_or_abandoned_intent_cannot_be_claimed_and_no_post_may_be_sent_for_it()
    {
        var bound = await BoundAsync(1);
        var abandoned = (await ledger.RecordIntentAsync(Intent(2))).Intent.IntentId;
        await ledger.AbandonAsync(abandoned, Because("cancelled", Now));

        (await ledger.TryClaimAsync(bound, "first", Now, Lease)).ShouldBeFalse();
        (await ledger.TryClaimAsync(abandoned, "first", Now, Lease)).ShouldBeFalse();
        await Should.ThrowAsync<InvalidOperationException>(() => ledger.RecordAttemptAsync(bound, Now.AddHours(1)));
        await Should.ThrowAsync<InvalidOperationException>(() => ledger.RecordAttemptAsync(abandoned, Now.AddHours(1)));
    }

    [Fact]
    public async Task Nothing_can_be_said_of_an_intent_that_was_never_written()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => ledger.TryClaimAsync("none", "first", Now, Lease));
        await Should.ThrowAsync<InvalidOperationException>(() => ledger.RecordAttemptAsync("none", Now));
        await Should.ThrowAsync<InvalidOperationException>(() => ledger.BindAsync("none", "b", new TransferStatus("QUEUED"), Now, Now));
        await Should.ThrowAsync<InvalidOperationException>(() => ledger.AbandonAsync("none", Because("reason", Now)));
        (await ledger.FindAsync("none")).ShouldBeNull();
    }

    [Fact]
    public async Task An_attempt_is_noted_and_a_later_one_replaces_it()
    {
        var id = (await ledger.RecordIntentAsync(Intent(1))).Intent.IntentId;

        await ledger.RecordAttemptAsync(id, Now);
        await ledger.RecordAttemptAsync(id, Now.AddMinutes(5));

        (await ledger.FindAsync(id))!.AttemptedAt.ShouldBe(Now.AddMinutes(5));
    }

    [Fact]
    public async Task A_binding_is_kept_and_repeating_it_changes_nothing()
    {
        var id = await BoundAsync(1);
        await ledger.RecordStatusAsync(id, new TransferStatus("COMPLETE"), Now.AddDays(1));
        var before = await ledger.FindAsync(id);

        await BoundAsync(1);

        (await ledger.FindAsync(id)).ShouldBe(before);
        before!.BrokerTransferId.ShouldBe("broker-1");
        before.BrokerCreatedAt.ShouldBe(Now);
        before.State.ShouldBe(LedgerState.Bound);
    }

    [Fact]
    public async Task An_intent_is_bound_to_one_transfer_for_ever()
    {
        var id = await BoundAsync(1);

        await Should.ThrowAsync<InvalidOperationException>(
            () => ledger.BindAsync(id, "broker-9", new TransferStatus("QUEUED"), Now, Now));

        (await ledger.FindAsync(id))!.BrokerTransferId.ShouldBe("broker-1");
    }

    [Fact]
    public async Task A_transfer_of_the_broker_belongs_to_one_intent()
    {
        await BoundAsync(1);
        var second = (await ledger.RecordIntentAsync(Intent(2))).Intent.IntentId;

        await Should.ThrowAsync<InvalidOperationException>(
            () => ledger.BindAsync(second, "broker-1", new TransferStatus("QUEUED"), Now, Now));

        (await ledger.FindAsync(second))!.State.ShouldBe(LedgerState.Intended);
        (await ledger.ListStatusesAsync(second)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_transfer_that_turns_up_for_an_abandoned_intent_is_bound_to_it()
    {
        var id = (await ledger.RecordIntentAsync(Intent(1))).Intent.IntentId;
        await ledger.AbandonAsync(id, Because("cancelled", Now));

        await BoundAsync(1);

        var transfer = await ledger.FindAsync(id);
        (transfer!.State, transfer.Abandonment).ShouldBe((LedgerState.Bound, Because("cancelled", Now)));
    }

    [Fact]
    public async Task Each_change_of_the_status_is_kept_once()
    {
        var id = await BoundAsync(1);
        await ledger.RecordStatusAsync(id, new TransferStatus("PENDING"), Now.AddHours(2));
        await ledger.RecordStatusAsync(id, new TransferStatus("PENDING"), Now.AddHours(4));
        await ledger.RecordStatusAsync(id, new TransferStatus("PENDING"), Now.AddHours(4));
        await ledger.RecordStatusAsync(id, new TransferStatus("COMPLETE"), Now.AddHours(6));

        (await ledger.ListStatusesAsync(id)).ShouldBe(
        [
            new SeenStatus(new TransferStatus("QUEUED"), Now),
            new SeenStatus(new TransferStatus("PENDING"), Now.AddHours(2)),
            new SeenStatus(new TransferStatus("COMPLETE"), Now.AddHours(6)),
        ]);
        (await ledger.FindAsync(id))!.StatusSeenAt.ShouldBe(Now.AddHours(6));
    }

    [Fact]
    public async Task A_status_seen_earlier_does_not_replace_a_later_one()
    {
        var id = await BoundAsync(1);
        await ledger.RecordStatusAsync(id, new TransferStatus("RETURNED"), Now.AddHours(6));

        await ledger.RecordStatusAsync(id, new TransferStatus("COMPLETE"), Now.AddHours(5));

        (await ledger.FindAsync(id))!.Status.ShouldBe(new TransferStatus("RETURNED"));
    }

    [Fact]
    public async Task A_word_that_nobody_knows_is_kept_as_the_broker_wrote_it()
    {
        var id = await BoundAsync(1);

        await ledger.RecordStatusAsync(id, new TransferStatus("on hold; see 'ticket'"), Now.AddHours(1));

        (await ledger.FindAsync(id))!.Status!.Value.Raw.ShouldBe("on hold; see 'ticket'");
        (await ledger.ListAsync(Account)).Single().Status!.Value.IsFinal.ShouldBeFalse();
    }

    [Fact]
    public async Task An_abandoned_intent_keeps_its_first_reason_and_a_bound_one_cannot_be_abandoned()
    {
        var id = (await ledger.RecordIntentAsync(Intent(1))).Intent.IntentId;
        await ledger.AbandonAsync(id, Because("refused", Now));
        await ledger.AbandonAsync(id, Because("another", Now.AddHours(1)));

        (await ledger.FindAsync(id))!.Abandonment.ShouldBe(Because("refused", Now));
        var bound = await BoundAsync(2);
        await Should.ThrowAsync<InvalidOperationException>(() => ledger.AbandonAsync(bound, Because("refused", Now)));
    }

    [Fact]
    public async Task The_transfers_of_an_account_are_listed_oldest_first()
    {
        foreach (var sequence in new[] { 3, 1, 2 })
            await ledger.RecordIntentAsync(Intent(sequence) with { CreatedAt = Now.AddDays(sequence) });
        await ledger.RecordIntentAsync(Intent(4) with { AccountId = "another" });

        (await ledger.ListAsync(Account)).Select(transfer => transfer.Intent.Sequence).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Everything_is_there_again_when_the_file_is_opened_again()
    {
        var id = await BoundAsync(1);
        var open = (await ledger.RecordIntentAsync(Intent(2))).Intent.IntentId;
        await ledger.TryClaimAsync(open, "first", Now, Lease);
        await ledger.RecordAttemptAsync(open, Now);
        var before = await ledger.ListAsync(Account);

        database.Dispose();
        database = place.Open();
        ledger = new TransferLedger(database);

        (await ledger.ListAsync(Account)).ShouldBe(before);
        (await ledger.ListStatusesAsync(id)).Count.ShouldBe(1);
        (await ledger.TryClaimAsync(open, "second", Now, Lease)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("DELETE FROM transfer")]
    [InlineData("UPDATE transfer SET broker_transfer_id = 'broker-2'")]
    [InlineData("UPDATE transfer_status SET status = 'COMPLETE'")]
    [InlineData("DELETE FROM transfer_status")]
    public async Task The_database_itself_refuses_to_forget_a_transfer(string statement)
    {
        await BoundAsync(1);
        await ledger.RecordIntentAsync(Intent(1));

        Should.Throw<Exception>(() => database.Execute(statement));
    }

    private async Task<string> BoundAsync(int sequence)
    {
        var id = (await ledger.RecordIntentAsync(Intent(sequence))).Intent.IntentId;
        await ledger.BindAsync(id, $"broker-{sequence}", new TransferStatus("QUEUED"), Now, Now);
        return id;
    }

    private static Abandonment Because(string reason, DateTimeOffset at) => new(AbandonCause.OverLimit, reason, at, RetryAt: at.AddDays(1));

    private static TransferIntent Intent(int sequence) => new(
        $"CLA-AAAAA-BBBBB/{sequence}", Account, "CLA-AAAAA-BBBBB", sequence, new Money(50_000m), "relationship", Now.AddMinutes(-1), Now);
}
