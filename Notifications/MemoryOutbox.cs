namespace AccountClosure.Notifications;

/// <summary>Keeps the messages in this process, for tests and benchmarks that configure it.</summary>
public sealed class MemoryOutbox : IOutbox
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Email> emails = new(StringComparer.Ordinal);

    /// <summary>All messages, in the order of their dates.</summary>
    public IReadOnlyList<Email> Emails
    {
        get
        {
            lock (gate)
                return [.. emails.Values.OrderBy(email => email.Date).ThenBy(email => email.Key, StringComparer.Ordinal)];
        }
    }

    public Task<string> SendAsync(Email email, CancellationToken cancellationToken = default)
    {
        lock (gate)
            emails.TryAdd(email.Key, email);
        return Task.FromResult($"memory:{email.Key}");
    }
}
