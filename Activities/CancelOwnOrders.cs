using AccountClosure.Broker;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <param name="SoldFrom">When the broker was first asked to sell, UTC, by the broker's clock.</param>
/// <param name="SoldUntil">When the last order of the closure has arrived at the broker, UTC: what comes later is the customer's.</param>
public sealed record CancelOwnOrdersInput(string AccountId, string ConfirmationNumber, DateTimeOffset SoldFrom, DateTimeOffset SoldUntil);

/// <summary>
/// Cancels the orders by which a closure sells, because the closure ends. The broker does not say who placed an order: every open sell order
/// from the closure's first sale to its last counts as the closure's, which had cancelled all others before it sold.
/// </summary>
public sealed class CancelOwnOrders(IBroker broker, IClosureTracking tracking)
{
    // The broker's clock and its time stamps may be of several machines.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    /// <returns>How many such orders were open.</returns>
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
