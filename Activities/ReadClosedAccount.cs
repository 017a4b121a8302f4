using AccountClosure.Broker;
using AccountClosure.Closure;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>What is left in an account that the broker has closed.</summary>
/// <param name="Cash">US dollars; null when the broker shows no balances of a closed account.</param>
public sealed record ClosedAccountRest(Money? Cash, int Positions)
{
    /// <param name="lastSeen">The cash when it was last seen: what counts while the broker does not show any.</param>
    public bool IsAnythingLeft(ClosurePolicy policy, Money lastSeen) =>
        Positions > 0 || policy.MustBePaidOut(Cash ?? lastSeen) || policy.IsDebt(Cash ?? lastSeen);

    public string Explain(Money lastSeen) => $"{(Cash ?? lastSeen).ForPeople()} and {Positions} positions";
}

/// <summary>Reads what is left in an account that the broker has closed.</summary>
public sealed class ReadClosedAccount(IBroker broker)
{
    [Function(nameof(ReadClosedAccount))]
    public async Task<ClosedAccountRest> Run([ActivityTrigger] string accountId, CancellationToken cancellationToken)
    {
        try
        {
            var positions = await broker.ListPositionsAsync(accountId, cancellationToken);
            var trading = await broker.GetTradingAccountAsync(accountId, cancellationToken);
            return new ClosedAccountRest(trading.Cash, positions.Count);
        }
        catch (BrokerRefusedException)
        {
            // The description does not say whether a closed account can still be read.
            return new ClosedAccountRest(null, 0);
        }
    }
}
