using AccountClosure.Closure;
using AccountClosure.Records;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Scenarios;

/// <summary>A store is lost or restored to an older state. These tests prove what docs/disaster-recovery.md says about it.</summary>
public sealed class DisasterTests
{
    private const decimal WasThere = 120_000m;

    [Fact]
    public void After_histories_are_lost_a_new_closure_pays_out_the_rest_and_nothing_twice()
    {
        using var app = new ClosureApp(new ClosureAppSettings { OnDisk = true });
        var account = app.CreateAccount(WasThere);
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 2);

        app.Restart(whileDown: folder => Delete(folder, "durable.db"));
        app.Initiate(account).StatusCode.ShouldBe(202);
        app.RunToEnd(account);

        ShouldHavePaidAllOnce(app, account);
        app.CustomerOf(account)!.Status.ShouldBe("closed");
    }

    [Fact]
    public void Transfers_newer_than_restored_histories_are_not_made_again()
    {
        using var app = new ClosureApp(new ClosureAppSettings { OnDisk = true });
        var account = app.CreateAccount(WasThere);
        app.Initiate(account);
        app.RunUntil(account, ClosurePhase.Withdrawing);
        app.Restart(whileDown: folder => Copy(folder, "durable.db", "backup.db"));
        app.RunUntil(() => app.State(account).Transfers.Count == 2);

        app.Restart(whileDown: folder => Copy(folder, "backup.db", "durable.db"));
        app.RunToEnd(account);

        ShouldHavePaidAllOnce(app, account);
        app.ShouldAgreeWithTheLedger(account);
    }

    [Fact]
    public void A_return_newer_than_restored_histories_is_not_counted_as_withdrawn()
    {
        using var app = new ClosureApp(new ClosureAppSettings { OnDisk = true });
        var account = app.CreateAccount(new NewAccount
        {
            Cash = 1_000m,
            Bank = new BankOptions(TransferHours: 18, Returns: [new BankReturn(1, AfterCompleteHours: 10)]),
        });
        app.Initiate(account);
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == WaitKind.Returns);
        app.Restart(whileDown: folder => Copy(folder, "durable.db", "backup.db"));
        app.RunUntil(() => app.State(account).Transfers.Count == 2, TimeSpan.FromDays(5));
        app.AdvanceBy(TimeSpan.FromMinutes(1));

        app.Restart(whileDown: folder => Copy(folder, "backup.db", "durable.db"));
        app.RunToEnd(account, TimeSpan.FromDays(30)).IsClosed.ShouldBeTrue();
        app.AdvanceBy(TimeSpan.FromHours(1));

        MoneyChecks.Paid(app.State(account)).ShouldBe(1_000m);
        app.Emails[^1].Text.ShouldContain("Paid out in all: $1,000.00");
        app.ShouldReportWhatWasPaid(account);
    }

    [Fact]
    public void A_transfer_newer_than_restored_records_needs_review_and_can_be_put_back()
    {
        using var app = new ClosureApp(new ClosureAppSettings { OnDisk = true });
        var account = app.CreateAccount(WasThere);
        app.Initiate(account);
        app.RunUntil(() => app.State(account).Transfers.Count == 1);
        app.Restart(whileDown: folder => Copy(folder, "records.db", "backup.db"));
        app.RunUntil(() => app.LedgerOf(account).Count(entry => entry.State == LedgerState.Bound) == 2);
        var lost = app.LedgerOf(account)[^1];

        app.Restart(whileDown: folder => Copy(folder, "backup.db", "records.db"));
        app.RunUntil(account, ClosurePhase.ManualReview);
        app.State(account).Transfers.Count.ShouldBe(2);

        foreach (var transfer in app.State(account).Transfers)
            Restore(app, lost.Intent, transfer);
        app.Resolve(account, ReviewChoice.Retry).StatusCode.ShouldBe(202);
        app.RunToEnd(account);

        ShouldHavePaidAllOnce(app, account);
        app.ShouldAgreeWithTheLedger(account);
    }

    [Fact]
    public void A_closure_missing_from_restored_records_needs_review_before_it_closes()
    {
        using var app = new ClosureApp(new ClosureAppSettings { OnDisk = true });
        var account = app.CreateAccount(0m);
        app.Restart(whileDown: folder => Copy(folder, "records.db", "backup.db"));
        app.Initiate(account).StatusCode.ShouldBe(202);
        app.RunUntilStatus(account, status => status.CustomStatus?.Wait == WaitKind.EmptyAccount);
        app.Emails.ShouldHaveSingleItem().Subject.ShouldContain("begun");
        app.Restart(whileDown: folder => Copy(folder, "backup.db", "records.db"));
        app.RunUntil(account, ClosurePhase.ManualReview).LastError.ShouldNotBeNull().ShouldContain("did not know this closure");

        app.Resolve(account, ReviewChoice.Retry).StatusCode.ShouldBe(202);
        app.RunToEnd(account).IsClosed.ShouldBeTrue();
        app.TrackingOf(account).ShouldHaveSingleItem().EndedAt.ShouldNotBeNull();
    }

    // What infra/restore-transfer.sql does: the intent if it is missing, the binding, the status.
    private static void Restore(ClosureApp app, TransferIntent lost, TransferState transfer) => app.Await(async () =>
    {
        var known = (await app.Ledger.ListAsync(lost.AccountId)).FirstOrDefault(entry => entry.BrokerTransferId == transfer.Id);
        if (known is null)
        {
            await app.Ledger.RecordIntentAsync(lost);
            await app.Ledger.BindAsync(lost.IntentId, transfer.Id, new TransferStatus(transfer.Status), transfer.CreatedAt, app.Now);
        }
        else
        {
            await app.Ledger.RecordStatusAsync(known.Intent.IntentId, new TransferStatus(transfer.Status), app.Now);
        }
        return true;
    });

    private static void ShouldHavePaidAllOnce(ClosureApp app, CreatedAccount account)
    {
        var atBroker = app.State(account);
        atBroker.Status.ShouldBe("ACCOUNT_CLOSED");
        (MoneyChecks.Paid(atBroker) + atBroker.Cash).ShouldBe(WasThere);
        atBroker.Transfers.Where(transfer => transfer.Status == "COMPLETE").Select(transfer => transfer.Amount)
            .ShouldBe([50_000m, 50_000m, 20_000m], ignoreOrder: true);
        app.ShouldNeverBeOverTheLimit(account);
        app.LedgerOf(account).Where(entry => entry.State == LedgerState.Bound).Select(entry => entry.BrokerTransferId).ShouldBeUnique();
    }

    private static void Copy(string folder, string from, string to)
    {
        Delete(folder, to);
        foreach (var file in Directory.GetFiles(folder, from + "*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(folder, to + Path.GetFileName(file)[from.Length..]));
    }

    private static void Delete(string folder, string name)
    {
        foreach (var file in Directory.GetFiles(folder, name + "*"))
            File.Delete(file);
    }
}
