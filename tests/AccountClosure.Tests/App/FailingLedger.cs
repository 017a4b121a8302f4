using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.App;

/// <summary>A ledger that fails on request, before or after it writes.</summary>
internal sealed class FailingLedger(ITransferLedger ledger) : ITransferLedger
{
    private string _method = "";
    private bool _afterwards;
    private int _skip;
    private int _failures;

    /// <summary>For <see cref="ClosureAppSettings.ConfigureServices"/>.</summary>
    public static void Register(IServiceCollection services) => services.AddSingleton<ITransferLedger>(
        provider => new FailingLedger(ActivatorUtilities.CreateInstance<TransferLedger>(provider)));

    public static FailingLedger In(ClosureApp app) => (FailingLedger)app.Ledger;

    /// <param name="method">Name of the ledger's method.</param>
    /// <param name="count">Number of calls that fail.</param>
    /// <param name="skip">Number of calls before them that succeed.</param>
    /// <param name="afterwards">Whether the call has its effect and only its answer is lost.</param>
    public void Fail(string method, int count, int skip = 0, bool afterwards = false) =>
        (_method, _failures, _skip, _afterwards) = (method, count, skip, afterwards);

    public Task RecordStatusAsync(
        string intentId, TransferStatus status, DateTimeOffset seenAt, CancellationToken cancellationToken = default) =>
        Call(nameof(RecordStatusAsync), async () =>
        {
            await ledger.RecordStatusAsync(intentId, status, seenAt, cancellationToken);
            return true;
        });

    public Task BindAsync(string intentId, string brokerTransferId, TransferStatus status, DateTimeOffset createdAt, DateTimeOffset seenAt,
        CancellationToken cancellationToken = default) =>
        Call(nameof(BindAsync), async () =>
        {
            await ledger.BindAsync(intentId, brokerTransferId, status, createdAt, seenAt, cancellationToken);
            return true;
        });

    public Task AbandonAsync(string intentId, Abandonment abandonment, CancellationToken cancellationToken = default) =>
        Call(nameof(AbandonAsync), async () =>
        {
            await ledger.AbandonAsync(intentId, abandonment, cancellationToken);
            return true;
        });

    public Task<LedgerTransfer?> RecordIntentAsync(TransferIntent intent, CancellationToken cancellationToken = default) =>
        Call(nameof(RecordIntentAsync), () => ledger.RecordIntentAsync(intent, cancellationToken));

    public Task<bool> TryClaimAsync(
        string intentId, string claimant, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken = default) =>
        ledger.TryClaimAsync(intentId, claimant, now, lease, cancellationToken);

    public Task ReleaseAsync(string intentId, string claimant, CancellationToken cancellationToken = default) =>
        ledger.ReleaseAsync(intentId, claimant, cancellationToken);

    public Task<AttemptResult> TryRecordAttemptAsync(
        string intentId, string claimant, DateTimeOffset at, DateTimeOffset? before, CancellationToken cancellationToken = default) =>
        ledger.TryRecordAttemptAsync(intentId, claimant, at, before, cancellationToken);

    public Task DeclareAsync(string intentId, Declaration declaration, CancellationToken cancellationToken = default) =>
        ledger.DeclareAsync(intentId, declaration, cancellationToken);

    public Task<LedgerTransfer?> FindAsync(string intentId, CancellationToken cancellationToken = default) =>
        ledger.FindAsync(intentId, cancellationToken);

    public Task<IReadOnlyList<LedgerTransfer>> ListAsync(string accountId, CancellationToken cancellationToken = default) =>
        ledger.ListAsync(accountId, cancellationToken);

    public Task<IReadOnlyList<SeenStatus>> ListStatusesAsync(string intentId, CancellationToken cancellationToken = default) =>
        ledger.ListStatusesAsync(intentId, cancellationToken);

    private async Task<T> Call<T>(string method, Func<Task<T>> call)
    {
        if (method != _method || _skip-- > 0 || _failures-- <= 0)
            return await call();
        if (_afterwards)
            await call();
        throw new IOException("The disk is full.");
    }
}
