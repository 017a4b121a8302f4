namespace AccountClosure.Customers;

/// <summary>The firm's own records of its customers' accounts: active, pending_closure or closed.</summary>
public interface ICustomerRecords
{
    /// <summary>
    /// Marks the record pending_closure for this closure and keeps the status from before. A closed record counts as active, because the
    /// account was opened again. Repeating the call, or making it after the closure was stopped or has ended, changes nothing.
    /// </summary>
    Task MarkPendingClosureAsync(
        string accountId, string userId, string confirmationNumber, DateTimeOffset at, CancellationToken cancellationToken = default);

    /// <summary>
    /// Marks the record closed, because the account is closed. It does so even when a later closure has marked the record meanwhile. That
    /// closure then restores nothing. Repeating the call changes nothing, even when the account was opened again in between.
    /// </summary>
    /// <returns>False, without a change, when this closure has never marked the record pending.</returns>
    Task<bool> MarkClosedAsync(
        string accountId, string confirmationNumber, DateTimeOffset at, CancellationToken cancellationToken = default);

    /// <summary>
    /// Restores the status from before the closure. It also restores a record that the closure had closed by <paramref name="at"/>, because
    /// others have opened the account again since. Repeating the call, or making it after another closure began, changes nothing.
    /// </summary>
    /// <returns>Whether the closure had the last mark on the record, so that it could restore it.</returns>
    Task<bool> RestoreAsync(
        string accountId, string confirmationNumber, DateTimeOffset at, CancellationToken cancellationToken = default);

    /// <summary>
    /// Confirmation numbers of all closures that have ever marked the account's record. The customer knows of these closures.
    /// </summary>
    Task<IReadOnlyList<string>> ListClosuresAsync(string accountId, CancellationToken cancellationToken = default);

    Task<CustomerRecord?> FindAsync(string accountId, CancellationToken cancellationToken = default);
}

/// <param name="Status">active, pending_closure or closed.</param>
public sealed record CustomerRecord(
    string AccountId, string UserId, string Status, string? ConfirmationNumber, DateTimeOffset UpdatedAt);
