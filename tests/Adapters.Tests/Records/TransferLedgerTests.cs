using AccountClosure.Closure;
using AccountClosure.Records;

namespace AccountClosure.Adapters.Tests.Records;

/// <summary>An intent is recorded before the request to the broker, and nothing of it is lost.</summary>
public abstract class TransferLedgerTests(RecordsPlace place) : LedgerTestBase(place)
{
    [Fact]
    public async Task An_intent_is_kept_as_it_was_written()
    {
        var written = (await Ledger.RecordIntentAsync(Intent(1)))!;

        written.Intent.ShouldBe(Intent(1));
        written.State.ShouldBe(LedgerState.Intended);
        (await Ledger.FindAsync(Intent(1).IntentId)).ShouldBe(written);
    }

    [Fact]
    public async Task The_first_writer_of_an_intent_wins()
    {
        await Ledger.RecordIntentAsync(Intent(1));

        var second = (await Ledger.RecordIntentAsync(Intent(1) with { Amount = new Money(1m), CreatedAt = Now.AddDays(1) }))!;

        second.Intent.ShouldBe(Intent(1));
        (await Ledger.ListAsync(Account)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_closure_has_one_intent_for_each_sequence_number()
    {
        await Ledger.RecordIntentAsync(Intent(1));

        await Should.ThrowAsync<Exception>(() => Ledger.RecordIntentAsync(Intent(1) with { IntentId = "another" }));
    }

    [Fact]
    public async Task An_amount_with_a_fraction_of_a_cent_is_not_written()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => Ledger.RecordIntentAsync(Intent(1) with { Amount = new Money(1.005m) }));

        (await Ledger.ListAsync(Account)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_intent_that_was_never_written_cannot_be_updated()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => Ledger.TryClaimAsync("none", "first", Now, Lease));
        await Should.ThrowAsync<InvalidOperationException>(() => Ledger.TryRecordAttemptAsync("none", "first", Now, null));
        await Should.ThrowAsync<InvalidOperationException>(() => Ledger.DeclareAsync("none", Declared(DeclaredStage.Failed)));
        await Should.ThrowAsync<InvalidOperationException>(() => Ledger.BindAsync("none", "b", new TransferStatus("QUEUED"), Now, Now));
        await Should.ThrowAsync<InvalidOperationException>(() => Ledger.AbandonAsync("none", Because("reason", Now)));
        (await Ledger.FindAsync("none")).ShouldBeNull();
    }

    [Fact]
    public async Task An_attempt_is_recorded_and_a_later_one_replaces_it()
    {
        var id = (await Ledger.RecordIntentAsync(Intent(1)))!.Intent.IntentId;

        await Ledger.TryClaimAsync(id, "first", Now, Lease);

        (await Ledger.TryRecordAttemptAsync(id, "first", Now, null)).ShouldBe(AttemptResult.Recorded);
        (await Ledger.TryRecordAttemptAsync(id, "first", Now.AddMinutes(5), Now)).ShouldBe(AttemptResult.Recorded);

        (await Ledger.FindAsync(id))!.AttemptedAt.ShouldBe(Now.AddMinutes(5));
    }

