using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>
/// Writes to the ledger that transfers which were complete have come back, after the closure has counted them. Nothing else writes that.
/// </summary>
public sealed class RecordReturns(ITransferLedger ledger, TimeProvider time)
{
    [Function(nameof(RecordReturns))]
    public async Task Run([ActivityTrigger] IReadOnlyList<ReturnedTransfer> returned, CancellationToken cancellationToken)
    {
        foreach (var transfer in returned)
        {
            // Clocks of two machines differ; a return that the ledger took for an older word would be found, and counted, again.
            var known = await ledger.FindAsync(transfer.IntentId, cancellationToken);
            var now = time.GetUtcNow();
            var seenAt = known?.StatusSeenAt > now ? known.StatusSeenAt.Value : now;
            await ledger.RecordStatusAsync(transfer.IntentId, transfer.Status, seenAt, cancellationToken);
        }
    }
}
