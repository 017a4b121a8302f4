using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Customers;
using AccountClosure.Notifications;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>
/// Sends one message, unless it is no longer true: while the mail server is down, a message can be days late. The transfers that the
/// message lists, and the totals of a closure that has ended, come from the ledger.
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
    /// <returns>Id of the message; null when it was no longer true and was not sent.</returns>
    [Function(nameof(SendNotification))]
    public async Task<string?> Run([ActivityTrigger] Notification notification, CancellationToken cancellationToken)
    {
        if (await IsSuperseded(notification, cancellationToken))
        {
            if (notification.Kind != NotificationKind.ReviewNeeded)
                await AuditSuperseded(notification, cancellationToken);
            return null;
        }
        bool hasEnded = notification.Kind is NotificationKind.ClosureCancelled or NotificationKind.ClosureCompleted;
        if (hasEnded)
            await RecordReturns(notification, cancellationToken);
        var all = await ledger.ListAsync(notification.AccountId, cancellationToken);
        List<LedgerTransfer> transfers = [.. all.Where(transfer => transfer.Intent.ConfirmationNumber == notification.ConfirmationNumber)];
        if (hasEnded)
        {
            // An earlier closure may not yet know whether its transfer exists. That closure's own message tells what a person gave up.
            var inDoubt = all
                .Where(transfer => transfer is { State: LedgerState.Intended, AttemptedAt: not null })
                .Concat(transfers.Where(transfer => transfer.IsInDoubt));
            notification = WithCurrentTotals(notification, transfers) with { InDoubt = SumTransfers.SumOf(inDoubt) };
        }
        var listed = transfers
            .Where(transfer => transfer.BrokerCreatedAt is not null)
            .Select(transfer => new EmailTransfer(
                transfer.Intent.Sequence, transfer.Intent.Amount, transfer.BrokerCreatedAt!.Value, transfer.Status?.Raw ?? ""))
            .ToList();
        return await notifications.SendAsync(notification with { Transfers = listed }, cancellationToken);
    }

    // "We have begun" is no longer true once the closure ends, and the customer may hear of the end before it is recorded. A message about
    // the end is obsolete once a later closure of the account has begun, because that closure sends its own messages.
    private async Task<bool> IsSuperseded(Notification notification, CancellationToken cancellationToken)
    {
        var closures = await tracking.ListAsync(notification.AccountId, cancellationToken);
        var own = closures.FirstOrDefault(closure => closure.ConfirmationNumber == notification.ConfirmationNumber);
        if (notification.Kind == NotificationKind.ReviewNeeded)
            return own is not null && !AwaitsDecision(own, notification);
        if (notification.Kind == NotificationKind.ClosureInitiated)
            return own is { EndedAt: not null } or { Stop: not null } or { CloseAskedAt: not null };
        var begun = await customers.ListClosuresAsync(notification.AccountId, cancellationToken);
        if (closures.Any(closure => closure.StartedAt > own?.StartedAt && begun.Contains(closure.ConfirmationNumber)))
            return true;
        // Others may have closed the account in the meantime, or opened it again.
        bool isClosed = (await broker.GetAccountAsync(notification.AccountId, cancellationToken)).Status == SafetyChecks.Closed;
        return isClosed != (notification.Kind == NotificationKind.ClosureCompleted);
    }

    // A later review, and the cleanup of a stopped closure, send their own messages.
    private static bool AwaitsDecision(ClosureRecord own, Notification notification) =>
        own.Phase == nameof(ClosurePhase.ManualReview)
        && !(own.UpdatedAt > notification.Since)
        && !(own.Stop is { CleanupAt: not null } && notification.ByCleanup == false);

    // A transfer may have come back between the end and the message.
    private async Task RecordReturns(Notification notification, CancellationToken cancellationToken)
    {
        try
        {
            await ledger.RecordReturnsAsync(
                tracking, broker, notification.AccountId, notification.ConfirmationNumber, time.GetUtcNow(), cancellationToken);
        }
        catch (BrokerRefusedException) when (time.GetUtcNow() >= notification.At + ClosurePolicy.RefusalPatience)
        {
            // The broker may not show the transfers of a closed account: the message then tells what the ledger has.
        }
    }

    private static Notification WithCurrentTotals(Notification notification, List<LedgerTransfer> transfers)
    {
        var totals = SumTransfers.TotalsOf(transfers, notification.ConfirmationNumber);
        var told = notification with { Withdrawn = totals.Withdrawn, TransferCount = totals.Completed };
        if (notification.Kind != NotificationKind.ClosureCompleted)
            return told;
        var returned = transfers
            .Where(transfer => transfer.Status is { HasComeBack: true } && transfer.StatusSeenAt > notification.At)
            .ToList();
        // Only money that the message would otherwise call paid is added to what remains. A return that was counted before the message is
        // already part of it.
        var noLongerPaid = Money.Max(Money.Zero, (notification.Withdrawn ?? Money.Zero) - totals.Withdrawn);
        var back = Money.Min(SumTransfers.SumOf(returned), noLongerPaid);
        return told with
        {
            HasReturns = notification.HasReturns || returned.Count > 0,
            Remaining = back.IsPositive ? (notification.Remaining ?? Money.Zero) + back : notification.Remaining,
        };
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
