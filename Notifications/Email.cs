namespace AccountClosure.Notifications;

/// <summary>A message ready to be sent, the same in every repetition.</summary>
/// <param name="Key">Names it among all messages, and its file: the confirmation number, the kind, the occurrence.</param>
public sealed record Email(string Key, DateTimeOffset Date, string FromName, string From, string To, string Subject, string Text, string Html);

/// <summary>Takes a message away, once for each <see cref="Email.Key"/> as far as it can tell.</summary>
public interface IOutbox
{
    /// <returns>Where it is to be found.</returns>
    Task<string> SendAsync(Email email, CancellationToken cancellationToken = default);
}
