namespace AccountClosure.Customers;

/// <summary>The firm's own record of the customer's account: active, pending_closure, closed.</summary>
public interface ICustomerRecords
{
    /// <summary>
    /// Marks the record pending_closure for this closure, remembering the status before. A closed record counts as active: the account was
    /// opened again. Running twice, or after the closure was stopped or has ended, changes nothing.
    /// </summary>
    Task MarkPendingClosureAsync(string accountId, string userId, string confirmationNumber, DateTimeOffset at, CancellationToken cancellationToken = default);

    /// <summary>
    /// Marks the record closed, because the account is: also when a later closure has taken the record over meanwhile, which then
    /// restores nothing. Running twice changes nothing, even when the account was opened again in between.
    /// </summary>
    /// <returns>False, and nothing is changed, when this closure has never marked the record pending.</returns>
    Task<bool> MarkClosedAsync(string accountId, string confirmationNumber, DateTimeOffset at, CancellationToken cancellationToken = default);

    /// <summary>
    /// Puts the status from before the closure back, also over a record that the closure closed by <paramref name="at"/>: others have opened the
    /// account again since. Running twice, or after another closure began, changes nothing.
    /// </summary>
    /// <returns>Whether the record was the closure's to restore.</returns>
    Task<bool> RestoreAsync(string accountId, string confirmationNumber, DateTimeOffset at, CancellationToken cancellationToken = default);

    /// <summary>The confirmation numbers of all closures that have ever marked the account's record: those of which the customer has heard.</summary>
    Task<IReadOnlyList<string>> ListClosuresAsync(string accountId, CancellationToken cancellationToken = default);

    Task<CustomerRecord?> FindAsync(string accountId, CancellationToken cancellationToken = default);
}

/// <param name="Status">active, pending_closure or closed.</param>
public sealed record CustomerRecord(string AccountId, string UserId, string Status, string? ConfirmationNumber, DateTimeOffset UpdatedAt);
