using AccountClosure.Simulation.Invariants;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.World;

/// <summary>
/// Changes of the account's money by others, with their times. The closure is not responsible for changes that are too late for it
/// to see, and only for those.
/// </summary>
internal sealed class MoneyChanges(SimulatedWorld world)
{
    private readonly List<(DateTimeOffset At, decimal Amount)> _cash = [];
    private readonly Dictionary<string, List<(DateTimeOffset At, decimal Amount)>> _fills = new(StringComparer.Ordinal);

    /// <summary>Orders of the customer: those at the start and all later ones that no closure requested.</summary>
    public HashSet<string> CustomerOrders { get; } = new(StringComparer.Ordinal);

    /// <summary>When others last changed shares or orders.</summary>
    public DateTimeOffset LastHolding { get; set; } = DateTimeOffset.MinValue;

    /// <summary>The initial cash, with dividends, corrections and fees so far.</summary>
    public decimal Cash => _cash.Sum(change => change.Amount);

    public void Add(decimal amount) => _cash.Add((world.Now, amount));

    /// <summary>Records the proceeds and costs of the customer's orders since the last call.</summary>
    public void Look()
    {
        if (CustomerOrders.Count == 0)
            return;
        foreach (OrderState order in world.State().Orders.Where(order => order.FilledQty > 0 && CustomerOrders.Contains(order.Id)))
        {
            if (!_fills.TryGetValue(order.Id, out List<(DateTimeOffset At, decimal Amount)>? fills))
                _fills.Add(order.Id, fills = []);
            decimal value = order.Side == "sell" ? order.FilledValue : -order.FilledValue;
            decimal known = fills.Sum(fill => fill.Amount);
            if (value == known)
                continue;
            fills.Add((world.Now, value - known));
            LastHolding = world.Now;
        }
    }

    /// <summary>US dollars that arrived since then without a closure: deposits, returns, dividends, the customer's sales.</summary>
    public decimal InflowSince(DateTimeOffset since) =>
        Changes(since).Where(amount => amount > 0).Sum()
        + world.State().Transfers.Where(transfer => ChangedAt(transfer) > since).Sum(transfer => transfer.Direction == "OUTGOING"
            ? BrokersWords.HasComeBack(transfer.Status) ? transfer.Amount : 0m
            : BrokersWords.HasArrived(transfer.Status) ? transfer.Amount : 0m);

    /// <summary>US dollars that left since then without a closure: other transfers, fees, the customer's purchases.</summary>
    public decimal OutflowSince(DateTimeOffset since) =>
        -Changes(since).Where(amount => amount < 0).Sum()
        + world.State().Transfers.Sum(transfer => transfer.Direction == "OUTGOING"
            ? world.Others.Contains(transfer.Id) && CreatedAt(transfer) > since ? transfer.Amount : 0m
            : BrokersWords.HasComeBack(transfer.Status) && ChangedAt(transfer) > since ? transfer.Amount : 0m);

    /// <summary>Time by the app's clock.</summary>
    public DateTimeOffset ChangedAt(TransferState transfer) => transfer.UpdatedAt - world.Course.BrokerClockAhead;

    /// <summary>Time by the app's clock.</summary>
    public DateTimeOffset CreatedAt(TransferState transfer) => transfer.CreatedAt - world.Course.BrokerClockAhead;

    private IEnumerable<decimal> Changes(DateTimeOffset since) =>
        _cash.Concat(_fills.Values.SelectMany(fills => fills)).Where(change => change.At > since).Select(change => change.Amount);
}
