using AccountClosure.Simulator.Accounts;
using AccountClosure.Simulator.Api;
using static AccountClosure.Simulator.ControlException;

namespace AccountClosure.Simulator.Controls;

/// <summary>Adds and removes faults, with what that means for the accounts. Callers hold the broker's lock and commit.</summary>
internal sealed class FaultControls(Broker broker)
{
    public FaultState Add(Fault wanted, DateTimeOffset now)
    {
        var fault = Checked(wanted);
        var state = broker.Faults.Add(fault);
        if (fault.Kind == FaultKind.StuckSettlement)
        {
            broker.Holds.Add(new SettlementHold(state.Id, broker.AccountStates.Find(fault.AccountId ?? "")?.Id, now, null));
            broker.SettingsChanged();
        }
        if (fault.Kind == FaultKind.Unsellable)
            Halt(fault, now);
        return state;
    }

    public bool Remove(string id, DateTimeOffset now)
    {
        if (broker.Faults.All.FirstOrDefault(rule => rule.Id == id)?.Fault is not { } fault)
            return false;
        broker.Faults.Remove(id);
        if (fault.Kind == FaultKind.StuckSettlement)
        {
            broker.Holds.End(id, now);
            broker.SettingsChanged();
        }
        if (fault.Kind == FaultKind.Unsellable)
            Resume(fault, now);
        return true;
    }

    public void Clear(DateTimeOffset now)
    {
        foreach (var rule in broker.Faults.All.ToList())
            Remove(rule.Id, now);
    }

    private void Halt(Fault fault, DateTimeOffset now)
    {
        foreach (var (account, order) in OpenOrders(fault, now))
        {
            if (!order.StopFilling(now))
                continue;
            order.IsHalted = true;
            broker.AccountStates.Save(account, order);
        }
    }

    private void Resume(Fault fault, DateTimeOffset now)
    {
        foreach (var (account, order) in OpenOrders(fault, now))
        {
            if (!order.IsHalted || broker.Faults.IsHalted(account.Id, order.Symbol))
                continue;
            order.IsHalted = false;
            var price = order.LimitPrice ?? account.Holdings.First(holding => holding.Symbol == order.Symbol).Price;
            OrderDesk.PlanFills(order, broker.DrawFor(order.Id), now > order.WorksFrom ? now : order.WorksFrom, price);
            broker.AccountStates.Save(account, order);
        }
    }

    private IEnumerable<(Account Account, Order Order)> OpenOrders(Fault fault, DateTimeOffset now) =>
        from account in broker.AccountStates.All
        where FaultRules.MatchesAccount(fault, account.Id)
        from order in account.Orders
        where order.Symbol == fault.Symbol && order.IsOpen(now)
        select (account, order);

    /// <summary>The fault as it will be kept, its route written as the route table writes it.</summary>
    private Fault Checked(Fault fault)
    {
        Require(Enum.IsDefined(fault.Kind) && Enum.IsDefined(fault.Effect), "kind and effect must be known words.");
        Require(fault.Nth >= 1, "nth must be 1 for the first, or more.");
        Require(fault.Count is null or >= 0, "count must be 0 for always, or more.");
        Require(fault.Probability is null or (>= 0 and <= 1), "probability must be between 0 and 1.");
        Require(fault.Status is null or (>= 400 and <= 599), "status must be an error status between 400 and 599.");
        Require(fault.DelaySeconds is >= 0 and < 1e9, "delaySeconds must be zero or more.");
        Require(fault.LateSeconds is >= 0 and < 1e9, "lateSeconds must be zero or more.");
        Require(fault.AfterCompleteHours is null or (> 0 and < 1e5), "afterCompleteHours must be greater than zero.");
        Require(fault.Kind != FaultKind.Delay || fault.DelaySeconds > 0, "A delay needs delaySeconds.");
        Require(fault.Kind != FaultKind.Delay || fault.Effect != FaultEffect.Late, "A delay is before or after the effect, not late.");
        Require(fault.Kind != FaultKind.Unsellable || fault.Symbol is not null, "An unsellable position needs a symbol.");
        Require(fault.Kind != FaultKind.StaleClock || fault.AccountId is null, "The clock belongs to no account; leave out accountId.");
        Require(
            fault.AccountId is null || broker.AccountStates.Find(fault.AccountId) is not null, $"There is no account {fault.AccountId}.");
        Require(
            fault.Route is null || fault.StrikesRequests || fault.Kind == FaultKind.FailedItem,
            "A route is only for faults that strike requests or items.");
        return fault.Route is null ? fault : fault with { Route = KnownRoute(fault.Route) };
    }

    private static string KnownRoute(string wanted)
    {
        var space = wanted.IndexOf(' ', StringComparison.Ordinal);
        var method = space < 0 ? null : wanted[..space].ToUpperInvariant();
        var template = WithoutNames(wanted[(space + 1)..]);
        var route = Routes.All.FirstOrDefault(
            route => WithoutNames(route.Template) == template && (method is null || route.Method == method));
        var known = string.Join(", ", Routes.All.Select(route => $"{route.Method} {route.Template}"));
        Require(route is not null, $"There is no route '{wanted}'; the routes are: {known}.");
        return method is null ? route!.Template : $"{method} {route!.Template}";
    }

    private static string WithoutNames(string template) =>
        string.Join('/', template.Split('/').Select(part => part.StartsWith('{') && part.EndsWith('}') ? "{}" : part));
}