    [Fact]
    public async Task No_attempt_is_recorded_by_an_execution_that_another_has_overtaken()
    {
        var id = (await Ledger.RecordIntentAsync(Intent(1)))!.Intent.IntentId;
        await Ledger.TryClaimAsync(id, "first", Now, Lease);
        (await Ledger.TryRecordAttemptAsync(id, "first", Now, null)).ShouldBe(AttemptResult.Recorded);

        (await Ledger.TryRecordAttemptAsync(id, "first", Now.AddMinutes(1), null)).ShouldBe(AttemptResult.Overtaken);
        (await Ledger.TryRecordAttemptAsync(id, "second", Now.AddMinutes(1), Now)).ShouldBe(AttemptResult.Overtaken);

        (await Ledger.FindAsync(id))!.AttemptedAt.ShouldBe(Now);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_intent_is_written_for_a_closure_that_was_stopped_or_has_ended(bool stopped)
    {
        await EndAsync(Intent(1).ConfirmationNumber, stopped);

        (await Ledger.RecordIntentAsync(Intent(1))).ShouldBeNull();
        (await Ledger.ListAsync(Account)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_attempt_is_recorded_for_a_closure_that_was_stopped_or_has_ended(bool stopped)
    {
        var intent = (await Ledger.RecordIntentAsync(Intent(1)))!.Intent;
        await Ledger.TryClaimAsync(intent.IntentId, "first", Now, Lease);
        (await Ledger.TryRecordAttemptAsync(intent.IntentId, "first", Now, null)).ShouldBe(AttemptResult.Recorded);

        await EndAsync(intent.ConfirmationNumber, stopped);

        (await Ledger.TryRecordAttemptAsync(intent.IntentId, "first", Now.AddMinutes(5), Now)).ShouldBe(AttemptResult.Stopped);
        (await Ledger.FindAsync(intent.IntentId))!.AttemptedAt.ShouldBe(Now);
    }

    [Fact]
    public async Task No_status_is_recorded_for_an_intent_that_has_no_transfer()
    {
        var intent = (await Ledger.RecordIntentAsync(Intent(1)))!.Intent;

        await Should.ThrowAsync<InvalidOperationException>(
            () => Ledger.RecordStatusAsync(intent.IntentId, new TransferStatus("COMPLETE"), Now));

        (await Ledger.FindAsync(intent.IntentId))!.Status.ShouldBeNull();
    }

    [Fact]
    public async Task A_declaration_counts_until_the_broker_says_something_final()
    {
        var id = await BoundAsync(1);
        await Ledger.RecordStatusAsync(id, new TransferStatus("FAILED"), Now);
        (await Ledger.FindAsync(id))!.IsOpen.ShouldBeTrue();

        await Ledger.DeclareAsync(id, Declared(DeclaredStage.Completed));
        await Ledger.DeclareAsync(id, Declared(DeclaredStage.Failed));
        var declared = (await Ledger.FindAsync(id))!;
        (declared.Stage, declared.IsOpen, declared.Declaration)
            .ShouldBe((TransferStage.Completed, false, Declared(DeclaredStage.Completed)));

        await Ledger.RecordStatusAsync(id, new TransferStatus("RETURNED"), Now.AddDays(1));
        (await Ledger.FindAsync(id))!.Stage.ShouldBe(TransferStage.Returned);
    }

    [Fact]
    public async Task A_status_that_is_not_final_does_not_follow_one_that_is()
    {
        var id = await BoundAsync(1);
        await Ledger.RecordStatusAsync(id, new TransferStatus("COMPLETE"), Now.AddHours(1));
        await Ledger.RecordStatusAsync(id, new TransferStatus("PENDING"), Now.AddHours(2));
        (await Ledger.FindAsync(id))!.Status!.Value.Raw.ShouldBe("COMPLETE");

        await Ledger.RecordStatusAsync(id, new TransferStatus("RETURNED"), Now.AddHours(3));
        (await Ledger.FindAsync(id))!.Status!.Value.Raw.ShouldBe("RETURNED");
    }

    [Fact]
    public async Task An_abandoned_intent_keeps_its_first_reason_and_a_bound_one_cannot_be_abandoned()
    {
        var id = (await Ledger.RecordIntentAsync(Intent(1)))!.Intent.IntentId;
        await Ledger.AbandonAsync(id, Because("refused", Now));
        await Ledger.AbandonAsync(id, Because("another", Now.AddHours(1)));

        (await Ledger.FindAsync(id))!.Abandonment.ShouldBe(Because("refused", Now));
        var bound = await BoundAsync(2);
        await Should.ThrowAsync<InvalidOperationException>(() => Ledger.AbandonAsync(bound, Because("refused", Now)));
    }

    [Fact]
    public async Task The_transfers_of_an_account_are_listed_oldest_first()
    {
        foreach (var sequence in new[] { 3, 1, 2 })
            await Ledger.RecordIntentAsync(Intent(sequence) with { CreatedAt = Now.AddDays(sequence) });
        await Ledger.RecordIntentAsync(Intent(4) with { AccountId = "another" });

        (await Ledger.ListAsync(Account)).Select(transfer => transfer.Intent.Sequence).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Everything_is_there_again_when_the_file_is_opened_again()
    {
        var id = await BoundAsync(1);
        var open = (await Ledger.RecordIntentAsync(Intent(2)))!.Intent.IntentId;
        await Ledger.TryClaimAsync(open, "first", Now, Lease);
        await Ledger.TryRecordAttemptAsync(open, "first", Now, null);
        var before = await Ledger.ListAsync(Account);

        OpenAgain();

        (await Ledger.ListAsync(Account)).ShouldBe(before);
        (await Ledger.ListStatusesAsync(id)).Count.ShouldBe(1);
        (await Ledger.TryClaimAsync(open, "second", Now, Lease)).ShouldBeFalse();
    }

    private static Declaration Declared(DeclaredStage stage) => new(stage, "an operator", "read at the bank", Now);

    [Theory]
    [InlineData("DELETE FROM transfer")]
    [InlineData("UPDATE transfer SET broker_transfer_id = 'broker-2'")]
    [InlineData("UPDATE transfer_status SET status = 'COMPLETE'")]
    [InlineData("DELETE FROM transfer_status")]
    public async Task The_database_itself_refuses_to_delete_a_transfer(string statement)
    {
        await BoundAsync(1);
        await Ledger.RecordIntentAsync(Intent(1));

        Should.Throw<Exception>(() => Database.Execute(statement));
    }

    [Fact]
    public async Task A_return_after_the_end_is_subtracted_from_what_the_closure_has_withdrawn()
    {
        var number = Intent(1).ConfirmationNumber;
        var tracking = new ClosureTracking(Database);
        var ended = new ClosureRecord(number, Account, "user", "bank", "closure", "Completed", Now, Now, Now, new Money(100_000m), 2, null);
        var (stays, returns) = (await BoundAsync(1), await BoundAsync(2));
        await Ledger.RecordStatusAsync(stays, new TransferStatus("COMPLETE"), Now);
        await Ledger.RecordStatusAsync(returns, new TransferStatus("COMPLETE"), Now);
        await tracking.SaveAsync(ended);

        await Ledger.RecordStatusAsync(returns, new TransferStatus("RETURNED"), Now.AddDays(1));

        (await tracking.FindAsync(number)).ShouldBe(ended with { Withdrawn = new Money(50_000m) });
    }

    [Fact]
    public async Task A_transfer_that_is_found_after_the_end_counts_in_the_totals()
    {
        var intent = (await Ledger.RecordIntentAsync(Intent(1)))!.Intent;
        var tracking = new ClosureTracking(Database);
        var ended = new ClosureRecord(
            intent.ConfirmationNumber, Account, "user", "bank", "closure", "Cancelled", Now, Now, Now, Money.Zero, 0, null);
        await tracking.SaveAsync(ended);

        await Ledger.BindAsync(intent.IntentId, "broker-1", new TransferStatus("COMPLETE"), Now, Now);

        (await tracking.FindAsync(intent.ConfirmationNumber)).ShouldBe(ended with { Withdrawn = intent.Amount, TransferCount = 1 });
    }

    [Fact]
    public async Task The_final_totals_come_from_the_ledger_whatever_the_closure_observed()
    {
        var number = Intent(1).ConfirmationNumber;
        var tracking = new ClosureTracking(Database);
        var ended = new ClosureRecord(number, Account, "user", "bank", "closure", "Completed", Now, Now, Now, new Money(50_000m), 1, null);
        await Ledger.RecordStatusAsync(await BoundAsync(1), new TransferStatus("RETURNED"), Now);

        await tracking.SaveAsync(ended);

        (await tracking.FindAsync(number)).ShouldBe(ended with { Withdrawn = Money.Zero });
    }

    private async Task EndAsync(string confirmationNumber, bool stopped)
    {
        var tracking = new ClosureTracking(Database);
        DateTimeOffset? endedAt = stopped ? null : Now;
        await tracking.SaveAsync(
            new ClosureRecord(
                confirmationNumber, Account, "user", "bank", "closure", "Withdrawing", Now, Now, endedAt, Money.Zero, 0, null));
        if (stopped)
            await tracking.StopAsync(confirmationNumber, new Stop(Now, "operator", "test"));
    }
}
