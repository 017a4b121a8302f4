using AccountClosure.Customers;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>The customer's record becomes pending_closure.</summary>
public sealed class MarkCustomerPending(ICustomerRecords customers)
{
    [Function(nameof(MarkCustomerPending))]
    public Task Run([ActivityTrigger] CustomerRecordInput change, CancellationToken cancellationToken) =>
        customers.MarkPendingClosureAsync(change.AccountId, change.UserId, change.ConfirmationNumber, change.At, cancellationToken);
}
