using System.Text.Json;
using AccountClosure.Simulator.Accounts;

namespace AccountClosure.Simulator.Api;

internal static class OrderRoutes
{
    private static readonly TimeSpan ShortestCancel = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestCancel = TimeSpan.FromSeconds(2);

    public static ApiAnswer List(RouteCall request)
    {
        var call = request.Lagging(request.Broker.Options.HoldingsLag);
        var query = call.Query;
        if (!query.TryWord("status", out var status, "open", "closed", "all"))
            return ApiError.Malformed("status must be open, closed or all");
        if (!query.TryWord("direction", out var direction, "desc", "asc"))
            return ApiError.Malformed("direction must be asc or desc");
        if (!query.TryNumber("limit", 50, 1, 500, out var limit))
            return ApiError.Malformed("limit must be a number between 1 and 500");
        if (!query.TryTime("after", out var after) || !query.TryTime("until", out var until))
            return ApiError.Malformed("after and until must be timestamps");
        var symbols = query.Value("symbols")?.Split(',');
        var orders = call.Account!.Orders.Where(order =>
            order.SubmittedAt <= call.Now
            && (status == "all" || order.IsOpen(call.Now) == (status == "open"))
            && !(order.SubmittedAt <= after)
            && !(order.SubmittedAt >= until)
            && symbols?.Contains(order.Symbol) != false);
        var page = (direction == "asc" ? orders : orders.Reverse()).Take(limit);
        return Json.Answer(200, (page, call), static (json, state) =>
        {
            json.WriteStartArray();
            foreach (var order in state.page)
                Write(json, order, state.call);
            json.WriteEndArray();
        });
    }

    public static ApiAnswer Get(RouteCall request)
    {
        var call = request.Lagging(request.Broker.Options.HoldingsLag);
        return Find(call) is { } order && order.SubmittedAt <= call.Now
            ? Json.Answer(200, (order, call), static (json, state) => Write(json, state.order, state.call))
            : ApiError.NotFound($"order not found for {call.Item}");
    }

    public static ApiAnswer Cancel(RouteCall call)
    {
        if (Find(call) is not { } order)
            return ApiError.NotFound($"order not found for {call.Item}");
        if (AccountRoutes.WhyNotUsable(call) is { } reason)
            return reason;
        if (!order.IsOpen(call.Now))
            return ApiError.Unprocessable($"order is already in \"{order.Status(call.Now)}\" state");
        RequestCancel(call, order);
        return ApiAnswer.NoContent;
    }

    /// <summary>Asks for every open order to be cancelled. That takes a moment, in which an order can still fill.</summary>
    public static ApiAnswer CancelAll(RouteCall call)
    {
        if (AccountRoutes.WhyNotUsable(call) is { } reason)
            return reason;
        var results = new List<(Order Order, int Status)>();
        foreach (var order in call.Account!.Orders.Where(order => order.IsOpen(call.Now)))
        {
            var failure = call.Broker.Faults.StrikesItem(call.Request.Method, call.Request.Template, call.Account.Id, order.Symbol);
            if (failure is null)
                RequestCancel(call, order);
            results.Add((order, failure is null ? 200 : failure.Status ?? 500));
        }
        return Json.Answer(207, (results, call), static (json, state) =>
        {
            json.WriteStartArray();
            foreach (var (order, status) in state.results)
            {
                json.WriteStartObject();
                json.WriteString("id", order.Id);
                json.WriteNumber("status", status);
                json.WritePropertyName("body");
                Write(json, order, state.call);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    public static void Write(Utf8JsonWriter json, Order order, RouteCall call)
    {
        var now = call.Now;
        var status = order.Status(now);
        var filled = order.FilledQuantity(now);
        var ended = order.EndsAt is { } end && end <= now ? end : (DateTimeOffset?)null;
        json.WriteStartObject();
        json.WriteString("id", order.Id);
        json.WriteString("client_order_id", order.ClientOrderId);
        json.WriteTime("created_at", order.SubmittedAt);
        json.WriteTime("updated_at", LastChange(order, now));
        json.WriteTime("submitted_at", order.SubmittedAt);
        json.WriteTime("filled_at", status == "filled" ? ended : null);
        json.WriteTime("expired_at", status == "expired" ? ended : null);
        json.WriteTime("canceled_at", status == "canceled" ? ended : null);
        foreach (var never in (ReadOnlySpan<string>)["failed_at", "replaced_at", "replaced_by", "replaces"])
            json.WriteNull(never);
        json.WriteString("asset_id", PositionRoutes.AssetId(call.Broker, order.Symbol));
        json.WriteString("symbol", order.Symbol);
        json.WriteString("asset_class", "us_equity");
        json.WriteNull("notional");
        json.WriteAmount("qty", order.Quantity);
        json.WriteAmount("filled_qty", filled);
        json.WriteAmount("filled_avg_price", filled > 0 ? order.FilledValue(now) / filled : null);
        json.WriteString("order_class", "");
        json.WriteString("order_type", order.Type);
        json.WriteString("type", order.Type);
        json.WriteString("side", order.Side);
        json.WriteString("time_in_force", order.TimeInForce);
        json.WriteAmount("limit_price", order.LimitPrice);
        json.WriteNull("stop_price");
        json.WriteString("status", status);
        json.WriteBoolean("extended_hours", false);
        foreach (var never in (ReadOnlySpan<string>)["legs", "trail_price", "trail_percent", "hwm"])
            json.WriteNull(never);
        json.WriteAmount("commission", 0);
        json.WriteEndObject();
    }

    private static DateTimeOffset LastChange(Order order, DateTimeOffset now) =>
        order.Fills.Select(fill => fill.At)
            .Append(order.WorksFrom)
            .Append(order.CancelRequestedAt ?? order.SubmittedAt)
            .Append(order.EndsAt ?? order.SubmittedAt)
            .Where(time => time <= now)
            .Append(order.SubmittedAt)
            .Max();

    private static void RequestCancel(RouteCall call, Order order)
    {
        if (order.CancelRequestedAt is not null)
            return;
        var takes = call.Broker.DrawFor(order.Id).Between(ShortestCancel, LongestCancel, "cancel");
        order.Cancel(call.Now, call.Now + takes);
        call.Broker.AccountStates.Save(call.Account!, order);
    }

    private static Order? Find(RouteCall call) => call.Account!.Orders.Find(order => order.Id == call.Item);
}
