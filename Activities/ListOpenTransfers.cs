using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Reads from the ledger which of a closure's transfers have not ended.</summary>
public sealed class ListOpenTransfers(ITransferLedger ledger)
{
    public sealed record Query(string AccountId, string ConfirmationNumber);

    /// <param name="Exists">The broker has the transfer; false while that is not certain.</param>
    public sealed record OpenEntry(string IntentId, bool Exists);

    [Function(nameof(ListOpenTransfers))]
    public async Task<IReadOnlyList<OpenEntry>> Run([ActivityTrigger] Query query, CancellationToken cancellationToken) =>
    [
        .. (await ledger.ListAsync(query.AccountId, cancellationToken))
            .Where(transfer => transfer.Intent.ConfirmationNumber == query.ConfirmationNumber
                && (transfer.State == LedgerState.Intended || transfer is { State: LedgerState.Bound, Status: not { IsFinal: true } }))
            .Select(transfer => new OpenEntry(transfer.Intent.IntentId, transfer.State == LedgerState.Bound)),
    ];
}
