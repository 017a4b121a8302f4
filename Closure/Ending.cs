namespace AccountClosure.Closure;

/// <summary>
/// The end of a closure that begins nothing more: one that somebody cancelled, one whose account was closed while something was open, or the
/// cleanup of one that was terminated or has failed. What is open is called back where that is possible, and else followed to its end.
/// </summary>
/// <param name="EndsAs">Cancelled or Failed, unless the broker has closed the account.</param>
/// <param name="IsCleanup">The closure's own instance has ended; this is another one.</param>
public sealed record Ending(ClosurePhase EndsAs = ClosurePhase.Cancelled, bool IsCleanup = false)
{
    /// <summary>What the closure had asked the broker for; null until the closure is stopped, after which it asks for nothing.</summary>
    public AskedBefore? Asked { get; init; }

    /// <summary>No order of the closure is open, and none can come any more.</summary>
    public bool OrdersEnded { get; init; }

    /// <summary>A transfer has come back after the broker was asked to close the account.</summary>
    public bool HasReturns { get; init; }

    /// <summary>A person knows that something is left in the closed account.</summary>
    public bool RestAccepted { get; init; }
}

/// <param name="SaleAt">When the broker was first asked to sell, UTC, by the broker's clock; null if never.</param>
/// <param name="LiquidationAt">When the broker was last asked to cancel orders or to sell, UTC; null if never.</param>
/// <param name="CloseAt">When the broker was last asked to close the account, UTC; null if never.</param>
public sealed record AskedBefore(DateTimeOffset? SaleAt = null, DateTimeOffset? LiquidationAt = null, DateTimeOffset? CloseAt = null);
