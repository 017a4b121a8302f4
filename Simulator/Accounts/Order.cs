using System.Text.Json.Serialization;

namespace AccountClosure.Simulator.Accounts;

/// <summary>A part of an order that is bought or sold at <paramref name="At"/>, which may still lie ahead.</summary>
/// <param name="Price">US dollars a share.</param>
/// <param name="SettlesAt">When the proceeds become withdrawable.</param>
internal sealed record Fill(DateTimeOffset At, decimal Quantity, decimal Price, DateTimeOffset SettlesAt);

/// <summary>An order and the fills that it will have unless it is cancelled, expires or its symbol stops trading.</summary>
internal sealed class Order
{
    public const string Buy = "buy";
    public const string Sell = "sell";
    public const string Market = "market";
    public const string Limit = "limit";

    public required string Id { get; init; }

    public required string ClientOrderId { get; init; }

    public required string Symbol { get; init; }

    public required string Side { get; init; }

    public required string Type { get; init; }

    /// <summary><c>day</c> or <c>gtc</c>.</summary>
    public required string TimeInForce { get; init; }

    /// <summary>Shares, fractions allowed.</summary>
    public required decimal Quantity { get; init; }

    public decimal? LimitPrice { get; init; }

    public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>The open of the market if it was closed, else when it was submitted.</summary>
    public required DateTimeOffset WorksFrom { get; init; }

    /// <summary>The close of its session for a day order.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? CancelRequestedAt { get; set; }

    public DateTimeOffset? CanceledAt { get; set; }

    /// <summary>Its symbol does not trade, so its fills are to be planned when it does again.</summary>
    public bool IsHalted { get; set; }

    /// <summary>In the order of time, all before the order ends otherwise.</summary>
    public required List<Fill> Fills { get; init; }

    [JsonIgnore]
    public bool IsBuy => Side == Buy;

    public decimal FilledQuantity(DateTimeOffset time)
    {
        var filled = 0m;
        foreach (var fill in Fills)
        {
            if (fill.At <= time)
                filled += fill.Quantity;
        }
        return filled;
    }

    /// <summary>US dollars that the filled part cost or brought.</summary>
    public decimal FilledValue(DateTimeOffset time) => Fills.Where(fill => fill.At <= time).Sum(fill => fill.Quantity * fill.Price);

    /// <summary>When it is neither waiting nor working any more, as far as is known now.</summary>
    [JsonIgnore]
    public DateTimeOffset? EndsAt =>
        FilledQuantity(DateTimeOffset.MaxValue) >= Quantity ? Fills[^1].At : CanceledAt ?? ExpiresAt;

    public bool IsOpen(DateTimeOffset time) => SubmittedAt <= time && !(EndsAt <= time);

    public string Status(DateTimeOffset time)
    {
        var filled = FilledQuantity(time);
        if (filled >= Quantity)
            return "filled";
        if (CanceledAt <= time)
            return "canceled";
        if (ExpiresAt <= time)
            return "expired";
        if (CancelRequestedAt <= time)
            return "pending_cancel";
        if (filled > 0)
            return "partially_filled";
        return time < WorksFrom ? "accepted" : "new";
    }

    /// <summary>Asks for the rest to be cancelled; fills that come until <paramref name="takesEffect"/> still happen.</summary>
    public void Cancel(DateTimeOffset requested, DateTimeOffset takesEffect)
    {
        CancelRequestedAt ??= requested;
        if (ExpiresAt <= takesEffect)
            return;
        if (CanceledAt is null || takesEffect < CanceledAt)
            CanceledAt = takesEffect;
        StopFilling(takesEffect);
        IsHalted = false;
    }

    /// <summary>What was to be filled after <paramref name="time"/> is not.</summary>
    public bool StopFilling(DateTimeOffset time) => Fills.RemoveAll(fill => fill.At > time) > 0;
}
