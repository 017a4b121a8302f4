using AccountClosure.Customers;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>The customer's record is again what it was before the closure.</summary>
public sealed class RestoreCustomer(ICustomerRecords customers)
{
    /// <returns>False, and nothing is changed, when the closure does not hold the record.</returns>
    [Function(nameof(RestoreCustomer))]
    public Task<bool> Run([ActivityTrigger] CustomerChange change, CancellationToken cancellationToken) =>
        customers.RestoreAsync(change.AccountId, change.ConfirmationNumber, change.At, cancellationToken);
}
