using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Looks at the transfer of an intent and writes what it sees to the ledger.</summary>
public sealed class FollowTransfer(IBroker broker, ITransferLedger ledger, TimeProvider time)
{
    public sealed record Query(string AccountId, string IntentId)
    {
        public static Query Of(ClosureState state) => new(state.Request.AccountId, state.Payout.Open!.IntentId);
    }

    /// <returns>The transfer's status as the broker wrote it; the one last seen when the broker lists the transfer no more.</returns>
    [Function(nameof(FollowTransfer))]
    public async Task<TransferStatus> Run([ActivityTrigger] Query query, CancellationToken cancellationToken)
    {
        var known = await ledger.FindAsync(query.IntentId, cancellationToken)
            ?? throw new InvalidOperationException("The ledger has no such intent.");
        var transfers = await broker.ListTransfersAsync(query.AccountId, cancellationToken);
        var seen = transfers.FirstOrDefault(transfer => transfer.Id == known.BrokerTransferId);
        if (seen is null)
            return known.Status ?? throw new InvalidOperationException("The intent is not bound to a transfer.");
        await ledger.RecordStatusAsync(query.IntentId, seen.Status, time.GetUtcNow(), cancellationToken);
        return seen.Status;
    }
}
