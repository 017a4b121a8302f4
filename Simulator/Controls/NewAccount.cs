namespace AccountClosure.Simulator;

/// <summary>The body of <c>POST /_sim/accounts</c>: an account as it is now. Everything is optional; amounts are US dollars.</summary>
public sealed record NewAccount
{
    /// <summary>May be negative.</summary>
    public decimal Cash { get; init; }

    /// <summary>The part of the cash that has not settled yet; it settles early on the next trading day.</summary>
    public decimal UnsettledCash { get; init; }

    public IReadOnlyList<NewPosition> Positions { get; init; } = [];

    public IReadOnlyList<NewOrder> OpenOrders { get; init; } = [];

    /// <summary>Transfers from before now; their money is in <see cref="Cash"/> already, except what comes back later.</summary>
    public IReadOnlyList<NewTransfer> PriorTransfers { get; init; } = [];

    public BankOptions Bank { get; init; } = new();

    public string Status { get; init; } = "ACTIVE";

    public Blocks Blocks { get; init; } = new();

    /// <summary>US dollars in 24 hours, instead of the broker's limit for all.</summary>
    public decimal? DailyTransferLimit { get; init; }
}

/// <param name="Symbol">One to ten capital letters, digits or dots.</param>
/// <param name="Qty">Shares, fractions allowed.</param>
/// <param name="Price">US dollars a share, at which it will trade.</param>
/// <param name="AverageEntryPrice">What a share had cost; the price when it is left out.</param>
public sealed record NewPosition(string Symbol, decimal Qty, decimal Price, decimal? AverageEntryPrice = null);

/// <param name="Symbol">One to ten capital letters, digits or dots.</param>
/// <param name="Qty">Shares, fractions allowed.</param>
/// <param name="Side"><c>buy</c> or <c>sell</c>.</param>
/// <param name="LimitPrice">US dollars a share. Without it the order is a market order.</param>
/// <param name="FillsAfterSeconds">When the market reaches the limit price; a limit order rests for good without it.</param>
public sealed record NewOrder(
    string Symbol, decimal Qty, string Side = "buy", decimal? LimitPrice = null, double? FillsAfterSeconds = null);

/// <summary>A transfer that someone else makes or has made.</summary>
/// <param name="Amount">US dollars and cents.</param>
/// <param name="Direction"><c>OUTGOING</c> or <c>INCOMING</c>.</param>
/// <param name="HoursAgo">How long ago it was created.</param>
/// <param name="Status">Its status from now on; without it the transfer goes its usual way from its creation.</param>
/// <param name="TransferHours">How long it takes from creation to its end, instead of what the bank takes.</param>
public sealed record NewTransfer(
    decimal Amount, string Direction = "OUTGOING", double HoursAgo = 0, string? Status = null, double? TransferHours = null);

/// <summary>The bank on the other side of the ACH relationship.</summary>
/// <param name="TransferHours">How long each transfer takes; without it, the timetable of the banks.</param>
/// <param name="RelationshipStatus"><c>APPROVED</c>, <c>QUEUED</c>, <c>PENDING</c> or <c>CANCEL_REQUESTED</c>.</param>
/// <param name="Returns">Outgoing transfers that come back.</param>
/// <param name="Rejections">Outgoing transfers that are refused before they are sent: 1 for the first, and so on.</param>
public sealed record BankOptions(
    double? TransferHours = null,
    string RelationshipStatus = "APPROVED",
    IReadOnlyList<BankReturn>? Returns = null,
    IReadOnlyList<int>? Rejections = null);

/// <param name="Transfer">1 for the first outgoing transfer created from now on, and so on.</param>
/// <param name="AfterCompleteHours">Returned that long after it was COMPLETE; without it, returned instead of completed.</param>
/// <param name="Reason">An ACH return code.</param>
public sealed record BankReturn(int Transfer, double? AfterCompleteHours = null, string Reason = "R03");

public sealed record Blocks(bool Trading = false, bool Transfers = false, bool Account = false);

public sealed record CreatedAccount(string AccountId, string UserId, string AchRelationshipId);

/// <param name="Amount">US dollars; negative for a fee.</param>
/// <param name="Settled">Withdrawable at once, or early on the next trading day.</param>
public sealed record CashChange(decimal Amount, bool Settled = true);

/// <summary>Money that the trading account shows as pending although no transfer is listed for it, such as a wire or a journal.</summary>
/// <param name="In">US dollars on top of <c>pending_transfer_in</c>.</param>
/// <param name="Out">US dollars on top of <c>pending_transfer_out</c>.</param>
public sealed record PendingMoney(decimal In = 0, decimal Out = 0);

/// <param name="Status">Any status, also one that the API does not name.</param>
/// <param name="Means">The final status that a word which the API does not name stands for; it moves the money as that one does.</param>
public sealed record TransferChange(string Status, string? Reason = null, string? Means = null);

public sealed record StatusChange(string Status);
