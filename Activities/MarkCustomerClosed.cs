using AccountClosure.Customers;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>The customer's record becomes closed.</summary>
public sealed class MarkCustomerClosed(ICustomerRecords customers)
{
    /// <returns>False when the closure never marked the record pending: the customer was not told of it.</returns>
    [Function(nameof(MarkCustomerClosed))]
    public Task<bool> Run([ActivityTrigger] CustomerRecordInput change, CancellationToken cancellationToken) =>
        customers.MarkClosedAsync(change.AccountId, change.ConfirmationNumber, change.At, cancellationToken);
}
