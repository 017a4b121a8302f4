using AccountClosure.Broker;
using AccountClosure.Closure;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>Reads the open orders, the positions, and the market's clock.</summary>
public sealed class ReadHoldings(IBroker broker)
{
    [Function(nameof(ReadHoldings))]
    public async Task<Holdings> Run([ActivityTrigger] string accountId, CancellationToken cancellationToken)
    {
        var orders = await broker.ListOpenOrdersAsync(accountId, cancellationToken);
        var positions = await broker.ListPositionsAsync(accountId, cancellationToken);
        var account = await broker.GetTradingAccountAsync(accountId, cancellationToken);
        var clock = await broker.GetClockAsync(cancellationToken);
        return new Holdings(
            orders.Count,
            positions.Count,
            account.Cash,
            positions.Aggregate(Money.Zero, (sum, position) => sum + position.MarketValue),
            clock.IsOpen,
            clock.NextOpen,
            clock.Timestamp,
            account.IsClosed());
    }
}
