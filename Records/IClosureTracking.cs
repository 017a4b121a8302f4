using AccountClosure.Closure;

namespace AccountClosure.Records;

/// <summary>One row a closure, for operations and compliance: where it stands, kept after the durable history is purged.</summary>
public interface IClosureTracking
{
    /// <summary>
    /// Inserts or replaces the row, unless the row there has a later <see cref="ClosureRecord.UpdatedAt"/>, or the same one and an end that this
    /// one has not.
    /// </summary>
    Task SaveAsync(ClosureRecord record, CancellationToken cancellationToken = default);

    Task<ClosureRecord?> FindAsync(string confirmationNumber, CancellationToken cancellationToken = default);

    /// <summary>The account's closures, newest first.</summary>
    Task<IReadOnlyList<ClosureRecord>> ListAsync(string accountId, CancellationToken cancellationToken = default);
}

/// <param name="Phase">By name: see ClosurePhase.</param>
/// <param name="Withdrawn">Paid out and complete so far, US dollars.</param>
/// <param name="Outcome">Why it ended or what it waits for; null while it goes on by itself.</param>
public sealed record ClosureRecord(
    string ConfirmationNumber,
    string AccountId,
    string UserId,
    string InstanceId,
    string Phase,
    DateTimeOffset StartedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? EndedAt,
    Money Withdrawn,
    int TransferCount,
    string? Outcome);
