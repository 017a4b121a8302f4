namespace AccountClosure.Closure;

/// <summary>
/// The end of a closure that begins nothing new: somebody cancelled it, its account was closed while something was open, or this is the
/// cleanup of a closure that was terminated or has failed. It cancels what is open or, where that is not possible, follows it to its end.
/// </summary>
/// <param name="EndsAs">Cancelled or Failed, unless the broker has closed the account.</param>
/// <param name="IsCleanup">Whether this is the cleanup, in an instance of its own; the closure's instance has ended.</param>
public sealed record Ending(ClosurePhase EndsAs = ClosurePhase.Cancelled, bool IsCleanup = false)
{
    /// <summary>What the closure had asked the broker for before it was stopped; null until then.</summary>
    public AskedBefore? Asked { get; init; }

    /// <summary>Whether no order of the closure is open and none can still arrive.</summary>
    public bool OrdersEnded { get; init; }

    /// <summary>Number of transfers that have come back since the broker was asked to close the account.</summary>
    public int Returns { get; init; }

    /// <summary>What a person accepted to leave in the closed account; null before that.</summary>
    public LeftInAccount? Accepted { get; init; }

    /// <summary>
    /// Time since which the broker refuses to list the transfers although nothing else delays the end, UTC; null otherwise.
    /// </summary>
    public DateTimeOffset? RefusedSince { get; init; }

    /// <summary>Time since which the broker refuses to show what is left in the closed account, UTC; null otherwise.</summary>
    public DateTimeOffset? AssetsRefusedSince { get; init; }
}

/// <summary>What is left in a closed account, for a person's decision.</summary>
/// <param name="Cash">US dollars.</param>
/// <param name="Returns">Transfers that have come back since the broker was asked to close the account.</param>
public sealed record LeftInAccount(Money Cash, int Positions, int Returns)
{
    /// <summary>Whether the other, which a person has accepted, covers all of this.</summary>
    public bool IsWithin(LeftInAccount? accepted) =>
        accepted is not null
        && Cash <= accepted.Cash
        && Cash >= Money.Min(accepted.Cash, Money.Zero)
        && Positions <= accepted.Positions
        && Returns <= accepted.Returns;
}

/// <summary>
/// When a closure sent the broker requests that cannot be undone, and whether the closure had begun. The ledger has the transfers.
/// </summary>
/// <param name="SaleAt">Time of the first request to sell, UTC, by the broker's clock; null without one.</param>
/// <param name="LiquidationAt">Time of the last request to cancel orders or to sell, UTC; null without one.</param>
/// <param name="CloseAt">Time of the last request to close the account, by any of its closures, UTC; null without one.</param>
/// <param name="HasBegun">
/// Whether the closure ever marked the customer's record. Before that, a closure asks the broker for nothing.
/// </param>
public sealed record AskedBefore(
    DateTimeOffset? SaleAt = null, DateTimeOffset? LiquidationAt = null, DateTimeOffset? CloseAt = null, bool HasBegun = true);
