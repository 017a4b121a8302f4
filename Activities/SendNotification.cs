using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Customers;
using AccountClosure.Notifications;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>
/// Sends one message, unless it is no longer true: while the mail is down, a message can be days late. The transfers that it lists, and the
/// totals of a cancelled closure, come from the ledger.
/// </summary>
public sealed class SendNotification(
    INotifications notifications,
    ITransferLedger ledger,
    IClosureTracking tracking,
    ICustomerRecords customers,
    IAuditLog audit,
    IBroker broker,
    TimeProvider time)
{
    /// <returns>The message's id; null when it was not sent because it is no longer true.</returns>
    [Function(nameof(SendNotification))]
    public async Task<string?> Run([ActivityTrigger] Notification notification, CancellationToken cancellationToken)
    {
        if (await IsSuperseded(notification, cancellationToken))
        {
            if (notification.Kind != NotificationKind.ReviewNeeded)
                await AuditSuperseded(notification, cancellationToken);
            return null;
        }
        if (notification.Kind == NotificationKind.ClosureCancelled)
            notification = await WithTotalsOfNow(notification, cancellationToken);
        var transfers = await ledger.ListAsync(notification.AccountId, cancellationToken);
        var listed = transfers
            .Where(transfer => transfer.Intent.ConfirmationNumber == notification.ConfirmationNumber && transfer.BrokerCreatedAt is not null)
            .Select(transfer => new PaidTransfer(
                transfer.Intent.Sequence, transfer.Intent.Amount, transfer.BrokerCreatedAt!.Value, transfer.Status?.Raw ?? ""))
            .ToList();
        return await notifications.SendAsync(notification with { Transfers = listed }, cancellationToken);
    }

    // "We have begun" is untrue once the closure ends, and how it ended may be told before the end is recorded. How it ended is of no use
    // once a later closure of the account has begun and sends messages of its own.
    private async Task<bool> IsSuperseded(Notification notification, CancellationToken cancellationToken)
    {
        var closures = await tracking.ListAsync(notification.AccountId, cancellationToken);
        var own = closures.FirstOrDefault(closure => closure.ConfirmationNumber == notification.ConfirmationNumber);
        if (notification.Kind == NotificationKind.ReviewNeeded)
            return own is not null && own.Phase != nameof(ClosurePhase.ManualReview);
        if (notification.Kind == NotificationKind.ClosureInitiated)
            return own is { EndedAt: not null } or { Stop: not null } or { CloseAskedAt: not null };
        var begun = await customers.ListClosuresAsync(notification.AccountId, cancellationToken);
        if (closures.Any(closure => closure.StartedAt > own?.StartedAt && begun.Contains(closure.ConfirmationNumber)))
            return true;
        // Others may have closed the account since, or opened it again.
        bool isClosed = (await broker.GetAccountAsync(notification.AccountId, cancellationToken)).Status == SafetyChecks.Closed;
        return isClosed != (notification.Kind == NotificationKind.ClosureCompleted);
    }

    // A transfer may have come back between the end and the message.
    private async Task<Notification> WithTotalsOfNow(Notification notification, CancellationToken cancellationToken)
    {
        await ledger.RecordReturnsAsync(tracking, broker, notification.AccountId, notification.ConfirmationNumber, time.GetUtcNow(), cancellationToken);
        var totals = SumTransfers.TotalsOf(await ledger.ListAsync(notification.AccountId, cancellationToken), notification.ConfirmationNumber);
        return notification with { TotalPaid = totals.Paid, TransferCount = totals.Completed };
    }

    private Task AuditSuperseded(Notification notification, CancellationToken cancellationToken) => audit.AppendAsync(
        new AuditEntry(
            $"{notification.ConfirmationNumber}/NotificationSuperseded/{notification.Kind}",
            notification.AccountId,
            notification.ConfirmationNumber,
            time.GetUtcNow(),
            "system",
            "NotificationSuperseded",
            $"{notification.Kind}: no longer true when it could be sent."),
        cancellationToken);
}
