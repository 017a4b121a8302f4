using AccountClosure.Broker;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

public sealed record CancelTransferInput(string AccountId, string IntentId);

/// <summary>
/// Asks the broker to cancel a transfer. A transfer that was sent to clearing cannot be cancelled, nor can one of a blocked account;
/// neither is an error, because the transfer is followed to its end in any case. One that a person gave up is left as the broker has it.
/// </summary>
public sealed class CancelTransfer(IBroker broker, ITransferLedger ledger)
{
    [Function(nameof(CancelTransfer))]
    public async Task Run([ActivityTrigger] CancelTransferInput input, CancellationToken cancellationToken)
    {
        var known = await ledger.FindAsync(input.IntentId, cancellationToken);
        // A closure ends when a person has given up what is still open, and its customer is told that it still arrives.
        if (known is not { IsOpen: true, BrokerTransferId: { } transferId })
            return;
        try
        {
            await broker.CancelTransferAsync(input.AccountId, transferId, cancellationToken);
        }
        catch (BrokerException failure) when (failure.Kind is not (BrokerErrorKind.Unauthorized or BrokerErrorKind.RateLimited))
        {
        }
    }
}
