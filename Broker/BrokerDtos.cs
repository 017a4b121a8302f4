using AccountClosure.Closure;

namespace AccountClosure.Broker;

// The fields of the broker's answers that a closure needs. A parameter without a default is required.

internal sealed record AccountDto(string Id, string Status)
{
    public BrokerAccount ToAccount() => new(Id, Status);
}

internal sealed record TradingAccountDto(
    string Status,
    Money Cash,
    Money CashWithdrawable,
    Money? PendingTransferOut = null,
    Money? PendingTransferIn = null,
    bool? TradingBlocked = null,
    bool? TransfersBlocked = null,
    bool? AccountBlocked = null)
{
    public TradingAccount ToTradingAccount() => new(
        Status,
        Cash,
        CashWithdrawable,
        PendingTransferOut ?? Money.Zero,
        PendingTransferIn ?? Money.Zero,
        TradingBlocked ?? false,
        TransfersBlocked ?? false,
        AccountBlocked ?? false);
}

internal sealed record OrderDto(string Id, string Symbol, string Side, string Status, DateTimeOffset? SubmittedAt = null)
{
    public BrokerOrder ToOrder() => new(Id, Symbol, Side, Status, SubmittedAt?.ToUniversalTime());
}

internal sealed record PositionDto(string Symbol, decimal Qty, string Side, Money? MarketValue = null)
{
    /// <summary>The position with a negative quantity if it is short, whatever sign the broker writes.</summary>
    public Position ToPosition() => new(
        Symbol,
        string.Equals(Side, "short", StringComparison.OrdinalIgnoreCase) ? -Math.Abs(Qty) : Qty,
        MarketValue ?? Money.Zero);
}

/// <param name="Id">Id of the order, in the answer about orders.</param>
/// <param name="Symbol">Symbol of the position, in the answer about positions.</param>
internal sealed record ItemDto(int Status, string? Id = null, string? Symbol = null)
{
    public ItemResult ToItemResult() => new(Symbol ?? Id ?? "", Status);
}

internal sealed record AchRelationshipDto(string Id, string AccountId, string Status)
{
    public AchRelationship ToAchRelationship() => new(Id, AccountId, Status);
}

internal sealed record TransferDto(
    string Id,
    Money Amount,
    TransferDirection Direction,
    string Status,
    DateTimeOffset CreatedAt,
    string? RelationshipId = null,
    string? Reason = null,
    string? Type = null,
    DateTimeOffset? UpdatedAt = null)
{
    public BrokerTransfer ToTransfer() => new(
        Id,
        string.IsNullOrEmpty(RelationshipId) ? null : RelationshipId,
        Amount,
        Direction,
        new TransferStatus(Status),
        CreatedAt.ToUniversalTime(),
        Reason,
        IsWire: string.Equals(Type, "wire", StringComparison.OrdinalIgnoreCase),
        UpdatedAt?.ToUniversalTime());
}

/// <summary>Body of the POST. The same serializer writes it, so the names become <c>transfer_type</c> and so on.</summary>
internal sealed record CreateTransferDto(string TransferType, string RelationshipId, string Amount, string Direction, string Timing);

internal sealed record ClockDto(DateTimeOffset Timestamp, bool IsOpen, DateTimeOffset NextOpen)
{
    public MarketClock ToClock() => new(Timestamp.ToUniversalTime(), IsOpen, NextOpen.ToUniversalTime());
}

/// <param name="Close">Closing time in New York, such as "16:00".</param>
internal sealed record CalendarDto(DateOnly Date, string Close)
{
    /// <exception cref="FormatException">The time is not of the form HH:MM.</exception>
    public TradingDay ToTradingDay() => new(
        Date,
        TimeOnly.ParseExact(Close, "HH:mm", System.Globalization.CultureInfo.InvariantCulture));
}
