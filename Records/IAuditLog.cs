namespace AccountClosure.Records;

/// <summary>Log of who did what, when and why. It is append only, and is kept after the durable history is purged.</summary>
public interface IAuditLog
{
    /// <summary>Appends the entry, unless the log already has one with this id.</summary>
    Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken = default);

    /// <summary>All entries of the account, in the order in which they were appended.</summary>
    Task<IReadOnlyList<AuditEntry>> ListAsync(string accountId, CancellationToken cancellationToken = default);
}

/// <param name="EntryId">The closure's confirmation number and what happened. A repeated append has the same id.</param>
/// <param name="At">Time of the event, UTC.</param>
/// <param name="Actor">User id or operator name as given with the request, or "system".</param>
/// <param name="Event">What happened, as a noun phrase in the past: "ClosureInitiated", "TransferCreated".</param>
/// <param name="Detail">Ids, amounts and reasons only: no names, account numbers or addresses.</param>
public sealed record AuditEntry(
    string EntryId, string AccountId, string ConfirmationNumber, DateTimeOffset At, string Actor, string Event, string? Detail);
