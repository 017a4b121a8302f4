using AccountClosure.Broker;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Writes to the ledger which transfers of an ending closure have come back after they were complete, before its totals are added up.</summary>
public sealed class RecordLateReturns(IBroker broker, ITransferLedger ledger, IClosureTracking tracking, TimeProvider time)
{
    /// <returns>How many transfers of the closure have come back.</returns>
    [Function(nameof(RecordLateReturns))]
    public Task<int> Run([ActivityTrigger] ListOpenTransfers.Query query, CancellationToken cancellationToken) =>
        ledger.RecordReturnsAsync(tracking, broker, query.AccountId, query.ConfirmationNumber, time.GetUtcNow(), cancellationToken);
}
