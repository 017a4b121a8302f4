using AccountClosure.Closure;

namespace AccountClosure.Notifications;

/// <summary>Notifies customers and operations. Implementations find the addresses, so that no durable payload contains one.</summary>
public interface INotifications
{
    /// <summary>Sends the message, once per confirmation number, kind and <see cref="Notification.Occurrence"/>.</summary>
    /// <returns>Where the message can be found: the path of a file or the id of the message. The audit log records it.</returns>
    Task<string> SendAsync(Notification notification, CancellationToken cancellationToken = default);
}
