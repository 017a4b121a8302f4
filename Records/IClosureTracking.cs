using AccountClosure.Closure;

namespace AccountClosure.Records;

/// <summary>One row per closure, for operations and compliance: where it stands, kept after the durable history is purged.</summary>
/// <remarks>
/// The row is also the fence of the closure: once it is stopped or has ended, its activities get no permit for a request.
/// </remarks>
public interface IClosureTracking
{
    /// <summary>
    /// Inserts the row, or replaces its phase and totals. Changes nothing when the row there has a later <see cref="ClosureRecord.UpdatedAt"/>,
    /// or has ended in another phase. The fence and the times of requests stay as they are, and so does the time of an end that is recorded again.
    /// </summary>
    Task SaveAsync(ClosureRecord record, CancellationToken cancellationToken = default);

    Task<ClosureRecord?> FindAsync(string confirmationNumber, CancellationToken cancellationToken = default);

    /// <summary>The account's closures, newest first.</summary>
    Task<IReadOnlyList<ClosureRecord>> ListAsync(string accountId, CancellationToken cancellationToken = default);

    /// <summary>All closures that have not ended and whose row was last written before <paramref name="before"/>, oldest first.</summary>
    Task<IReadOnlyList<ClosureRecord>> ListNotEndedAsync(DateTimeOffset before, CancellationToken cancellationToken = default);

    /// <summary>
    /// Records that the broker is about to be asked, if the closure may still act. The check and the record are one statement, so that a
    /// stop comes either before or after it.
    /// </summary>
    /// <param name="at">UTC, by our clock.</param>
    /// <param name="brokerTime">UTC, by the broker's clock.</param>
    /// <returns>False when the closure has been stopped, has ended, or is unknown: then the broker must not be asked.</returns>
    Task<bool> TryAskAsync(
        string confirmationNumber, BrokerRequestKind kind, DateTimeOffset at, DateTimeOffset brokerTime, CancellationToken cancellationToken = default);

    /// <summary>Stops the closure: it gets no permit from then on. The first stop and the first cleanup stay.</summary>
    /// <returns>The row as it is afterwards; null for an unknown closure, which has never asked for anything.</returns>
    Task<ClosureRecord?> StopAsync(string confirmationNumber, Stop stop, CancellationToken cancellationToken = default);
}

/// <summary>A request to the broker that cannot be taken back. Transfers are in the ledger.</summary>
public enum BrokerRequestKind
{
    CancelOrders,
    Sale,
    Close,
}

/// <summary>The stop of a closure from outside or by its own end: who stopped it, when and why.</summary>
/// <param name="At">UTC.</param>
/// <param name="Actor">Who stopped it, or "system".</param>
/// <param name="CleanupAt">Since when its cleanup acts for it, UTC; null while it ends by itself.</param>
public sealed record Stop(DateTimeOffset At, string Actor, string Reason, DateTimeOffset? CleanupAt = null);

/// <param name="Phase">By name: see ClosurePhase.</param>
/// <param name="Withdrawn">Paid out and complete so far, US dollars.</param>
/// <param name="Outcome">Why it ended or what it waits for; null while it goes on by itself.</param>
/// <param name="Stop">Null while the closure may act.</param>
/// <param name="SaleAskedAt">When the broker was first asked to sell, UTC, by the broker's clock; null if never.</param>
/// <param name="LiquidationAskedAt">When the broker was last asked to cancel orders or to sell, UTC; null if never.</param>
/// <param name="CloseAskedAt">When the broker was last asked to close the account, UTC; null if never.</param>
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

    /// <summary>Where the closure stands.</summary>
    public ClosurePhase ToPhase() => Enum.Parse<ClosurePhase>(Phase);

    /// <summary>Who stopped the closure, and why; null when nobody has.</summary>
    public Cancel? StoppedBy() => Stop is { } stop ? new Cancel(stop.Actor, stop.Reason) : null;

    /// <summary>The totals, without the transfers, which the ledger has, and without the account's cash.</summary>
    public Payout ToPayout() => new(Withdrawn: Withdrawn, Created: TransferCount) { IsCashUnseen = true };
}
