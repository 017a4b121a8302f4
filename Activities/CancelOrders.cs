using AccountClosure.Broker;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Asks the broker to cancel every open order. Cancelling twice cancels nothing more.</summary>
public sealed class CancelOrders(IBroker broker)
{
    [Function(nameof(CancelOrders))]
    public Task Run([ActivityTrigger] string accountId, CancellationToken cancellationToken) =>
        broker.CancelAllOrdersAsync(accountId, cancellationToken);
}
