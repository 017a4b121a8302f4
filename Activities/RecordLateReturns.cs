using AccountClosure.Broker;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Writes to the ledger which transfers of an ending closure have come back after they were complete, before its totals are added up.</summary>
public sealed class RecordLateReturns(IBroker broker, ITransferLedger ledger, TimeProvider time)
{
    [Function(nameof(RecordLateReturns))]
    public async Task Run([ActivityTrigger] ListOpenTransfers.Query query, CancellationToken cancellationToken)
    {
        var known = await ledger.ListAsync(query.AccountId, cancellationToken);
        if (!known.Any(entry => entry.Intent.ConfirmationNumber == query.ConfirmationNumber && entry.BrokerTransferId is not null))
            return;
        var transfers = await broker.ListTransfersAsync(query.AccountId, cancellationToken);
        foreach (var returned in transfers.ReturnedSince(known, query.ConfirmationNumber))
            await ledger.RecordReturnAsync(returned, time.GetUtcNow(), cancellationToken);
    }
}
