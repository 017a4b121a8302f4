using AccountClosure.Closure;
using AccountClosure.Records;

namespace AccountClosure.Tests.App;

/// <summary>A ledger whose writes of a status fail for a while.</summary>
internal sealed class FailingLedger(ITransferLedger ledger) : ITransferLedger
{
    private int _untilFailure = int.MaxValue;
    private int _failures;

    /// <param name="write">1 for the next write of a status.</param>
    /// <param name="count">How many fail.</param>
    public void FailFrom(int write, int count) => (_untilFailure, _failures) = (write, count);

    public Task RecordStatusAsync(string intentId, TransferStatus status, DateTimeOffset seenAt, CancellationToken cancellationToken = default)
    {
        if (_untilFailure > 1)
            _untilFailure--;
        else if (_failures-- > 0)
            throw new IOException("The disk is full.");
        return ledger.RecordStatusAsync(intentId, status, seenAt, cancellationToken);
    }

    public Task<LedgerTransfer> RecordIntentAsync(TransferIntent intent, CancellationToken cancellationToken = default) =>
        ledger.RecordIntentAsync(intent, cancellationToken);

    public Task<bool> TryClaimAsync(string intentId, string claimant, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken = default) =>
        ledger.TryClaimAsync(intentId, claimant, now, lease, cancellationToken);

    public Task ReleaseAsync(string intentId, string claimant, CancellationToken cancellationToken = default) =>
        ledger.ReleaseAsync(intentId, claimant, cancellationToken);

    public Task RecordAttemptAsync(string intentId, DateTimeOffset at, CancellationToken cancellationToken = default) =>
        ledger.RecordAttemptAsync(intentId, at, cancellationToken);

    public Task BindAsync(string intentId, string brokerTransferId, TransferStatus status, DateTimeOffset createdAt, DateTimeOffset seenAt, CancellationToken cancellationToken = default) =>
        ledger.BindAsync(intentId, brokerTransferId, status, createdAt, seenAt, cancellationToken);

    public Task AbandonAsync(string intentId, string reason, DateTimeOffset at, CancellationToken cancellationToken = default) =>
        ledger.AbandonAsync(intentId, reason, at, cancellationToken);

    public Task<LedgerTransfer?> FindAsync(string intentId, CancellationToken cancellationToken = default) =>
        ledger.FindAsync(intentId, cancellationToken);

    public Task<IReadOnlyList<LedgerTransfer>> ListAsync(string accountId, CancellationToken cancellationToken = default) =>
        ledger.ListAsync(accountId, cancellationToken);

    public Task<IReadOnlyList<SeenStatus>> ListStatusesAsync(string intentId, CancellationToken cancellationToken = default) =>
        ledger.ListStatusesAsync(intentId, cancellationToken);
}
