namespace AccountClosure.Closure;

/// <summary>Phase of a closure. The names are part of the custom status and of the records, so they never change.</summary>
public enum ClosurePhase
{
    /// <summary>The closure checks the preconditions, marks the customer's record, and tells the customer.</summary>
    Initiated,

    /// <summary>The closure cancels the orders and sells the positions.</summary>
    Liquidating,

    /// <summary>The proceeds become withdrawable (T+1).</summary>
    Settling,

    /// <summary>The closure creates a transfer and follows it to its end.</summary>
    Withdrawing,

    /// <summary>The rolling 24-hour limit is used up, and more is to be paid out.</summary>
    WaitingForNextTransfer,

    /// <summary>Last safety checks, the close at the broker, and its confirmation.</summary>
    Closing,

    /// <summary>Ended: the account is closed, and the customer is told.</summary>
    Completed,

    /// <summary>The closure waits for a person's decision, however long that takes.</summary>
    ManualReview,

    /// <summary>Ended without a close, because somebody asked for it.</summary>
    Cancelled,

    /// <summary>Ended because a precondition was not met; nothing was changed.</summary>
    Rejected,

    /// <summary>
    /// Ended by an error of ours. A failed instance ends like this in the records. It is also the output of an instance that was restarted
    /// after its closure had been stopped.
    /// </summary>
    Failed,
}

public static class ClosurePhases
{
    /// <summary>Phases of a closure without interruptions, in their order.</summary>
    private static readonly ClosurePhase[] InOrder =
    [
        ClosurePhase.Initiated,
        ClosurePhase.Liquidating,
        ClosurePhase.Settling,
        ClosurePhase.Withdrawing,
        ClosurePhase.Closing,
        ClosurePhase.Completed,
    ];

    /// <summary>The phase that follows this one.</summary>
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
