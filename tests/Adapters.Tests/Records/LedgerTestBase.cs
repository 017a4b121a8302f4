using AccountClosure.Closure;
using AccountClosure.Records;

namespace AccountClosure.Adapters.Tests.Records;

/// <summary>A transfer ledger in its own database, and the intents and bindings that the tests write into it.</summary>
public abstract class LedgerTestBase : IDisposable
{
    protected const string Account = "account-1";
    protected static readonly DateTimeOffset Now = VirtualTime.Start;
    protected static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    protected LedgerTestBase(RecordsPlace place)
    {
        Place = place;
        Database = place.Open();
        Ledger = new TransferLedger(Database);
    }

    protected RecordsPlace Place { get; }

    protected RecordsDatabase Database { get; private set; }

    protected TransferLedger Ledger { get; private set; }

    public void Dispose()
    {
        Database.Dispose();
        Place.Dispose();
        GC.SuppressFinalize(this);
    }

    protected void OpenAgain()
    {
        Database.Dispose();
        Database = Place.Open();
        Ledger = new TransferLedger(Database);
    }

    protected async Task<string> BoundAsync(int sequence)
    {
        var id = (await Ledger.RecordIntentAsync(Intent(sequence)))!.Intent.IntentId;
        await Ledger.BindAsync(id, $"broker-{sequence}", new TransferStatus("QUEUED"), Now, Now);
        return id;
    }

    protected static Abandonment Because(string reason, DateTimeOffset at) =>
        new(AbandonCause.OverLimit, reason, at, RetryAt: at.AddDays(1));

    protected static TransferIntent Intent(int sequence) => new(
        $"CLA-AAAAA-BBBBB/{sequence}", Account, "CLA-AAAAA-BBBBB", sequence, new Money(50_000m), "relationship", Now.AddMinutes(-1), Now);
}
