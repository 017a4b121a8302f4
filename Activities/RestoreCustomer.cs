using AccountClosure.Customers;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>The customer's record is again what it was before the closure.</summary>
public sealed class RestoreCustomer(ICustomerRecords customers, IClosureTracking tracking)
{
    /// <returns>
    /// Whether the closure has ever marked the record, so that the customer heard of it. A repetition, which restores nothing, says the same.
    /// </returns>
    [Function(nameof(RestoreCustomer))]
    public async Task<bool> Run([ActivityTrigger] CustomerRecordInput change, CancellationToken cancellationToken)
    {
        // The closure ends. It is stopped first, if it is not yet: a late execution then does not mark the record again.
        var stop = new Stop(change.At, "system", "The customer's record was restored.");
        await tracking.StopAsync(change.ConfirmationNumber, stop, cancellationToken);
        await customers.RestoreAsync(change.AccountId, change.ConfirmationNumber, change.At, cancellationToken);
        var closures = await customers.ListClosuresAsync(change.AccountId, cancellationToken);
        return closures.Contains(change.ConfirmationNumber);
    }
}
