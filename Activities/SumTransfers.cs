using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Reads from the ledger what a closure has paid out.</summary>
public sealed class SumTransfers(ITransferLedger ledger)
{
    /// <param name="Paid">US dollars in complete transfers.</param>
    /// <param name="Created">How many transfers the broker has.</param>
    /// <param name="Completed">How many of them are complete.</param>
    /// <param name="Latest">The last few of them, oldest first.</param>
    public sealed record Totals(Money Paid, int Created, int Completed = 0, IReadOnlyList<TransferSummary>? Latest = null);

    [Function(nameof(SumTransfers))]
    public async Task<Totals> Run([ActivityTrigger] ListOpenTransfers.Query query, CancellationToken cancellationToken) =>
        TotalsOf(await ledger.ListAsync(query.AccountId, cancellationToken), query.ConfirmationNumber);

    internal static Totals TotalsOf(IEnumerable<LedgerTransfer> transfers, string confirmationNumber)
    {
        var bound = transfers.Where(transfer => transfer.Intent.ConfirmationNumber == confirmationNumber && transfer.State == LedgerState.Bound).ToList();
        var completed = bound.Where(transfer => transfer.Stage == TransferStatus.Stage.Completed).ToList();
        var paid = completed.Aggregate(Money.Zero, (sum, transfer) => sum + transfer.Intent.Amount);
        return new Totals(paid, bound.Count, completed.Count, [.. bound.OrderBy(transfer => transfer.Intent.Sequence).TakeLast(Payout.Kept).Select(Summary)]);
    }

    private static TransferSummary Summary(LedgerTransfer transfer) => new(
        transfer.Intent.Sequence,
        transfer.Intent.Amount,
        transfer.Status ?? default,
        transfer.BrokerCreatedAt,
        transfer.Stage == TransferStatus.Stage.Completed ? transfer.StatusSeenAt : null);
}
