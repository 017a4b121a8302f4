using AccountClosure.Simulator.Market;

namespace AccountClosure.Simulator.Accounts;

/// <summary>Accepts orders and plans their fills: seconds after the market can trade them, sometimes in parts.</summary>
internal static class OrderDesk
{
    /// <param name="Subject">What makes the order's identifier and its random choices its own.</param>
    /// <param name="FillsAfter">A limit order rests unless it is told after how long the market reaches its price.</param>
    internal sealed record Request(
        Draw Subject,
        string Symbol,
        string Side,
        string Type,
        string TimeInForce,
        decimal Quantity,
        decimal? LimitPrice,
        TimeSpan? FillsAfter = null);

    public static Order Accept(Request request, DateTimeOffset now, decimal price, bool halted)
    {
        var session = ExchangeCalendar.CurrentOrNext(now);
        var worksFrom = session.OpensAt > now ? session.OpensAt : now;
        var order = new Order
        {
            Id = request.Subject.Uuid("order"),
            ClientOrderId = request.Subject.Uuid("client order"),
            Symbol = request.Symbol,
            Side = request.Side,
            Type = request.Type,
            TimeInForce = request.TimeInForce,
            Quantity = request.Quantity,
            LimitPrice = request.LimitPrice,
            SubmittedAt = now,
            WorksFrom = worksFrom,
            ExpiresAt = request.TimeInForce == "day" ? session.ClosesAt : null,
            Fills = [],
            IsHalted = halted,
        };
        var reachesMarket = request.FillsAfter is { } after ? worksFrom + after : worksFrom;
        if (!halted && (request.Type == Order.Market || request.FillsAfter is not null))
            PlanFills(order, request.Subject, reachesMarket, request.LimitPrice ?? price);
        return order;
    }

    /// <summary>Plans how the unfilled rest of an order trades from <paramref name="from"/> on, within the life of the order.</summary>
    public static void PlanFills(Order order, Draw draw, DateTimeOffset from, decimal price)
    {
        var session = ExchangeCalendar.CurrentOrNext(from);
        var at = session.OpensAt > from ? session.OpensAt : from;
        foreach (var quantity in Parts(order.Quantity - order.FilledQuantity(from), draw))
        {
            at += draw.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(6), $"fill {order.Fills.Count}");
            if (at >= session.ClosesAt || order.ExpiresAt <= at || order.CanceledAt <= at)
                return;
            order.Fills.Add(new Fill(at, quantity, price, ExchangeCalendar.SettlementOf(at)));
        }
    }

    /// <summary>One part mostly, two or three sometimes; whole shares except for what is left at the end.</summary>
    private static IEnumerable<decimal> Parts(decimal quantity, Draw draw)
    {
        var parts = draw.Fraction("parts") switch { < 0.65 => 1, < 0.9 => 2, _ => 3 };
        var left = quantity;
        for (var part = 1; part < parts; part++)
        {
            var whole = decimal.Floor(left * (decimal)(0.2 + 0.5 * draw.Fraction($"part {part}")));
            if (whole < 1)
                break;
            yield return whole;
            left -= whole;
        }
        yield return left;
    }
}
