using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

public sealed record RecordTransferIntentInput(ClosureRequest Request, OpenTransfer Transfer, DateTimeOffset At);

/// <summary>Writes an intended transfer to the ledger, before the request to the broker.</summary>
public sealed class RecordTransferIntent(ITransferLedger ledger)
{
    /// <returns>
    /// The transfer as the ledger has it: an earlier attempt whose answer was lost may have intended another amount. Null when the closure
    /// was stopped.
    /// </returns>
    [Function(nameof(RecordTransferIntent))]
    public async Task<OpenTransfer?> Run([ActivityTrigger] RecordTransferIntentInput input, CancellationToken cancellationToken)
    {
        var known = await ledger.RecordIntentAsync(
            new TransferIntent(
                input.Transfer.IntentId,
                input.Request.AccountId,
                input.Request.ConfirmationNumber,
                input.Transfer.Sequence,
                input.Transfer.Amount,
                input.Request.AchRelationshipId,
                input.Transfer.NotBefore,
                input.At),
            cancellationToken);
        return known is null ? null : input.Transfer with { Amount = known.Intent.Amount, NotBefore = known.Intent.NotBefore };
    }
}
