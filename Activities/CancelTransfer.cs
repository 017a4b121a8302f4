using AccountClosure.Broker;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

public sealed record CancelTransferInput(string AccountId, string IntentId);

/// <summary>
/// Asks the broker to cancel a transfer. The broker cannot cancel a transfer that was sent to clearing, or one of a blocked account.
/// Neither is an error, because the closure follows the transfer to its end in any case. A transfer that a person gave up stays at the
/// broker as it is.
/// </summary>
public sealed class CancelTransfer(IBroker broker, ITransferLedger ledger)
{
    [Function(nameof(CancelTransfer))]
    public async Task Run([ActivityTrigger] CancelTransferInput input, CancellationToken cancellationToken)
    {
        var known = await ledger.FindAsync(input.IntentId, cancellationToken);
        // Once a person has given up the open transfers, the closure ends and tells the customer that they still arrive.
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
