using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <param name="EntryId">The same for a repeated step, another for another happening.</param>
/// <param name="Happening">"CancelRequested", "ReviewRetry", "NotificationFailed".</param>
public sealed record AppendAuditInput(
    string EntryId, string AccountId, string ConfirmationNumber, DateTimeOffset At, string Actor, string Happening, string Reason);

/// <summary>Writes to the audit log what a person did, or what else happened that is not a phase.</summary>
public sealed class AppendAudit(IAuditLog audit)
{
    [Function(nameof(AppendAudit))]
    public Task Run([ActivityTrigger] AppendAuditInput input, CancellationToken cancellationToken) =>
        audit.AppendAsync(
            new AuditEntry(
                input.EntryId, input.AccountId, input.ConfirmationNumber, input.At, input.Actor, input.Happening, input.Reason),
            cancellationToken);
}
