using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;

namespace AccountClosure.Activities;

/// <summary>Finds what the bank sent back after it had arrived: the ledger says complete, the broker says otherwise.</summary>
internal static class ReturnedTransfers
{
    /// <summary>The closure's transfers that have come back. Only <see cref="RecordReturns"/> makes them known, so a repeated look finds them again.</summary>
    /// <param name="ledger">Has what was known before.</param>
    /// <param name="accountId">Of the closure.</param>
    /// <param name="confirmationNumber">Of the closure.</param>
    /// <param name="transfers">All of the account's, as the broker lists them now.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<IReadOnlyList<ReturnedTransfer>> FindReturnedAsync(
        this ITransferLedger ledger, string accountId, string confirmationNumber, IEnumerable<Transfer> transfers, CancellationToken cancellationToken)
    {
        var statuses = transfers.ToDictionary(transfer => transfer.Id, transfer => transfer.Status, StringComparer.Ordinal);
        var returned = new List<ReturnedTransfer>();
        foreach (var known in await ledger.ListAsync(accountId, cancellationToken))
        {
            if (known.Intent.ConfirmationNumber != confirmationNumber
                || known is not { BrokerTransferId: { } id, BrokerCreatedAt: { } createdAt, Status.Is: TransferStatus.Stage.Completed })
                continue;
            if (statuses.TryGetValue(id, out var status) && status.HasComeBack)
                returned.Add(new ReturnedTransfer(known.Intent.IntentId, known.Intent.Sequence, known.Intent.Amount, status, createdAt));
        }
        return returned;
    }
}
