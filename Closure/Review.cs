namespace AccountClosure.Closure;

/// <summary>Reason for a manual review. The names are part of the custom status and the records.</summary>
public enum ReviewCode
{
    /// <summary>An activity failed permanently, or too often in spite of its retries.</summary>
    StepFailed,
    LiquidationTimedOut,
    UnsellablePosition,
    SettlementTimedOut,
    NegativeBalance,
    AccountBlocked,
    TransferOverdue,
    TooManyFailedTransfers,

    /// <summary>
    /// The broker has transfers that match the closure's intent, and it is not certain which one is the closure's, or whether one is.
    /// </summary>
    AmbiguousTransfer,

    /// <summary>A transfer or deposit that is not the closure's has not ended in time.</summary>
    OtherTransferOverdue,

    /// <summary>Late money or positions caused too many phase restarts.</summary>
    TooManyPhaseRestarts,
    CloseRefused,
    CloseNotConfirmed,

    /// <summary>The account is closed, and money or positions are left in it.</summary>
    ClosedWithAssets,

    /// <summary>Orders that the closure placed cannot be cancelled.</summary>
    OrdersRemain,
}

/// <summary>What a person can decide.</summary>
public enum ReviewChoice
{
    /// <summary>Continue the phase that stopped, with a new deadline.</summary>
    Retry,

    /// <summary>Continue without what failed, where that is safe.</summary>
    Skip,

    /// <summary>End the closure. An account that is open stays open, and the customer's record is restored.</summary>
    Abort,

    /// <summary>The transfer, whose status is unknown to us, has arrived.</summary>
    TreatAsComplete,

    /// <summary>The transfer, whose status is unknown to us, has not arrived and will not.</summary>
    TreatAsFailed,
}

/// <param name="From">Phase that stopped, to which a retry returns.</param>
/// <param name="Since">Start of the review, UTC.</param>
/// <param name="Number">
/// 1 for the closure's first review. A decision names it, so that a late decision does not answer the next review.
/// </param>
/// <param name="Reminders">Number of messages to operations, including the first.</param>
public sealed record Review(ReviewCode Code, ClosurePhase From, DateTimeOffset Since, int Number, bool CanAbort, int Reminders = 0)
{
    /// <summary>Ids of the intents in the review; empty when there are none.</summary>
    public IReadOnlyList<string> Transfers { get; init; } = [];

    /// <summary>Whether a person can say what the transfer's status means, because we do not know it.</summary>
    public bool CanDeclare { get; init; }

    /// <summary>Number of decisions about this review so far.</summary>
    public int Decisions { get; init; }

    /// <summary>What is left in the closed account; null when the review is not about that.</summary>
    public LeftInAccount? Left { get; init; }

    /// <summary>Whether the closure was already ending; an abort then leaves at the broker what is open.</summary>
    public bool IsEnding { get; init; }

    /// <summary>
    /// The choices of this review. Skip is offered only where it loses nothing: the safety checks before the close still see all the money.
    /// Abort is not offered once the broker was asked to close the account.
    /// </summary>
    public IReadOnlyList<ReviewChoice> Choices()
    {
        var choices = new List<ReviewChoice> { ReviewChoice.Retry };
        if (Code is ReviewCode.SettlementTimedOut or ReviewCode.ClosedWithAssets || (Code == ReviewCode.AmbiguousTransfer && !IsEnding))
            choices.Add(ReviewChoice.Skip);
        if (CanDeclare)
            choices.AddRange([ReviewChoice.TreatAsComplete, ReviewChoice.TreatAsFailed]);
        if (CanAbort)
            choices.Add(ReviewChoice.Abort);
        return choices;
    }

    /// <summary>
    /// Whether an abort leaves the review's transfers at the broker as they are, because another wait would change nothing.
    /// </summary>
    public bool AbortLeavesTransfers => IsEnding || CanDeclare || Code == ReviewCode.AmbiguousTransfer;

    /// <summary>Explains the reason and each choice, for the person who decides.</summary>
    public string Explain() => $"{Reason} {string.Join(' ', Choices().Select(Explain))}";

    private string Reason => Code switch
    {
        ReviewCode.StepFailed => "The closure cannot continue by itself; lastError in its status says why.",
        ReviewCode.LiquidationTimedOut => "Orders or positions remain after the time allowed for selling.",
        ReviewCode.UnsellablePosition => "The broker refuses to sell a position.",
        ReviewCode.SettlementTimedOut => "Cash is still not withdrawable after the time allowed for settlement.",
        ReviewCode.NegativeBalance => "The account's cash is negative.",
        ReviewCode.AccountBlocked => "The broker has blocked the account or its transfers, or the account is no longer active.",
        ReviewCode.TransferOverdue => "A transfer has not reached its end in the time allowed.",
        ReviewCode.TooManyFailedTransfers => "Too many transfers were returned, rejected or refused.",
        ReviewCode.AmbiguousTransfer => "It is not certain which of the broker's transfers, if any, is the closure's.",
        ReviewCode.OtherTransferOverdue =>
            "Money has been pending at the broker for longer than the time allowed: a transfer or deposit made by other means, "
            + "or a transfer that was declared failed.",
        ReviewCode.TooManyPhaseRestarts => "Money or positions turned up too often after the account had seemed empty.",
        ReviewCode.CloseRefused => "The account could not be closed: the broker refused, or the request could not be sent in time.",
        ReviewCode.CloseNotConfirmed => "The broker has not confirmed the close in the time allowed.",
        ReviewCode.ClosedWithAssets => "The broker has closed the account, and money or positions are left in it.",
        ReviewCode.OrdersRemain => "Orders that the closure placed are still open and cannot be cancelled.",
        _ => Code.ToString(),
    };

    private string Explain(ReviewChoice choice) => choice switch
    {
        ReviewChoice.Retry when IsEnding => "Retry: checks again what is open, with a new deadline. Nothing is sold or sent.",
        ReviewChoice.Retry => $"Retry: tries the phase {From} again with a new deadline.{WhatRetryMayDo}",
        ReviewChoice.Skip when Code == ReviewCode.SettlementTimedOut => "Skip: pays out what is withdrawable now.",
        ReviewChoice.Skip when Code == ReviewCode.ClosedWithAssets =>
            "Skip: ends the closure as completed; the message to the customer says what is left.",
        ReviewChoice.Skip => "Skip: leaves the transfers at the broker as they are and pays out only what is still in the account.",
        ReviewChoice.TreatAsComplete => "TreatAsComplete: counts the transfer as arrived.",
        ReviewChoice.TreatAsFailed =>
            "TreatAsFailed: counts the transfer as not arrived; its money is paid out again once it is in the account.",
        _ when AbortLeavesTransfers =>
            "Abort: ends the closure and leaves at the broker what is open. An open account stays open, and the customer's record is "
            + "restored. If the broker has closed the account, the closure ends as completed.",
        _ =>
            "Abort: cancels the closure's open orders and transfers, waits for those that cannot be cancelled, restores the customer's "
            + "record, and tells the customer. Sales and payments that are complete are not undone. "
            + "If the broker has closed the account in the meantime, the closure ends as completed.",
    };

    private string WhatRetryMayDo => this switch
    {
        { Code: ReviewCode.TooManyFailedTransfers } => " This may send money again.",
        { From: ClosurePhase.Liquidating } => " This may sell positions.",
        _ => "",
    };
}
