using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Writes to the audit log what a person did, or what else happened that is not a phase.</summary>
public sealed class AppendAudit(IAuditLog audit)
{
    /// <param name="EntryId">The same for a repeated step, another for another happening.</param>
    /// <param name="Happening">"CancelRequested", "ReviewRetry", "NotificationFailed".</param>
    public sealed record Entry(
        string EntryId, string AccountId, string ConfirmationNumber, DateTimeOffset At, string Actor, string Happening, string Reason);

    [Function(nameof(AppendAudit))]
    public Task Run([ActivityTrigger] Entry entry, CancellationToken cancellationToken) =>
        audit.AppendAsync(
            new AuditEntry(
                entry.EntryId, entry.AccountId, entry.ConfirmationNumber, entry.At, entry.Actor, entry.Happening, entry.Reason),
            cancellationToken);
}
