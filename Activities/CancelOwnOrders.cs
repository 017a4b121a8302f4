using AccountClosure.Broker;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <param name="SoldFrom">Time of the first request to sell, UTC, by the broker's clock.</param>
/// <param name="SoldUntil">Time by which the closure's last order has reached the broker, UTC. Later orders are the customer's.</param>
public sealed record CancelOwnOrdersInput(string AccountId, string ConfirmationNumber, DateTimeOffset SoldFrom, DateTimeOffset SoldUntil);

/// <summary>
/// Cancels the sell orders of a closure that ends. The broker does not say who placed an order. Every open sell order from the closure's
/// first sale to its last counts as the closure's, because the closure cancelled all other orders before it sold.
/// </summary>
public sealed class CancelOwnOrders(IBroker broker, IClosureTracking tracking)
{
    // The broker's clock and its time stamps may come from different machines.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    /// <returns>Number of such orders that were open.</returns>
    [Function(nameof(CancelOwnOrders))]
    public async Task<int> Run([ActivityTrigger] CancelOwnOrdersInput input, CancellationToken cancellationToken)
    {
        if (await tracking.FindAsync(input.ConfirmationNumber, cancellationToken) is { EndedAt: not null })
            return 0;
        var own = (await broker.ListOpenOrdersAsync(input.AccountId, cancellationToken))
            .Where(order => !string.Equals(order.Side, "buy", StringComparison.OrdinalIgnoreCase)
                && !(order.SubmittedAt < input.SoldFrom - ClockTolerance)
                && !(order.SubmittedAt > input.SoldUntil + ClockTolerance))
            .ToList();
        foreach (var order in own)
            await Cancel(input.AccountId, order.Id, cancellationToken);
        return own.Count;
    }

    // An order that can no longer be cancelled has ended or is about to end: the next poll shows it.
    private async Task Cancel(string accountId, string orderId, CancellationToken cancellationToken)
    {
        try
        {
            await broker.CancelOrderAsync(accountId, orderId, cancellationToken);
        }
        catch (BrokerException failure) when (failure.Kind is not (BrokerErrorKind.Unauthorized or BrokerErrorKind.RateLimited))
        {
        }
    }
}
