using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Whether the tracking lets the closure act.</summary>
public enum Fence
{
    Open,

    /// <summary>The closure was stopped or has ended: it begins nothing new.</summary>
    Stopped,

    /// <summary>The closure's cleanup acts for it.</summary>
    TakenOver,
}

/// <param name="EndedAs">How the closure had already ended; null when it had not.</param>
public sealed record RecordPhaseResult(Fence Fence, ClosurePhase? EndedAs = null);

/// <param name="Since">Time at which the phase began, UTC.</param>
public sealed record RecordPhaseInput(
    ClosureRequest Request, ClosurePhase Phase, DateTimeOffset Since, Money Withdrawn, int Transfers, string Actor, string? Detail);

/// <summary>Writes the phase that a closure has entered to the tracking and to the audit log.</summary>
public sealed class RecordPhase(IClosureTracking tracking, IAuditLog audit)
{
    [Function(nameof(RecordPhase))]
    public async Task<RecordPhaseResult> Run([ActivityTrigger] RecordPhaseInput input, CancellationToken cancellationToken)
    {
        var request = input.Request;
        var known = await tracking.FindAsync(request.ConfirmationNumber, cancellationToken);
        await audit.AppendAsync(
            new AuditEntry(
                input.Phase.HasEnded()
                    ? $"{request.ConfirmationNumber}/{input.Phase}"
                    : $"{request.ConfirmationNumber}/{input.Phase}/{input.Since.UtcTicks}",
                request.AccountId,
                request.ConfirmationNumber,
                input.Since,
                input.Actor,
                $"Closure{input.Phase}",
                input.Detail),
            cancellationToken);
        await tracking.SaveAsync(
            new ClosureRecord(
                request.ConfirmationNumber,
                request.AccountId,
                request.UserId,
                request.AchRelationshipId,
                ClosureInstance.IdFor(request.AccountId),
                input.Phase.ToString(),
                request.RequestedAt,
                input.Since,
                input.Phase.HasEnded() ? input.Since : null,
                input.Withdrawn,
                input.Transfers,
                // The detail of the start is the customer's reason, which belongs only in the audit log.
                input.Phase == ClosurePhase.Initiated ? null : input.Detail),
            cancellationToken);
        return known switch
        {
            { EndedAt: not null, Stop.CleanupAt: not null } => new RecordPhaseResult(Fence.TakenOver, known.ToPhase()),
            { EndedAt: not null } => new RecordPhaseResult(Fence.Stopped, known.ToPhase()),
            { Stop.CleanupAt: not null } => new RecordPhaseResult(Fence.TakenOver),
            { Stop: not null } => new RecordPhaseResult(Fence.Stopped),
            _ => new RecordPhaseResult(Fence.Open),
        };
    }
}
