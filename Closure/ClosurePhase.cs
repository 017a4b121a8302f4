namespace AccountClosure.Closure;

/// <summary>Where a closure stands. The names are part of the custom status and of the records: they are never renamed.</summary>
public enum ClosurePhase
{
    /// <summary>Preconditions are checked, the customer record is marked, the customer is told.</summary>
    Initiated,

    /// <summary>Orders are cancelled and positions sold.</summary>
    Liquidating,

    /// <summary>The proceeds become withdrawable (T+1).</summary>
    Settling,

    /// <summary>A transfer is made and followed to its end.</summary>
    Withdrawing,

    /// <summary>The rolling 24-hour limit is used up; more is to be paid out.</summary>
    WaitingForNextTransfer,

    /// <summary>Last safety checks, closing at the broker, confirmation.</summary>
    Closing,

    /// <summary>Ended: closed, the customer told.</summary>
    Completed,

    /// <summary>Waits for a person's decision, for as long as it takes.</summary>
    ManualReview,

    /// <summary>Ended without closing, because somebody asked for it.</summary>
    Cancelled,

    /// <summary>Ended before anything was touched: a precondition was not met.</summary>
    Rejected,

    /// <summary>
    /// Ended by an error of ours: the end of a failed instance in the records. It is also the output of an instance that was restarted
    /// after its closure had been stopped.
    /// </summary>
    Failed,
}

public static class ClosurePhases
{
    /// <summary>The phases of a closure that nothing disturbs.</summary>
    private static readonly ClosurePhase[] InOrder =
    [
        ClosurePhase.Initiated,
        ClosurePhase.Liquidating,
        ClosurePhase.Settling,
        ClosurePhase.Withdrawing,
        ClosurePhase.Closing,
        ClosurePhase.Completed,
    ];

    /// <summary>The phase that follows when this one is done.</summary>
    /// <exception cref="InvalidOperationException">No phase follows: the closure has ended or is in manual review.</exception>
    public static ClosurePhase Next(this ClosurePhase phase)
    {
        int place = Array.IndexOf(InOrder, phase == ClosurePhase.WaitingForNextTransfer ? ClosurePhase.Withdrawing : phase);
        return place >= 0 && place + 1 < InOrder.Length
            ? InOrder[place + 1]
            : throw new InvalidOperationException($"No phase follows {phase}.");
    }

    public static bool HasEnded(this ClosurePhase phase) =>
        phase is ClosurePhase.Completed or ClosurePhase.Cancelled or ClosurePhase.Rejected or ClosurePhase.Failed;
}
