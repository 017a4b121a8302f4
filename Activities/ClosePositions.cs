using AccountClosure.Broker;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>
/// Asks the broker to sell every position. Asking twice does not sell twice: the broker cancels the first sale orders
/// (<c>cancel_orders=true</c>) and sells what is still held.
/// </summary>
public sealed class ClosePositions(IBroker broker)
{
    /// <returns>How many positions the broker refused to sell.</returns>
    [Function(nameof(ClosePositions))]
    public async Task<int> Run([ActivityTrigger] string accountId, CancellationToken cancellationToken)
    {
        var results = await broker.CloseAllPositionsAsync(accountId, cancellationToken);
        return results.Count(result => !result.Succeeded);
    }
}
