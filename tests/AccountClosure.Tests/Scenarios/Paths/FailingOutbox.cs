using AccountClosure.Notifications;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>An outbox that can fail for messages of one kind.</summary>
internal sealed class FailingOutbox : IOutbox
{
    private readonly MemoryOutbox _outbox = new();

    /// <summary>A part of the subjects of the messages that it refuses; null if it refuses none.</summary>
    public string? Refuses { get; set; }

    public IReadOnlyList<Email> Emails => _outbox.Emails;

    public Task<string> SendAsync(Email email, CancellationToken cancellationToken = default) =>
        Refuses is { } part && email.Subject.Contains(part, StringComparison.Ordinal)
            ? Task.FromException<string>(new IOException("The disk is full."))
            : _outbox.SendAsync(email, cancellationToken);
}
