using System.Text.Json.Serialization;

namespace AccountClosure.Simulator.Accounts;

/// <summary>Cash that came into the account by no order and no transfer: the opening balance, a dividend, a correction.</summary>
/// <param name="SettlesAt">When it becomes withdrawable.</param>
internal sealed record CashEntry(DateTimeOffset At, decimal Amount, DateTimeOffset SettlesAt);

/// <summary>Shares that came into the account, or left it when negative, by no order: a transfer of stock, a correction.</summary>
internal sealed record ShareEntry(DateTimeOffset At, decimal Quantity);

/// <summary>Shares held at the beginning and given since; what orders bought and sold comes on top.</summary>
/// <param name="Quantity">At the beginning.</param>
/// <param name="Price">US dollars a share, at which it trades.</param>
/// <param name="Given">Since then.</param>
internal sealed record Holding(
    string Symbol, decimal Quantity, decimal Price, decimal AverageEntryPrice, IReadOnlyList<ShareEntry>? Given = null)
{
    public Holding With(ShareEntry entry) => this with { Given = [.. Given ?? [], entry] };

    public decimal QuantityAt(DateTimeOffset time)
    {
        var quantity = Quantity;
        foreach (var entry in Given ?? [])
        {
            if (entry.At <= time)
                quantity += entry.Quantity;
        }
        return quantity;
    }
}

/// <summary>The other side of the ACH relationship.</summary>
/// <param name="Outcomes">What becomes of the nth outgoing transfer, if it is not completed.</param>
/// <param name="CountedFrom">Outgoing transfers that were there before the counting began.</param>
internal sealed record Bank(
    string RelationshipId,
    string Status,
    string OwnerName,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    TimeSpan? TransferDuration,
    IReadOnlyDictionary<int, TransferOutcome> Outcomes,
    int CountedFrom);

/// <summary>
/// One account as a set of facts with their times, some still to come. Its state at any time is computed from them and from
/// nothing else, so that it does not matter when, how often, or by which process it is looked at.
/// </summary>
internal sealed class Account
{
    public const string Active = "ACTIVE";
    public const string Closed = "ACCOUNT_CLOSED";

    private Balances balances;
    private int balancesVersion = -1;
    private Balances atLastClose;
    private (int Version, DateTimeOffset Close) lastCloseKey = (-1, default);
    private int version;

    public required string Id { get; init; }

    /// <summary>1 for the first account of a simulator.</summary>
    public required int Number { get; init; }

    public required string UserId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The status apart from closing.</summary>
    public required string Status { get; set; }

    public bool TradingBlocked { get; set; }

    public bool TransfersBlocked { get; set; }

    public bool AccountBlocked { get; set; }

    public DateTimeOffset? ClosesAt { get; set; }

    public decimal? DailyTransferLimit { get; init; }

    /// <summary>Shown as pending by the trading account in addition to the transfers, and nowhere else.</summary>
    public PendingMoney UnlistedPending { get; set; } = new();

    public required Bank Bank { get; set; }

    public List<CashEntry> Cash { get; init; } = [];

    public List<Holding> Holdings { get; init; } = [];

    [JsonIgnore]
    public List<Order> Orders { get; } = [];

    /// <summary>In the order of their creation.</summary>
    [JsonIgnore]
    public List<Transfer> Transfers { get; } = [];

    public string StatusAt(DateTimeOffset time) => ClosesAt <= time ? Closed : Status;

    public bool IsClosing(DateTimeOffset time) => ClosesAt > time;

    /// <summary>Must be called after every change of a fact.</summary>
    public void Changed() => version++;

    /// <summary>Computed once, and again when the next known change is due or a fact has changed.</summary>
    /// <param name="time">Now: this never goes back.</param>
    /// <param name="holds">What keeps proceeds from settling.</param>
    public Balances BalancesAt(DateTimeOffset time, SettlementHolds holds)
    {
        var current = version + holds.Version;
        if (balancesVersion != current || time >= balances.ValidUntil)
        {
            balances = Balances.From(this, time, holds);
            balancesVersion = current;
        }
        return balances;
    }

    /// <summary>What there was at the last close of the market, or when the account was opened if that is later.</summary>
    public Balances BalancesAtLastClose(DateTimeOffset close, SettlementHolds holds)
    {
        var key = (version + holds.Version, close);
        if (lastCloseKey != key)
        {
            atLastClose = Balances.From(this, close > CreatedAt ? close : CreatedAt, holds);
            lastCloseKey = key;
        }
        return atLastClose;
    }

    public decimal SharesAt(Holding holding, DateTimeOffset time)
    {
        var shares = holding.QuantityAt(time);
        foreach (var order in Orders)
        {
            if (order.Symbol == holding.Symbol)
                shares += order.IsBuy ? order.FilledQuantity(time) : -order.FilledQuantity(time);
        }
        return shares;
    }

    /// <summary>Shares that no open sell order holds.</summary>
    public decimal SharesAvailable(Holding holding, DateTimeOffset time)
    {
        var shares = SharesAt(holding, time);
        foreach (var order in Orders)
        {
            if (!order.IsBuy && order.Symbol == holding.Symbol && order.IsOpen(time))
                shares -= order.Quantity - order.FilledQuantity(time);
        }
        return shares;
    }

    /// <summary>US dollars in outgoing transfers created in the 24 hours up to now; one exactly 24 hours old does not count.</summary>
    public decimal SentInLastDay(DateTimeOffset now)
    {
        var sent = 0m;
        var dayAgo = now.AddDays(-1);
        for (var index = Transfers.Count - 1; index >= 0 && Transfers[index].CreatedAt > dayAgo; index--)
        {
            var transfer = Transfers[index];
            if (transfer.IsOutgoing && !TransferWords.NeverLeft(transfer.StepAt(now).Meaning))
                sent += transfer.Amount;
        }
        return sent;
    }
}
