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
/// <param name="At">Time at which the message was written, UTC.</param>
/// <param name="Occurrence">0 for the first message of its kind in this closure, 1 for the second, and so on.</param>
/// <param name="Reminder">ReviewNeeded: 0, or the number of the reminder.</param>
/// <param name="Withdrawn">ClosureCompleted and ClosureCancelled: total amount paid out.</param>
/// <param name="TransferCount">Number of complete transfers that <paramref name="Withdrawn"/> was paid out in.</param>
/// <param name="Transfers">All transfers, including failed ones; the message lists the latest.</param>
/// <param name="Detail">ReviewNeeded: the reason and the choices, in words.</param>
/// <param name="DailyTransferLimit">ClosureInitiated: maximum that can be paid out in 24 hours; the message explains it when given.</param>
/// <param name="EstimatedPayout">
/// ClosureInitiated: approximate worth of the account; the message then says how many transfers the payout takes.
/// </param>
/// <param name="Remaining">
/// ClosureCompleted: amount that was too small for a transfer and is left in the account; the message states it.
/// </param>
/// <param name="PositionsLeft">ClosureCompleted: number of positions left in the closed account.</param>
/// <param name="Since">
/// UTC. ClosureInitiated: time of the request. ClosureCompleted: time at which the account was first seen closed. ReviewNeeded: time at
/// which the review began.
/// </param>
/// <param name="ByCleanup">ReviewNeeded: whether the closure's cleanup asks.</param>
/// <param name="HasReturns">ClosureCompleted: whether a transfer has come back and its money was not sent again.</param>
/// <param name="InDoubt">
/// ClosureCompleted and ClosureCancelled: US dollars in requested transfers that a person gave up without finding out whether the broker
/// created them.
/// </param>
/// <param name="AreAssetsUnknown">ClosureCompleted: whether nobody has seen if money or positions are left in the account.</param>
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
