namespace AccountClosure.Closure;

/// <summary>Texts of the custom status for operations: what a closure waits for, and what it does next.</summary>
internal static class ProgressTexts
{
    /// <returns>Null while the closure does not wait.</returns>
    public static string? WaitingFor(ClosureState state) => state.Wait?.Kind switch
    {
        null => null,
        WaitKind.EarlierClosure => "The cleanup of an earlier closure",
        WaitKind.MarketOpen => "The market to open",
        WaitKind.Liquidation => "Orders to end and positions to be sold",
        WaitKind.Settlement => "Cash to become withdrawable (a sale settles in one business day)",
        WaitKind.DailyLimit => "The daily transfer limit to free up",
        WaitKind.Transfers => state.Payout.Open.Count == 1 ? "The transfer to reach its end" : "The transfers to reach their ends",
        WaitKind.TransferInDoubt or WaitKind.TransferInDoubtBeforeEnd => "Certainty about a transfer",
        WaitKind.TransferRetry => "The next attempt after a refused transfer",
        WaitKind.Balances => "Balances that show the last transfer",
        WaitKind.OtherMoney => "Money that is pending at the broker to arrive or come back",
        WaitKind.Returns => "Returns that may still come",
        WaitKind.EmptyAccount => "Certainty that the account stays empty",
        WaitKind.RateLimit => "Room in the broker's rate limit right after the checks",
        WaitKind.CloseConfirmation => "The broker to confirm the close",
        WaitKind.ClosedAccount => "Certainty about what is left in the closed account",
        WaitKind.OwnOrders => "The closure's own orders to end",
        WaitKind.TransfersBeforeEnd => "Transfers that cannot be cancelled to reach their ends",
        WaitKind.RequestedClose => "Certainty that the broker does not close the account",
        WaitKind.TransferList => "The broker to list the transfers",
        WaitKind.Decision => "A person's decision",
        WaitKind.StepRetry => "The next attempt of a failed step",
        var unknown => throw new InvalidOperationException($"There is no text for {unknown}."),
    };

    public static string NextAction(ClosureState state) => state.Wait is { } wait ? After(wait.Kind) : Now(state);

    private static string After(WaitKind wait) => wait switch
    {
        WaitKind.EarlierClosure => "Check that the account can be closed",
        WaitKind.MarketOpen => "Sell positions",
        WaitKind.Liquidation => "Check orders and positions",
        WaitKind.Settlement => "Check that all cash is withdrawable",
        WaitKind.DailyLimit or WaitKind.TransferRetry or WaitKind.Balances => "Pay out what the limit allows",
        WaitKind.Transfers or WaitKind.TransfersBeforeEnd => "Check the open transfers",
        WaitKind.TransferInDoubt or WaitKind.TransferInDoubtBeforeEnd => "Search the broker's transfers for the one in doubt",
        WaitKind.OtherMoney => "Check the account",
        WaitKind.Returns or WaitKind.TransferList => "Check for returned transfers",
        WaitKind.EmptyAccount or WaitKind.RateLimit => "Check the account again and close it at the broker",
        WaitKind.CloseConfirmation or WaitKind.RequestedClose => "Check the account's status",
        WaitKind.ClosedAccount => "Check what is left in the closed account",
        WaitKind.OwnOrders => "Cancel the closure's own orders",
        WaitKind.Decision => "Remind operations",
        WaitKind.StepRetry => "Try the step again",
        _ => throw new InvalidOperationException($"There is no text for {wait}."),
    };

    private static string Now(ClosureState state) => state.Phase switch
    {
        ClosurePhase.Completed => "Nothing; the account is closed",
        ClosurePhase.Cancelled => "Nothing; the account stays open",
        ClosurePhase.Rejected => "Nothing; the closure was rejected",
        ClosurePhase.Failed => "Nothing; the closure has ended",
        ClosurePhase.ManualReview => "Ask operations for a decision",
        _ when state.Ending is not null || state.Cancellation is not null => "Finish what the closure left open",
        ClosurePhase.Initiated => "Check that the account can be closed",
        ClosurePhase.Liquidating => "Cancel orders and sell positions",
        ClosurePhase.Settling => "Check that all cash is withdrawable",
        ClosurePhase.Withdrawing or ClosurePhase.WaitingForNextTransfer => "Pay out what the limit allows",
        ClosurePhase.Closing => "Make the last checks and close the account at the broker",
        var unknown => throw new InvalidOperationException($"There is no text for {unknown}."),
    };
}
