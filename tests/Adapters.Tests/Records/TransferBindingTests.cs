using AccountClosure.Closure;
using AccountClosure.Records;

namespace AccountClosure.Adapters.Tests.Records;

/// <summary>A broker's transfer belongs to one intent, and the ledger keeps each of its statuses.</summary>
public abstract class TransferBindingTests(RecordsPlace place) : LedgerTestBase(place)
{
    [Fact]
    public async Task A_binding_is_kept_and_repeating_it_changes_nothing()
    {
        var id = await BoundAsync(1);
        await Ledger.RecordStatusAsync(id, new TransferStatus("COMPLETE"), Now.AddDays(1));
        var before = await Ledger.FindAsync(id);

        await BoundAsync(1);

        (await Ledger.FindAsync(id)).ShouldBe(before);
        before!.BrokerTransferId.ShouldBe("broker-1");
        before.BrokerCreatedAt.ShouldBe(Now);
        before.State.ShouldBe(LedgerState.Bound);
    }

    [Fact]
    public async Task An_intent_is_bound_to_one_transfer_for_ever()
    {
        var id = await BoundAsync(1);

        await Should.ThrowAsync<InvalidOperationException>(
            () => Ledger.BindAsync(id, "broker-9", new TransferStatus("QUEUED"), Now, Now));

        (await Ledger.FindAsync(id))!.BrokerTransferId.ShouldBe("broker-1");
    }

    [Fact]
    public async Task A_transfer_of_the_broker_belongs_to_one_intent()
    {
        await BoundAsync(1);
        var second = (await Ledger.RecordIntentAsync(Intent(2)))!.Intent.IntentId;

        await Should.ThrowAsync<InvalidOperationException>(
            () => Ledger.BindAsync(second, "broker-1", new TransferStatus("QUEUED"), Now, Now));

        (await Ledger.FindAsync(second))!.State.ShouldBe(LedgerState.Intended);
        (await Ledger.ListStatusesAsync(second)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_transfer_that_appears_for_an_abandoned_intent_is_bound_to_it()
    {
        var id = (await Ledger.RecordIntentAsync(Intent(1)))!.Intent.IntentId;
        await Ledger.AbandonAsync(id, Because("cancelled", Now));

        await BoundAsync(1);

        var transfer = await Ledger.FindAsync(id);
        (transfer!.State, transfer.Abandonment).ShouldBe((LedgerState.Bound, Because("cancelled", Now)));
    }

    [Fact]
    public async Task Each_change_of_the_status_is_kept_once()
    {
        var id = await BoundAsync(1);
        await Ledger.RecordStatusAsync(id, new TransferStatus("PENDING"), Now.AddHours(2));
        await Ledger.RecordStatusAsync(id, new TransferStatus("PENDING"), Now.AddHours(4));
        await Ledger.RecordStatusAsync(id, new TransferStatus("PENDING"), Now.AddHours(4));
        await Ledger.RecordStatusAsync(id, new TransferStatus("COMPLETE"), Now.AddHours(6));

        (await Ledger.ListStatusesAsync(id)).ShouldBe(
        [
            new SeenStatus(new TransferStatus("QUEUED"), Now),
            new SeenStatus(new TransferStatus("PENDING"), Now.AddHours(2)),
            new SeenStatus(new TransferStatus("COMPLETE"), Now.AddHours(6)),
        ]);
        (await Ledger.FindAsync(id))!.StatusSeenAt.ShouldBe(Now.AddHours(6));
    }

    [Theory]
    [InlineData("RETURNED", "COMPLETE")]
    [InlineData("SENT_TO_CLEARING", "PENDING")]
    public async Task A_status_seen_earlier_does_not_replace_a_later_one(string later, string earlier)
    {
        var id = await BoundAsync(1);
        await Ledger.RecordStatusAsync(id, new TransferStatus(later), Now.AddHours(6));

        await Ledger.RecordStatusAsync(id, new TransferStatus(earlier), Now.AddHours(5));

        (await Ledger.FindAsync(id))!.Status.ShouldBe(new TransferStatus(later));
    }

    [Fact]
    public async Task A_transfer_that_came_back_is_not_complete_again()
    {
        var id = await BoundAsync(1);
        await Ledger.RecordStatusAsync(id, new TransferStatus("RETURNED"), Now.AddHours(5));

        await Ledger.RecordStatusAsync(id, new TransferStatus("COMPLETE"), Now.AddHours(6));

        (await Ledger.FindAsync(id))!.Status.ShouldBe(new TransferStatus("RETURNED"));
    }

    [Fact]
    public async Task An_unknown_status_is_kept_as_the_broker_wrote_it()
    {
        var id = await BoundAsync(1);

        await Ledger.RecordStatusAsync(id, new TransferStatus("on hold; see 'ticket'"), Now.AddHours(1));

        (await Ledger.FindAsync(id))!.Status!.Value.Raw.ShouldBe("on hold; see 'ticket'");
        (await Ledger.ListAsync(Account)).Single().Status!.Value.IsFinal.ShouldBeFalse();
    }
}
