using AccountClosure.Closure;

namespace AccountClosure.Records;

/// <summary>Tracking table for operations and compliance: one row per closure, which is kept after the durable history is purged.</summary>
/// <remarks>
/// The row is also the fence of the closure: once the closure is stopped or has ended, its activities get no permit for a request.
/// </remarks>
public interface IClosureTracking
{
    /// <summary>
    /// Inserts the row, or replaces its phase and totals. Changes nothing when the stored row has a later
    /// <see cref="ClosureRecord.UpdatedAt"/>, or has ended in another phase. Keeps the fence and the times of requests. When an end is
    /// recorded again, keeps the first time of the end.
    /// </summary>
    Task SaveAsync(ClosureRecord record, CancellationToken cancellationToken = default);

    Task<ClosureRecord?> FindAsync(string confirmationNumber, CancellationToken cancellationToken = default);

    /// <summary>The account's closures, newest first.</summary>
    Task<IReadOnlyList<ClosureRecord>> ListAsync(string accountId, CancellationToken cancellationToken = default);

    /// <summary>All closures that have not ended and whose row was last written before <paramref name="before"/>, oldest first.</summary>
    Task<IReadOnlyList<ClosureRecord>> ListNotEndedAsync(DateTimeOffset before, CancellationToken cancellationToken = default);

    /// <summary>
    /// Records that the closure is about to send a request to the broker, if the closure may still act. One statement checks and records,
    /// so that a stop comes either before or after it.
    /// </summary>
    /// <param name="at">Time of the request by our clock, UTC.</param>
    /// <param name="brokerTime">Time of the request by the broker's clock, UTC.</param>
    /// <returns>False when the closure has been stopped, has ended, or is unknown. The caller must not send the request then.</returns>
    Task<bool> TryAskAsync(
        string confirmationNumber,
        BrokerRequestKind kind,
        DateTimeOffset at,
        DateTimeOffset brokerTime,
        CancellationToken cancellationToken = default);

    /// <summary>Stops the closure, which gets no permit from then on. A later call keeps the first stop and the first cleanup.</summary>
    /// <returns>The row after the stop; null for an unknown closure, which has never sent a request.</returns>
    Task<ClosureRecord?> StopAsync(string confirmationNumber, Stop stop, CancellationToken cancellationToken = default);
}

/// <summary>Kind of a request to the broker that cannot be undone. The ledger has the requests for transfers.</summary>
public enum BrokerRequestKind
{
    CancelOrders,
    Sale,
    Close,
}

/// <summary>Stop of a closure, from outside or by its own end: who stopped it, when and why.</summary>
/// <param name="At">Time of the stop, UTC.</param>
/// <param name="Actor">Who stopped it, or "system".</param>
/// <param name="CleanupAt">Time from which the cleanup acts for the closure, UTC; null while the closure ends by itself.</param>
public sealed record Stop(DateTimeOffset At, string Actor, string Reason, DateTimeOffset? CleanupAt = null);

/// <param name="Phase">Name of the <see cref="ClosurePhase"/>.</param>
/// <param name="Withdrawn">Amount in complete transfers so far, US dollars.</param>
/// <param name="Outcome">Why the closure ended or what it waits for; null while it proceeds by itself.</param>
/// <param name="Stop">Null while the closure may act.</param>
/// <param name="SaleAskedAt">Time of the first request to sell, by the broker's clock, UTC; null if there was none.</param>
/// <param name="LiquidationAskedAt">Time of the last request to cancel orders or to sell, UTC; null if there was none.</param>
/// <param name="CloseAskedAt">Time of the last request to close the account, UTC; null if there was none.</param>
public sealed record ClosureRecord(
    string ConfirmationNumber,
    string AccountId,
    string UserId,
    string AchRelationshipId,
    string InstanceId,
    string Phase,
    DateTimeOffset StartedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? EndedAt,
    Money Withdrawn,
    int TransferCount,
    string? Outcome,
    Stop? Stop = null,
    DateTimeOffset? SaleAskedAt = null,
    DateTimeOffset? LiquidationAskedAt = null,
    DateTimeOffset? CloseAskedAt = null)
{
    /// <summary>The request, without the customer's reason, which is in the audit log.</summary>
    public ClosureRequest ToRequest() => new(AccountId, UserId, AchRelationshipId, "See the audit log.", ConfirmationNumber, StartedAt);

    /// <summary>Phase of the closure.</summary>
    public ClosurePhase ToPhase() => Enum.Parse<ClosurePhase>(Phase);

    /// <summary>Who stopped the closure, and why; null when nobody has.</summary>
    public Cancel? StoppedBy() => Stop is { } stop ? new Cancel(stop.Actor, stop.Reason) : null;

    /// <summary>The totals, without the account's cash and without the transfers, which are in the ledger.</summary>
    public Payout ToPayout() => new(Withdrawn: Withdrawn, Created: TransferCount) { IsCashUnseen = true };
}
