using AccountClosure.Customers;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Marks the customer's record closed.</summary>
public sealed class MarkCustomerClosed(ICustomerRecords customers)
{
    /// <returns>False when the closure never marked the record pending, so that the customer was not told of the closure.</returns>
    [Function(nameof(MarkCustomerClosed))]
    public Task<bool> Run([ActivityTrigger] CustomerRecordInput change, CancellationToken cancellationToken) =>
        customers.MarkClosedAsync(change.AccountId, change.ConfirmationNumber, change.At, cancellationToken);
}
