using AccountClosure.Broker;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>
/// Cancels the orders by which a closure sells, because the closure ends. The broker does not say who placed an order: every open sell order
/// from the time of the closure's first sale on counts as the closure's, which had cancelled all others before it sold.
/// </summary>
public sealed class CancelOwnOrders(IBroker broker)
{
    // The broker's clock and its time stamps may be of several machines.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    /// <param name="SoldFrom">When the broker was first asked to sell, UTC, by the broker's clock.</param>
    public sealed record Input(string AccountId, DateTimeOffset SoldFrom);

    /// <returns>How many such orders were open.</returns>
    [Function(nameof(CancelOwnOrders))]
    public async Task<int> Run([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var own = (await broker.ListOpenOrdersAsync(input.AccountId, cancellationToken))
            .Where(order => !string.Equals(order.Side, "buy", StringComparison.OrdinalIgnoreCase)
                && !(order.SubmittedAt < input.SoldFrom - ClockTolerance))
            .ToList();
        foreach (var order in own)
            await Cancel(input.AccountId, order.Id, cancellationToken);
        return own.Count;
    }

    // An order that cannot be cancelled any more has ended or is about to: the next poll shows it.
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
