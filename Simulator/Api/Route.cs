using AccountClosure.Simulator.Accounts;
using AccountClosure.Simulator.Market;

namespace AccountClosure.Simulator.Api;

/// <summary>One request for a route, at the moment when it is carried out.</summary>
/// <param name="Account">Null only on routes without an account.</param>
/// <param name="Item">The order, position or transfer that the path names, or empty.</param>
internal sealed record RouteCall(Broker Broker, Route Route, DateTimeOffset Now, Account? Account, string Item, ApiRequest Request)
{
    public Query Query => new(Request.Query);

    public Balances Balances => Broker.BalancesOf(Account!, Now);

    /// <summary>The same request for a read that shows the account as of so long ago, but not before the account was made.</summary>
    public RouteCall Lagging(TimeSpan lag) =>
        lag == TimeSpan.Zero ? this : this with { Now = Now - Account!.CreatedAt > lag ? Now - lag : Account.CreatedAt };

    public Balances LaggingBalances(TimeSpan lag) =>
        lag == TimeSpan.Zero ? Balances : Balances.From(Account!, Lagging(lag).Now, Broker.Holds);

    public DateTimeOffset LastClose => ExchangeCalendar.LastClosed(Now).ClosesAt;

    public Balances BalancesAtLastClose => Account!.BalancesAtLastClose(LastClose, Broker.Holds);
}

internal sealed record Route(string Method, string Template, Func<RouteCall, ApiAnswer> Handle)
{
    private readonly string[] segments = Template.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <param name="path">Without the leading slash.</param>
    public bool Matches(ReadOnlySpan<char> path, out ReadOnlySpan<char> account, out ReadOnlySpan<char> item)
    {
        account = item = default;
        foreach (var segment in segments)
        {
            if (path.IsEmpty)
                return false;
            var slash = path.IndexOf('/');
            var part = slash < 0 ? path : path[..slash];
            path = slash < 0 ? default : path[(slash + 1)..];
            if (segment == "{account_id}")
                account = part;
            else if (segment[0] == '{')
                item = part;
            else if (!part.SequenceEqual(segment))
                return false;
        }
        return path.IsEmpty;
    }
}

/// <param name="Route">Null when nothing matches; then <paramref name="IsKnownPath"/> says whether another method would.</param>
internal readonly record struct RouteMatch(Route? Route, string? AccountId, string Item, bool IsKnownPath);

/// <summary>Every route of the Broker API that is simulated.</summary>
internal static class Routes
{
    public static readonly IReadOnlyList<Route> All =
    [
        new("GET", "/v1/accounts/{account_id}", AccountRoutes.Get),
        new("DELETE", "/v1/accounts/{account_id}", AccountRoutes.Close),
        new("POST", "/v1/accounts/{account_id}/actions/close", AccountRoutes.Close),
        new("GET", "/v1/accounts/{account_id}/ach_relationships", AccountRoutes.ListRelationships),
        new("GET", "/v1/trading/accounts/{account_id}/account", TradingAccountRoute.Get),
        new("GET", "/v1/trading/accounts/{account_id}/orders", OrderRoutes.List),
        new("DELETE", "/v1/trading/accounts/{account_id}/orders", OrderRoutes.CancelAll),
        new("GET", "/v1/trading/accounts/{account_id}/orders/{order_id}", OrderRoutes.Get),
        new("DELETE", "/v1/trading/accounts/{account_id}/orders/{order_id}", OrderRoutes.Cancel),
        new("GET", "/v1/trading/accounts/{account_id}/positions", PositionRoutes.List),
        new("DELETE", "/v1/trading/accounts/{account_id}/positions", PositionRoutes.CloseAll),
        new("GET", "/v1/trading/accounts/{account_id}/positions/{symbol_or_asset_id}", PositionRoutes.Get),
        new("GET", "/v1/accounts/{account_id}/transfers", TransferRoutes.List),
        new("POST", "/v1/accounts/{account_id}/transfers", TransferRoutes.Create),
        new("DELETE", "/v1/accounts/{account_id}/transfers/{transfer_id}", TransferRoutes.Cancel),
        new("GET", "/v1/clock", MarketRoutes.Clock),
        new("GET", "/v1/calendar", MarketRoutes.Calendar),
    ];

    public static RouteMatch Find(string method, string path)
    {
        var known = false;
        var trimmed = path.AsSpan().TrimStart('/').TrimEnd('/');
        foreach (var route in All)
        {
            if (!route.Matches(trimmed, out var account, out var item))
                continue;
            known = true;
            if (route.Method == method)
                return new RouteMatch(route, account.IsEmpty ? null : account.ToString(), item.ToString(), true);
        }
        return new RouteMatch(null, null, "", known);
    }
}
