namespace AccountClosure.Simulator;

/// <summary>What <c>GET /_sim/accounts/{id}</c> answers: the truth about an account, without faults and permissions.</summary>
/// <param name="PendingTransferOut">US dollars in outgoing transfers that have not ended.</param>
public sealed record AccountState(
    string AccountId,
    string Status,
    decimal Cash,
    decimal CashWithdrawable,
    decimal PendingTransferOut,
    decimal PendingTransferIn,
    IReadOnlyList<PositionState> Positions,
    IReadOnlyList<OrderState> Orders,
    IReadOnlyList<TransferState> Transfers);

public sealed record PositionState(string Symbol, decimal Qty, decimal Price);

/// <param name="FilledValue">US dollars that the filled part cost or brought.</param>
public sealed record OrderState(
    string Id, string Symbol, string Side, string Status, decimal Qty, decimal FilledQty, decimal FilledValue, DateTimeOffset SubmittedAt);

/// <summary>Transfers are listed in the order of their creation at the broker.</summary>
/// <param name="CompletedAt">When it first was COMPLETE, if it has been.</param>
public sealed record TransferState(
    string Id,
    decimal Amount,
    string Direction,
    string Status,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? CompletedAt);
