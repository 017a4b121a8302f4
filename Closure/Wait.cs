namespace AccountClosure.Closure;

/// <summary>What a closure waits for before its next step, and when it checks again.</summary>
/// <param name="Until">Time of the next check, UTC.</param>
public sealed record Wait(WaitKind Kind, DateTimeOffset Until);

/// <summary>What a closure can wait for. The names are part of the state and of the custom status.</summary>
public enum WaitKind
{
    /// <summary>The termination cleanup of an earlier closure of the account.</summary>
    EarlierClosure,

    MarketOpen,

    /// <summary>The orders to end and the positions to be sold.</summary>
    Liquidation,

    /// <summary>All cash to become withdrawable.</summary>
    Settlement,

    /// <summary>The rolling limit to leave something for another transfer.</summary>
    DailyLimit,

    /// <summary>The open transfers to reach their ends.</summary>
    Transfers,

    /// <summary>Certainty whether a transfer exists.</summary>
    TransferInDoubt,

    /// <summary>The next attempt after the broker refused a transfer.</summary>
    TransferRetry,

    /// <summary>Balances that show the last transfer.</summary>
    Balances,

    /// <summary>Pending money that is not the closure's to arrive or come back.</summary>
    OtherMoney,

    /// <summary>Returns of complete transfers, until the return window is over.</summary>
    Returns,

    /// <summary>Certainty that an account that seems empty stays empty.</summary>
    EmptyAccount,

    /// <summary>Room in the broker's rate limit for a request right after the checks.</summary>
    RateLimit,

    /// <summary>The broker to confirm the close.</summary>
    CloseConfirmation,

    /// <summary>Certainty about what is left in the closed account.</summary>
    ClosedAccount,

    /// <summary>The end of the orders that the closure placed; the closure ends.</summary>
    OwnOrders,

    /// <summary>Certainty whether a transfer exists; the closure ends.</summary>
    TransferInDoubtBeforeEnd,

    /// <summary>Transfers that cannot be cancelled to reach their ends; the closure ends.</summary>
    TransfersBeforeEnd,

    /// <summary>Certainty that the broker does not carry out an earlier request to close the account.</summary>
    RequestedClose,

    /// <summary>The broker to list the transfers, which it refuses.</summary>
    TransferList,

    /// <summary>A person's decision.</summary>
    Decision,

    /// <summary>The next attempt of a step that failed.</summary>
    StepRetry,
}
