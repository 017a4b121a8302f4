using AccountClosure.Closure;
using AccountClosure.Notifications;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Sends one message; the transfers to be listed in it come from the ledger.</summary>
public sealed class SendNotification(INotifications notifications, ITransferLedger ledger)
{
    [Function(nameof(SendNotification))]
    public async Task<string> Run([ActivityTrigger] Notification notification, CancellationToken cancellationToken)
    {
        var transfers = await ledger.ListAsync(notification.AccountId, cancellationToken);
        var listed = transfers
            .Where(transfer => transfer.Intent.ConfirmationNumber == notification.ConfirmationNumber && transfer.BrokerCreatedAt is not null)
            .Select(transfer => new PaidTransfer(
                transfer.Intent.Sequence, transfer.Intent.Amount, transfer.BrokerCreatedAt!.Value, transfer.Status?.Raw ?? ""))
            .ToList();
        return await notifications.SendAsync(notification with { Transfers = listed }, cancellationToken);
    }
}
