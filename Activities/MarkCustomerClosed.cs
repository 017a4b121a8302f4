using AccountClosure.Customers;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>The customer's record becomes closed.</summary>
public sealed class MarkCustomerClosed(ICustomerRecords customers)
{
    [Function(nameof(MarkCustomerClosed))]
    public Task Run([ActivityTrigger] CustomerChange change, CancellationToken cancellationToken) =>
        customers.MarkClosedAsync(change.AccountId, change.ConfirmationNumber, change.At, cancellationToken);
}
