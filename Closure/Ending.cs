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

    /// <summary>How many transfers have come back since the broker was asked to close the account.</summary>
    public int Returns { get; init; }

    /// <summary>What a person has accepted to leave in the closed account; null while nobody has.</summary>
    public LeftInAccount? Accepted { get; init; }

    /// <summary>Since when the broker refuses to list the transfers, although nothing else keeps the closure from ending, UTC; null otherwise.</summary>
    public DateTimeOffset? RefusedSince { get; init; }

    /// <summary>Since when the broker refuses to show what is left in the closed account, UTC; null otherwise.</summary>
    public DateTimeOffset? AssetsRefusedSince { get; init; }
}

/// <summary>What is left in a closed account, as a person is asked about it.</summary>
/// <param name="Cash">US dollars.</param>
/// <param name="Returns">Transfers that have come back since the broker was asked to close the account.</param>
public sealed record LeftInAccount(Money Cash, int Positions, int Returns)
{
    /// <summary>Whether a person who accepted the other knows of all of this.</summary>
    public bool IsWithin(LeftInAccount? accepted) =>
        accepted is not null && Cash <= accepted.Cash && Cash >= Money.Min(accepted.Cash, Money.Zero) && Positions <= accepted.Positions && Returns <= accepted.Returns;
}

/// <summary>When a closure asked the broker for what cannot be taken back, and whether it had begun. Transfers are in the ledger.</summary>
/// <param name="SaleAt">When the broker was first asked to sell, UTC, by the broker's clock; null if never.</param>
/// <param name="LiquidationAt">When the broker was last asked to cancel orders or to sell, UTC; null if never.</param>
/// <param name="CloseAt">When the broker was last asked to close the account, by any closure of it, UTC; null if never.</param>
/// <param name="HasBegun">Whether the customer's record was ever marked: before that, a closure asks the broker for nothing.</param>
public sealed record AskedBefore(
    DateTimeOffset? SaleAt = null, DateTimeOffset? LiquidationAt = null, DateTimeOffset? CloseAt = null, bool HasBegun = true);
