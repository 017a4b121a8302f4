namespace AccountClosure.Closure;

/// <summary>
/// How far a closure is that begins nothing more: one that somebody cancelled, one whose account was closed while something was open, or
/// the cleanup of one that was terminated or has failed. It calls back what is open or, where that is not possible, follows it to its end.
/// </summary>
/// <param name="EndsAs">Cancelled or Failed, unless the broker has closed the account.</param>
/// <param name="IsCleanup">Whether this is the cleanup, in an instance of its own; the closure's instance has ended.</param>
public sealed record Ending(ClosurePhase EndsAs = ClosurePhase.Cancelled, bool IsCleanup = false)
{
    /// <summary>What the closure had asked the broker for before it was stopped; null until then.</summary>
    public AskedBefore? Asked { get; init; }

    /// <summary>No order of the closure is open, and none can still arrive.</summary>
    public bool OrdersEnded { get; init; }

    /// <summary>A transfer has come back after the broker was asked to close the account.</summary>
    public bool HasReturns { get; init; }

    /// <summary>A person knows that something is left in the closed account.</summary>
    public bool RestAccepted { get; init; }
}

/// <summary>When a closure asked the broker for what cannot be taken back. Transfers are in the ledger.</summary>
/// <param name="SaleAt">When the broker was first asked to sell, UTC, by the broker's clock; null if never.</param>
/// <param name="LiquidationAt">When the broker was last asked to cancel orders or to sell, UTC; null if never.</param>
/// <param name="CloseAt">When the broker was last asked to close the account, UTC; null if never.</param>
public sealed record AskedBefore(DateTimeOffset? SaleAt = null, DateTimeOffset? LiquidationAt = null, DateTimeOffset? CloseAt = null);
