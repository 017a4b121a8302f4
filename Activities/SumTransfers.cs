using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <param name="Withdrawn">US dollars in complete transfers.</param>
/// <param name="Created">Number of transfers that the broker has.</param>
/// <param name="Completed">Number of complete transfers.</param>
/// <param name="Latest">The last few transfers, oldest first.</param>
/// <param name="OnItsWay">US dollars in transfers that have not ended.</param>
public sealed record SumTransfersResult(
    Money Withdrawn, int Created, int Completed = 0, IReadOnlyList<TransferSummary>? Latest = null, Money OnItsWay = default);

/// <summary>Reads from the ledger what a closure has paid out.</summary>
public sealed class SumTransfers(ITransferLedger ledger)
{
    [Function(nameof(SumTransfers))]
    public async Task<SumTransfersResult> Run([ActivityTrigger] ClosureTransfersInput input, CancellationToken cancellationToken) =>
        TotalsOf(await ledger.ListAsync(input.AccountId, cancellationToken), input.ConfirmationNumber);

    internal static SumTransfersResult TotalsOf(IEnumerable<LedgerTransfer> transfers, string confirmationNumber)
    {
        var bound = transfers
            .Where(transfer => transfer.Intent.ConfirmationNumber == confirmationNumber && transfer.State == LedgerState.Bound)
            .OrderBy(transfer => transfer.Intent.Sequence)
            .ToList();
        var completed = bound.Where(transfer => transfer.Stage == TransferStage.Completed).ToList();
        return new SumTransfersResult(
            SumOf(completed),
            bound.Count,
            completed.Count,
            [.. bound.TakeLast(Payout.Kept).Select(Summary)],
            SumOf(bound.Where(transfer => transfer.Stage == TransferStage.InProgress)));
    }

    internal static Money SumOf(IEnumerable<LedgerTransfer> transfers) =>
        transfers.Aggregate(Money.Zero, (sum, transfer) => sum + transfer.Intent.Amount);

    private static TransferSummary Summary(LedgerTransfer transfer) => new(
        transfer.Intent.Sequence,
        transfer.Intent.Amount,
        transfer.Status ?? default,
        transfer.BrokerCreatedAt,
        transfer.Stage == TransferStage.Completed ? transfer.StatusSeenAt : null);
}
