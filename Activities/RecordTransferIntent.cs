using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Writes to the ledger that a transfer is meant, before the broker hears of it.</summary>
public sealed class RecordTransferIntent(ITransferLedger ledger)
{
    public sealed record Intent(ClosureRequest Request, OpenTransfer Transfer, DateTimeOffset At);

    /// <returns>
    /// The transfer as the ledger has it: an earlier try, whose answer was lost, may have intended another amount. Null when the closure was stopped.
    /// </returns>
    [Function(nameof(RecordTransferIntent))]
    public async Task<OpenTransfer?> Run([ActivityTrigger] Intent intent, CancellationToken cancellationToken)
    {
        var known = await ledger.RecordIntentAsync(
            new TransferIntent(
                intent.Transfer.IntentId,
                intent.Request.AccountId,
                intent.Request.ConfirmationNumber,
                intent.Transfer.Sequence,
                intent.Transfer.Amount,
                intent.Request.AchRelationshipId,
                intent.Transfer.NotBefore,
                intent.At),
            cancellationToken);
        return known is null ? null : intent.Transfer with { Amount = known.Intent.Amount, NotBefore = known.Intent.NotBefore };
    }
}
