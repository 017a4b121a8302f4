using AccountClosure.Customers;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Restores the customer's record to what it was before the closure.</summary>
public sealed class RestoreCustomer(ICustomerRecords customers, IClosureTracking tracking)
{
    /// <returns>
    /// Whether the closure ever marked the record, so that the customer heard of it. A repeated call restores nothing and returns the same.
    /// </returns>
    [Function(nameof(RestoreCustomer))]
    public async Task<bool> Run([ActivityTrigger] CustomerRecordInput change, CancellationToken cancellationToken)
    {
        // The closure ends. The stop comes first, so that a late execution does not mark the record again.
        var stop = new Stop(change.At, "system", "The customer's record was restored.");
        await tracking.StopAsync(change.ConfirmationNumber, stop, cancellationToken);
        await customers.RestoreAsync(change.AccountId, change.ConfirmationNumber, change.At, cancellationToken);
        var closures = await customers.ListClosuresAsync(change.AccountId, cancellationToken);
        return closures.Contains(change.ConfirmationNumber);
    }
}
