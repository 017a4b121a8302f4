namespace AccountClosure.Notifications;

/// <summary>An email that is ready to be sent. A repetition has the same key.</summary>
/// <param name="Key">Unique key of the message, and the name of its file: confirmation number, kind and occurrence.</param>
public sealed record Email(
    string Key, DateTimeOffset Date, string FromName, string From, string To, string Subject, string Text, string Html);

/// <summary>Delivers messages. It delivers each <see cref="Email.Key"/> once if it can recognize a repetition.</summary>
public interface IOutbox
{
    /// <returns>Where the message can be found: the path of a file or the id of the message.</returns>
    Task<string> SendAsync(Email email, CancellationToken cancellationToken = default);
}
