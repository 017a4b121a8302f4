using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

public sealed record ClosureTransfersInput(string AccountId, string ConfirmationNumber);

/// <summary>Reads from the ledger which of a closure's transfers have not ended.</summary>
public sealed class ListOpenTransfers(ITransferLedger ledger)
{
    [Function(nameof(ListOpenTransfers))]
    public async Task<IReadOnlyList<OpenTransfer>> Run(
        [ActivityTrigger] ClosureTransfersInput input, CancellationToken cancellationToken) =>
    [
        .. (await ledger.ListAsync(input.AccountId, cancellationToken))
            .Where(transfer => transfer.Intent.ConfirmationNumber == input.ConfirmationNumber && transfer.IsOpen)
            .Select(transfer => transfer.ToOpenTransfer()),
    ];
}
