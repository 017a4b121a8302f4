using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;

namespace AccountClosure.Activities;

/// <summary>Finds what the bank sent back after it had arrived: the ledger says complete, the broker says otherwise.</summary>
internal static class ReturnedTransfers
{
    /// <summary>The closure's transfers that have come back. Only <see cref="RecordReturns"/> makes them known, so a repeated look finds them again.</summary>
    /// <param name="transfers">All of the account's, as the broker lists them now.</param>
    /// <param name="known">All of the account's in the ledger.</param>
    /// <param name="confirmationNumber">Of the closure.</param>
    public static IReadOnlyList<ReturnedTransfer> ReturnedSince(
        this IEnumerable<Transfer> transfers, IEnumerable<LedgerTransfer> known, string confirmationNumber)
    {
        var statuses = transfers.ToDictionary(transfer => transfer.Id, transfer => transfer.Status, StringComparer.Ordinal);
        var returned = new List<ReturnedTransfer>();
        foreach (var entry in known.Where(entry => entry.Intent.ConfirmationNumber == confirmationNumber))
        {
            if (entry is { BrokerTransferId: { } id, BrokerCreatedAt: { } createdAt, Status.Is: TransferStatus.Stage.Completed }
                && statuses.TryGetValue(id, out var status) && status.HasComeBack)
                returned.Add(new ReturnedTransfer(entry.Intent.IntentId, entry.Intent.Sequence, entry.Intent.Amount, status, createdAt));
        }
        return returned;
    }
}
