using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Writes to the audit log what a person did.</summary>
public sealed class AppendAudit(IAuditLog audit)
{
    /// <param name="Happening">What the person did: "CancelRequested", "ReviewRetry".</param>
    public sealed record Entry(
        string AccountId, string ConfirmationNumber, DateTimeOffset At, string Actor, string Happening, string Reason);

    [Function(nameof(AppendAudit))]
    public Task Run([ActivityTrigger] Entry entry, CancellationToken cancellationToken) =>
        audit.AppendAsync(
            new AuditEntry(
                // A decision can be made again later; a repeated step asks for the same one, with the same words.
                $"{entry.ConfirmationNumber}/{entry.Happening}/{entry.Actor}/{entry.Reason}",
                entry.AccountId,
                entry.ConfirmationNumber,
                entry.At,
                entry.Actor,
                entry.Happening,
                entry.Reason),
            cancellationToken);
}
