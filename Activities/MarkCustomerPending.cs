using AccountClosure.Customers;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Marks the customer's record pending_closure.</summary>
public sealed class MarkCustomerPending(ICustomerRecords customers)
{
    [Function(nameof(MarkCustomerPending))]
    public Task Run([ActivityTrigger] CustomerRecordInput change, CancellationToken cancellationToken) =>
        customers.MarkPendingClosureAsync(change.AccountId, change.UserId, change.ConfirmationNumber, change.At, cancellationToken);
}
