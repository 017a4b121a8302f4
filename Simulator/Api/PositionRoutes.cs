using System.Text.Json;
using AccountClosure.Simulator.Accounts;

namespace AccountClosure.Simulator.Api;

internal static class PositionRoutes
{
    public static ApiAnswer List(RouteCall call) => Json.Answer(200, call.Lagging(call.Broker.Options.HoldingsLag), static (json, call) =>
    {
        json.WriteStartArray();
        foreach (var holding in call.Account!.Holdings)
        {
            if (call.Account.SharesAt(holding, call.Now) is > 0 and var shares)
                Write(json, holding, shares, call);
        }
        json.WriteEndArray();
    });

    public static ApiAnswer Get(RouteCall request)
    {
        var call = request.Lagging(request.Broker.Options.HoldingsLag);
        var account = call.Account!;
        var holding = account.Holdings.Find(holding => holding.Symbol == call.Item || AssetId(call.Broker, holding.Symbol) == call.Item);
        return holding is not null && account.SharesAt(holding, call.Now) is > 0 and var shares
            ? Json.Answer(200, (holding, shares, call), static (json, state) => Write(json, state.holding, state.shares, state.call))
            : ApiError.NotFound("position does not exist");
    }

    /// <summary>Sells everything at the market. While the market is closed the orders wait for it to open.</summary>
    public static ApiAnswer CloseAll(RouteCall call)
    {
        if (!call.Query.TryWord("cancel_orders", out var cancelOrders, "false", "true"))
            return ApiError.Malformed("cancel_orders must be true or false");
        if (AccountRoutes.WhyNotUsable(call) is { } reason)
            return reason;
        var account = call.Account!;
        if (account.TradingBlocked)
            return ApiError.Forbidden("trading is blocked for this account");
        if (cancelOrders == "true")
            CancelOpenOrders(call);
        var results = new List<(string Symbol, int Status, Order? Order)>();
        foreach (var holding in account.Holdings)
        {
            if (account.SharesAt(holding, call.Now) > 0)
                results.Add(Sell(call, holding));
        }
        return Json.Answer(207, (results, call), static (json, state) =>
        {
            json.WriteStartArray();
            foreach (var (symbol, status, order) in state.results)
                WriteResult(json, symbol, status, order, state.call);
            json.WriteEndArray();
        });
    }

    public static string AssetId(Broker broker, string symbol) => broker.DrawFor(symbol).Uuid("asset");

    private static void CancelOpenOrders(RouteCall call)
    {
        foreach (var order in call.Account!.Orders.Where(order => order.IsOpen(call.Now)))
        {
            order.Cancel(call.Now, call.Now);
            call.Broker.AccountStates.Save(call.Account, order);
        }
    }

    private static (string Symbol, int Status, Order? Order) Sell(RouteCall call, Holding holding)
    {
        var (broker, account) = (call.Broker, call.Account!);
        if (broker.Faults.StrikesItem(call.Request.Method, call.Request.Template, account.Id, holding.Symbol) is { } failure)
            return (holding.Symbol, failure.Status ?? 500, null);
        var shares = account.SharesAvailable(holding, call.Now);
        if (shares <= 0)
            return (holding.Symbol, 403, null);
        var draw = broker.DrawFor($"{account.Id}/order/{account.Orders.Count}");
        var order = OrderDesk.Accept(
            new OrderDesk.Request(draw, holding.Symbol, Order.Sell, Order.Market, "day", shares, LimitPrice: null),
            call.Now,
            holding.Price,
            broker.Faults.IsHalted(account.Id, holding.Symbol));
        broker.AccountStates.Add(account, order);
        return (holding.Symbol, 200, order);
    }

    private static void WriteResult(Utf8JsonWriter json, string symbol, int status, Order? order, RouteCall call)
    {
        json.WriteStartObject();
        json.WriteString("symbol", symbol);
        json.WriteNumber("status", status);
        json.WritePropertyName("body");
        if (order is not null)
        {
            OrderRoutes.Write(json, order, call);
        }
        else
        {
            json.WriteStartObject();
            json.WriteNumber("code", status * 100_000 + 10_000);
            json.WriteString("message", status == 403 ? "insufficient qty available for order" : "failed to close position");
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    /// <summary>Prices do not move by themselves, so nothing is gained or lost in a day.</summary>
    private static void Write(Utf8JsonWriter json, Holding holding, decimal shares, RouteCall call)
    {
        var value = shares * holding.Price;
        var cost = shares * holding.AverageEntryPrice;
        json.WriteStartObject();
        json.WriteString("asset_id", AssetId(call.Broker, holding.Symbol));
        json.WriteString("symbol", holding.Symbol);
        json.WriteString("exchange", "NASDAQ");
        json.WriteString("asset_class", "us_equity");
        json.WriteBoolean("asset_marginable", false);
        json.WriteAmount("qty", shares);
        json.WriteAmount("qty_available", call.Account!.SharesAvailable(holding, call.Now));
        json.WriteAmount("avg_entry_price", holding.AverageEntryPrice);
        json.WriteString("side", "long");
        json.WriteAmount("market_value", value);
        json.WriteAmount("cost_basis", cost);
        json.WriteAmount("unrealized_pl", value - cost);
        json.WriteAmount("unrealized_plpc", cost == 0 ? 0 : (value - cost) / cost);
        json.WriteAmount("unrealized_intraday_pl", 0);
        json.WriteAmount("unrealized_intraday_plpc", 0);
        json.WriteAmount("current_price", holding.Price);
        json.WriteAmount("lastday_price", holding.Price);
        json.WriteAmount("change_today", 0);
        json.WriteEndObject();
    }
}
