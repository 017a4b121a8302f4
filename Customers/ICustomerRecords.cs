namespace AccountClosure.Customers;

/// <summary>The firm's own record of the customer's account: active, pending_closure, closed.</summary>
public interface ICustomerRecords
{
    /// <summary>
    /// Marks the record pending_closure for this closure, remembering the status before, which is closed for an account that the broker
    /// opened again. Running twice changes nothing.
    /// </summary>
    Task MarkPendingClosureAsync(string accountId, string userId, string confirmationNumber, DateTimeOffset at, CancellationToken cancellationToken = default);

    /// <summary>
    /// Marks the record closed, because the account is: also when a later closure has taken the record over meanwhile, which then
    /// restores nothing. Running twice changes nothing, even when the account was opened again in between.
    /// </summary>
    /// <returns>False, and nothing is changed, when this closure has never marked the record pending.</returns>
    Task<bool> MarkClosedAsync(string accountId, string confirmationNumber, DateTimeOffset at, CancellationToken cancellationToken = default);

    /// <summary>
    /// Puts the status from before the closure back. Running twice, or after another closure began, changes nothing.
    /// </summary>
    /// <param name="isReopened">The closure had found the account closed, and others have opened it again: a record that is closed is restored too.</param>
    /// <returns>Whether the record was the closure's to restore.</returns>
    Task<bool> RestoreAsync(
        string accountId, string confirmationNumber, DateTimeOffset at, bool isReopened = false, CancellationToken cancellationToken = default);

    Task<CustomerRecord?> FindAsync(string accountId, CancellationToken cancellationToken = default);
}

/// <param name="Status">active, pending_closure or closed.</param>
public sealed record CustomerRecord(string AccountId, string UserId, string Status, string? ConfirmationNumber, DateTimeOffset UpdatedAt);
