using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

public sealed record ClosureTransfersInput(string AccountId, string ConfirmationNumber);

/// <param name="Status">As last seen; null while it is not certain that the broker has the transfer.</param>
public sealed record OpenTransferEntry(string IntentId, TransferStatus? Status)
{
    public bool Exists => Status is not null;
}

/// <summary>Reads from the ledger which of a closure's transfers have not ended.</summary>
public sealed class ListOpenTransfers(ITransferLedger ledger)
{
    [Function(nameof(ListOpenTransfers))]
    public async Task<IReadOnlyList<OpenTransferEntry>> Run([ActivityTrigger] ClosureTransfersInput input, CancellationToken cancellationToken) =>
    [
        .. (await ledger.ListAsync(input.AccountId, cancellationToken))
            .Where(transfer => transfer.Intent.ConfirmationNumber == input.ConfirmationNumber && transfer.IsOpen)
            .Select(transfer => new OpenTransferEntry(transfer.Intent.IntentId, transfer.Status)),
    ];
}
