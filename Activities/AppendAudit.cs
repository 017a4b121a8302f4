using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <param name="EntryId">Id of the entry: the same for a repeated step, a different one for another event.</param>
/// <param name="Event">What happened: "CancelRequested", "ReviewRetry", "NotificationFailed".</param>
public sealed record AppendAuditInput(
    string EntryId, string AccountId, string ConfirmationNumber, DateTimeOffset At, string Actor, string Event, string Reason);

/// <summary>Writes to the audit log what a person did, or another event that is not a phase.</summary>
public sealed class AppendAudit(IAuditLog audit)
{
    [Function(nameof(AppendAudit))]
    public Task Run([ActivityTrigger] AppendAuditInput input, CancellationToken cancellationToken) =>
        audit.AppendAsync(
            new AuditEntry(
                input.EntryId, input.AccountId, input.ConfirmationNumber, input.At, input.Actor, input.Event, input.Reason),
            cancellationToken);
}
