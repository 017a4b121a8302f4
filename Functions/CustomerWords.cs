using AccountClosure.Closure;

namespace AccountClosure.Functions;

/// <summary>
/// Says in words for the customer what comes next in a closure or how it ended. The words of the custom status are for operations.
/// </summary>
internal static class CustomerWords
{
    /// <returns>One of a few texts; null when the progress says neither.</returns>
    public static string? WhatComesNext(this ClosureView closure)
    {
        var progress = closure.Progress;
        if (progress.Phase.HasEnded())
            return HowItEnded(progress.Phase);
        // The cleanup starts within an hour, even if it was terminated before. The account may still be closed, and a transfer may arrive.
        if (closure.Acting is null)
            return "The closure was stopped. We are finishing what is still open and will tell you how it ended.";
        if (progress.Review is not null)
            return "We are checking the closure. You do not need to do anything.";
        return progress.CancelRequested ? HowItIsCancelled(progress) : WhatWeDo(progress);
    }

    private static string? HowItEnded(ClosurePhase phase) => phase switch
    {
        ClosurePhase.Completed => "The account is closed.",
        ClosurePhase.Cancelled => "The closure was cancelled. The account stays open.",
        ClosurePhase.Rejected => "The closure was rejected. Nothing more will happen.",
        _ => "The closure was stopped by an error. The account stays open.",
    };

    // An operator can force a cancel after the close request to the broker.
    private static string HowItIsCancelled(ClosureProgress progress) => progress switch
    {
        { Wait: WaitKind.TransfersBeforeEnd } => "We are cancelling the closure. A transfer is still on its way to your bank.",
        { Phase: ClosurePhase.Closing } => "We are cancelling the closure if the account has not been closed yet.",
        _ => "We are cancelling the closure.",
    };

    private static string? WhatWeDo(ClosureProgress progress) => progress switch
    {
        { Phase: ClosurePhase.Initiated } => "We are checking that the account can be closed.",
        { Phase: ClosurePhase.Liquidating } => "We are cancelling orders and selling positions.",
        { Phase: ClosurePhase.Settling } => "We are waiting for the cash to become available.",
        { ReturnsUntil: not null, TransferCount: 0 } => "We are waiting in case your bank returns an earlier transfer.",
        { ReturnsUntil: not null } => "We have sent your money and are waiting in case your bank returns a transfer.",
        { Phase: ClosurePhase.Withdrawing or ClosurePhase.WaitingForNextTransfer } => "We are sending your money to your bank.",
        { Phase: ClosurePhase.Closing } => "We are closing the account.",
        _ => null,
    };
}
