using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Writes the phase that a closure has entered to the tracking and to the audit log.</summary>
public sealed class RecordPhase(IClosureTracking tracking, IAuditLog audit)
{
    /// <param name="Since">When the phase was entered, UTC.</param>
    public sealed record Entry(
        ClosureRequest Request, ClosurePhase Phase, DateTimeOffset Since, Money Paid, int Transfers, string Actor, string? Detail);

    /// <returns>Whether the closure has been stopped, or had ended already.</returns>
    [Function(nameof(RecordPhase))]
    public async Task<bool> Run([ActivityTrigger] Entry entry, CancellationToken cancellationToken)
    {
        var request = entry.Request;
        var known = await tracking.FindAsync(request.ConfirmationNumber, cancellationToken);
        bool isStopped = known is { Stop: not null } or { EndedAt: not null };
        await audit.AppendAsync(
            new AuditEntry(
                entry.Phase.HasEnded() ? $"{request.ConfirmationNumber}/{entry.Phase}" : $"{request.ConfirmationNumber}/{entry.Phase}/{entry.Since.UtcTicks}",
                request.AccountId,
                request.ConfirmationNumber,
                entry.Since,
                entry.Actor,
                $"Closure{entry.Phase}",
                entry.Detail),
            cancellationToken);
        await tracking.SaveAsync(
            new ClosureRecord(
                request.ConfirmationNumber,
                request.AccountId,
                request.UserId,
                request.AchRelationshipId,
                ClosureInstance.IdFor(request.AccountId),
                entry.Phase.ToString(),
                request.RequestedAt,
                entry.Since,
                entry.Phase.HasEnded() ? entry.Since : null,
                entry.Paid,
                entry.Transfers,
                entry.Detail),
            cancellationToken);
        return isStopped;
    }
}
