using AccountClosure.Closure;

namespace AccountClosure.Notifications;

/// <summary>Tells the customer. Addresses and names are looked up on this side, so that they never enter a durable payload.</summary>
public interface INotifications
{
    /// <summary>Sends the message, once per confirmation number, kind and <see cref="Notification.Occurrence"/>.</summary>
    /// <returns>Where it can be found, for the record: a file's path or the provider's message id.</returns>
    Task<string> SendAsync(Notification notification, CancellationToken cancellationToken = default);
}
