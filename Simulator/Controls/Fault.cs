using System.Text.Json.Serialization;

namespace AccountClosure.Simulator;

/// <summary>What goes wrong. The first four strike requests by their route, the others the business itself.</summary>
public enum FaultKind
{
    /// <summary>An error status.</summary>
    Error,

    /// <summary>The connection breaks without an answer.</summary>
    Drop,

    /// <summary>No answer comes.</summary>
    Timeout,

    /// <summary>The answer comes late but is right.</summary>
    Delay,

    /// <summary>One item of a 207 answer fails.</summary>
    FailedItem,

    /// <summary>A transfer is refused as if it were over the daily limit.</summary>
    LimitRefused,

    /// <summary>The bank returns an outgoing transfer.</summary>
    TransferReturned,

    /// <summary>An outgoing transfer is rejected before it is sent.</summary>
    TransferRejected,

    /// <summary>Orders of a symbol are accepted but do not fill, until the fault is removed.</summary>
    Unsellable,

    /// <summary>Proceeds do not settle, until the fault is removed.</summary>
    StuckSettlement,

    /// <summary>While the market is closed, the clock's <c>next_open</c> is the last open, which lies in the past.</summary>
    StaleClock,
}

/// <summary>What becomes of the request that the fault strikes.</summary>
public enum FaultEffect
{
    /// <summary>Nothing is done.</summary>
    Before,

    /// <summary>It is done, and then the answer is lost.</summary>
    After,

    /// <summary>The answer is lost now, and it is done later.</summary>
    Late,
}

/// <summary>The body of <c>POST /_sim/faults</c>.</summary>
public sealed record Fault
{
    public required FaultKind Kind { get; init; }

    /// <summary>Such as <c>POST /v1/accounts/{account_id}/transfers</c>, with or without the method; null strikes every route.</summary>
    public string? Route { get; init; }

    /// <summary>Null strikes every account.</summary>
    public string? AccountId { get; init; }

    /// <summary>
    /// Strikes from the nth matching request (or transfer, item, or read of the clock while the market is closed) on, counted since the
    /// fault was added.
    /// </summary>
    public int Nth { get; init; } = 1;

    /// <summary>How often it strikes; 0 for always. Left out: once, or always when there is a probability.</summary>
    public int? Count { get; init; }

    /// <summary>Of striking each time, between 0 and 1, drawn from the seed.</summary>
    public double? Probability { get; init; }

    public FaultEffect Effect { get; init; }

    /// <summary>The error status of <see cref="FaultKind.Error"/> or of the failed item; 500 when it is left out.</summary>
    public int? Status { get; init; }

    /// <summary>
    /// Of <see cref="FaultKind.Delay"/>: before the request is carried out, or with <see cref="FaultEffect.After"/> before it is
    /// answered.
    /// </summary>
    public double DelaySeconds { get; init; }

    /// <summary>Of <see cref="FaultEffect.Late"/>: how much later the request is carried out.</summary>
    public double LateSeconds { get; init; } = 30;

    /// <summary>Of <see cref="FaultKind.Unsellable"/>; of <see cref="FaultKind.FailedItem"/> if only this symbol is to fail.</summary>
    public string? Symbol { get; init; }

    /// <summary>Of <see cref="FaultKind.TransferReturned"/>: that long after COMPLETE; left out, instead of it.</summary>
    public double? AfterCompleteHours { get; init; }

    /// <summary>Of a returned or rejected transfer: what its <c>reason</c> says.</summary>
    public string? Reason { get; init; }

    [JsonIgnore]
    internal bool StrikesRequests => Kind is FaultKind.Error or FaultKind.Drop or FaultKind.Timeout or FaultKind.Delay;
}

/// <param name="Seen">Matching requests since it was added.</param>
/// <param name="Struck">How often it struck.</param>
public sealed record FaultState(string Id, Fault Fault, int Seen, int Struck);
