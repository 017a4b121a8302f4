using AccountClosure.Customers;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>The customer's record is again what it was before the closure.</summary>
public sealed class RestoreCustomer(ICustomerRecords customers)
{
    /// <returns>Whether the record was the closure's to restore.</returns>
    [Function(nameof(RestoreCustomer))]
    public Task<bool> Run([ActivityTrigger] CustomerChange change, CancellationToken cancellationToken) =>
        customers.RestoreAsync(change.AccountId, change.ConfirmationNumber, change.At, cancellationToken);
}
