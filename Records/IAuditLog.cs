namespace AccountClosure.Records;

/// <summary>Who did what, when and why. Append only; kept after the durable history is purged.</summary>
public interface IAuditLog
{
    /// <summary>Appends, unless an entry with this id is there already.</summary>
    Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken = default);

    /// <summary>All of the account's, in the order in which they were appended.</summary>
    Task<IReadOnlyList<AuditEntry>> ListAsync(string accountId, CancellationToken cancellationToken = default);
}

/// <param name="EntryId">The same for a repeated append: the closure's confirmation number and what happened.</param>
/// <param name="At">UTC.</param>
/// <param name="Actor">A user id or an operator's name as given with the request, or "system".</param>
/// <param name="Event">What happened, as a noun phrase in the past: "ClosureInitiated", "TransferCreated".</param>
/// <param name="Detail">Ids, amounts and reasons only: no names, account numbers or addresses.</param>
public sealed record AuditEntry(
    string EntryId, string AccountId, string ConfirmationNumber, DateTimeOffset At, string Actor, string Event, string? Detail);
