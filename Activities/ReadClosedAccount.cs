using AccountClosure.Broker;
using AccountClosure.Closure;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <summary>What is left in an account that the broker has closed.</summary>
/// <param name="Cash">US dollars; null when the broker refuses to show the balances.</param>
/// <param name="Positions">Number of positions; null when the broker refuses to show them.</param>
public sealed record ReadClosedAccountResult(Money? Cash, int? Positions)
{
    /// <summary>Whether the broker showed everything. A refusal can be temporary.</summary>
    public bool IsComplete => Cash is not null && Positions is not null;

    /// <param name="lastSeen">Totals with the cash as last seen, which count while the broker shows none.</param>
    /// <param name="hadNone">Whether the account had no positions when they were last seen.</param>
    public bool IsAnythingLeft(ClosurePolicy policy, Payout lastSeen, bool hadNone) =>
        Positions > 0
        || ArePositionsUnknown(hadNone)
        || IsCashUnknown(lastSeen)
        || policy.MustBeWithdrawn(Cash ?? lastSeen.Remaining)
        || policy.IsDebt(Cash ?? lastSeen.Remaining);

    public string Explain(Payout lastSeen)
    {
        var cash = IsCashUnknown(lastSeen) ? "cash that the broker does not show" : (Cash ?? lastSeen.Remaining).ForPeople();
        return $"{cash} and {(Positions is { } shown ? $"{shown} positions" : "positions that the broker does not show")}";
    }

    /// <summary>
    /// Whether positions may be left that the broker does not show: others may have closed the account while it held some.
    /// </summary>
    public bool ArePositionsUnknown(bool hadNone) => Positions is null && !hadNone;

    private bool IsCashUnknown(Payout lastSeen) => Cash is null && lastSeen.IsCashUnseen;
}

/// <summary>Reads what is left in an account that the broker has closed.</summary>
/// <remarks>The API description does not say whether a closed account can still be read.</remarks>
public sealed class ReadClosedAccount(IBroker broker)
{
    [Function(nameof(ReadClosedAccount))]
    public async Task<ReadClosedAccountResult> Run([ActivityTrigger] string accountId, CancellationToken cancellationToken)
    {
        var positions = await UnlessRefused(async () => (int?)(await broker.ListPositionsAsync(accountId, cancellationToken)).Count);
        var cash = await UnlessRefused(async () => (Money?)(await broker.GetTradingAccountAsync(accountId, cancellationToken)).Cash);
        return new ReadClosedAccountResult(cash, positions);
    }

    private static async Task<T?> UnlessRefused<T>(Func<Task<T?>> read)
    {
        try
        {
            return await read();
        }
        catch (BrokerRefusedException)
        {
            return default;
        }
    }
}
