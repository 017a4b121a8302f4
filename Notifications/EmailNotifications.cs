using AccountClosure.Closure;

namespace AccountClosure.Notifications;

/// <summary>Sends notifications as emails: finds the recipient, writes the message, and passes it to the outbox.</summary>
public sealed class EmailNotifications(EmailWriter writer, ICustomerDirectory directory, IOutbox outbox) : INotifications
{
    public async Task<string> SendAsync(Notification notification, CancellationToken cancellationToken = default)
    {
        var to = notification.Kind == NotificationKind.ReviewNeeded
            ? writer.OperationsAddress
            : await directory.FindEmailAddressAsync(notification.AccountId, notification.UserId, cancellationToken);
        return await outbox.SendAsync(writer.Write(notification, to), cancellationToken);
    }
}
