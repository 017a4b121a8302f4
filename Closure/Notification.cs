namespace AccountClosure.Closure;

public enum NotificationKind
{
    /// <summary>We have begun to close your account.</summary>
    ClosureInitiated,

    /// <summary>Your account is closed, and this is what was paid out.</summary>
    ClosureCompleted,

    /// <summary>The closure was cancelled, your account stays open.</summary>
    ClosureCancelled,

    /// <summary>To operations: a closure waits for a person (also the daily reminder).</summary>
    ReviewNeeded,
}

/// <summary>A message to the customer or to operations. It has no name and no address: it is part of the durable history.</summary>
/// <param name="At">When the message was written, UTC.</param>
/// <param name="Occurrence">0 for the first message of its kind in this closure, and so on.</param>
/// <param name="Reminder">ReviewNeeded: 0, or the number of the reminder.</param>
/// <param name="Withdrawn">ClosureCompleted and ClosureCancelled: what was paid out in all.</param>
/// <param name="TransferCount">How many transfers <paramref name="Withdrawn"/> was paid out in: those that are complete.</param>
/// <param name="Transfers">All transfers, the failed ones too: the message lists the latest.</param>
/// <param name="Detail">ReviewNeeded: the reason and the choices, in words.</param>
/// <param name="DailyTransferLimit">ClosureInitiated: what can be paid out in 24 hours; the message explains it when given.</param>
/// <param name="EstimatedPayout">ClosureInitiated: what the account is worth about; the message then says how many transfers that takes.</param>
/// <param name="Remaining">ClosureCompleted: what was too little for a transfer and is left in the account; the message says so.</param>
/// <param name="PositionsLeft">ClosureCompleted: positions that are left in the closed account.</param>
/// <param name="Since">
/// UTC. ClosureInitiated: when the closure was requested. ClosureCompleted: when the account was first seen closed. ReviewNeeded: when the
/// closure came to the review.
/// </param>
/// <param name="ByCleanup">ReviewNeeded: whether the cleanup of the closure asks.</param>
/// <param name="HasReturns">ClosureCompleted: a transfer has come back, and its money was not sent again.</param>
/// <param name="InDoubt">
/// ClosureCompleted and ClosureCancelled: US dollars in transfers that were requested and of which a person decided not to find out whether
/// they were made.
/// </param>
/// <param name="AreAssetsUnknown">ClosureCompleted: nobody has seen whether money or positions are left in the account.</param>
public sealed record Notification(
    NotificationKind Kind,
    string AccountId,
    string UserId,
    string ConfirmationNumber,
    DateTimeOffset At,
    int Occurrence = 0,
    int Reminder = 0,
    Money? Withdrawn = null,
    int TransferCount = 0,
    IReadOnlyList<EmailTransfer>? Transfers = null,
    string? Detail = null,
    Money? DailyTransferLimit = null,
    Money? EstimatedPayout = null,
    Money? Remaining = null,
    int PositionsLeft = 0,
    DateTimeOffset? Since = null,
    bool? ByCleanup = null,
    bool HasReturns = false,
    Money? InDoubt = null,
    bool AreAssetsUnknown = false);

/// <param name="CreatedAt">UTC.</param>
public sealed record EmailTransfer(int Sequence, Money Amount, DateTimeOffset CreatedAt, string Status);
