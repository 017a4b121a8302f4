using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Reads from the ledger which of a closure's transfers have not ended.</summary>
public sealed class ListOpenTransfers(ITransferLedger ledger)
{
    public sealed record Query(string AccountId, string ConfirmationNumber);

    /// <param name="Status">As last seen; null while it is not certain that the broker has the transfer.</param>
    public sealed record OpenEntry(string IntentId, TransferStatus? Status)
    {
        public bool Exists => Status is not null;
    }

    [Function(nameof(ListOpenTransfers))]
    public async Task<IReadOnlyList<OpenEntry>> Run([ActivityTrigger] Query query, CancellationToken cancellationToken) =>
    [
        .. (await ledger.ListAsync(query.AccountId, cancellationToken))
            .Where(transfer => transfer.Intent.ConfirmationNumber == query.ConfirmationNumber && transfer.IsOpen)
            .Select(transfer => new OpenEntry(transfer.Intent.IntentId, transfer.Status)),
    ];
}
