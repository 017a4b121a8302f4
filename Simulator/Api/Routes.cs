using AccountClosure.Simulator.Accounts;
using AccountClosure.Simulator.Hosting;
using AccountClosure.Simulator.Market;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace AccountClosure.Simulator.Api;

/// <summary>One request for a route, at the moment when it is carried out.</summary>
/// <param name="Account">Null only on routes without an account.</param>
internal sealed record RouteCall(Broker Broker, DateTimeOffset Now, Account? Account, ApiRequest Request)
{
    public string Item => Request.Item;

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

internal sealed record Route(string Method, string Template, Func<RouteCall, ApiAnswer> Handle);

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

    public static Route Find(ApiRequest request) =>
        All.First(route => route.Method == request.Method && route.Template == request.Template);

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var route in All)
            endpoints.MapMethods(route.Template, [route.Method], context => SimulatorPipeline.ServeAsync(context, route));
        foreach (var template in All.Select(route => route.Template).Distinct())
            endpoints.MapFallback(template, context => SimulatorPipeline.ServeAsync(context, null, ApiError.NoSuchMethod));
    }
}
