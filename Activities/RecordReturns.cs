using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Writes to the ledger which complete transfers have come back, after the closure has counted them.</summary>
public sealed class RecordReturns(ITransferLedger ledger, TimeProvider time)
{
    [Function(nameof(RecordReturns))]
    public async Task Run([ActivityTrigger] IReadOnlyList<ReturnedTransfer> returned, CancellationToken cancellationToken)
    {
        foreach (var transfer in returned)
            await ledger.RecordReturnAsync(transfer, time.GetUtcNow(), cancellationToken);
    }
}
