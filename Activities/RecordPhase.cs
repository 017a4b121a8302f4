using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Writes the phase that a closure has entered to the tracking and to the audit log.</summary>
public sealed class RecordPhase(IClosureTracking tracking, IAuditLog audit)
{
    /// <summary>Whether the closure may still act, by the tracking.</summary>
    public enum Fence
    {
        Open,

        /// <summary>The closure was stopped or has ended: it begins nothing more.</summary>
        Stopped,

        /// <summary>The closure's cleanup acts for it.</summary>
        TakenOver,
    }

    /// <param name="EndedAs">How the closure had ended already; null when it had not.</param>
    public sealed record Result(Fence Fence, ClosurePhase? EndedAs = null);

    /// <param name="Since">When the phase was entered, UTC.</param>
    public sealed record Entry(
        ClosureRequest Request, ClosurePhase Phase, DateTimeOffset Since, Money Paid, int Transfers, string Actor, string? Detail);

    [Function(nameof(RecordPhase))]
    public async Task<Result> Run([ActivityTrigger] Entry entry, CancellationToken cancellationToken)
    {
        var request = entry.Request;
        var known = await tracking.FindAsync(request.ConfirmationNumber, cancellationToken);
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
                // The detail of the start is the customer's reason, which is for the audit log only.
                entry.Phase == ClosurePhase.Initiated ? null : entry.Detail),
            cancellationToken);
        return known switch
        {
            { EndedAt: not null } => new Result(known.Stop?.CleanupAt is null ? Fence.Stopped : Fence.TakenOver, known.ToPhase()),
            { Stop.CleanupAt: not null } => new Result(Fence.TakenOver),
            { Stop: not null } => new Result(Fence.Stopped),
            _ => new Result(Fence.Open),
        };
    }
}
