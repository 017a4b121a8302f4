namespace AccountClosure.Closure;

/// <summary>Why a closure waits for a person. The names are part of the custom status and the records.</summary>
public enum ReviewCode
{
    /// <summary>An activity failed for good, after its retries.</summary>
    StepFailed,
    LiquidationTimedOut,
    UnsellablePosition,
    SettlementTimedOut,
    NegativeBalance,
    AccountBlocked,
    TransferOverdue,
    TooManyFailedTransfers,

    /// <summary>The broker has two transfers that could be the one we asked for.</summary>
    AmbiguousTransfer,

    /// <summary>A transfer or deposit that is not the closure's has not ended in time.</summary>
    OtherTransferOverdue,

    /// <summary>Late money or positions sent the closure back too often.</summary>
    TooManySetbacks,
    CloseRefused,
    CloseNotConfirmed,
    NotificationFailed,
}

/// <summary>What a person can decide.</summary>
public enum ReviewChoice
{
    /// <summary>Go on with the phase that stopped, its deadline renewed.</summary>
    Retry,

    /// <summary>Go on without what failed, where that is safe.</summary>
    Skip,

    /// <summary>End the closure; the account stays open and the customer record is restored.</summary>
    Abort,
}

/// <param name="From">The phase that stopped, to which a retry returns.</param>
/// <param name="Since">UTC.</param>
/// <param name="Reminders">How many times operations was told, the first message included.</param>
public sealed record Review(ReviewCode Code, ClosurePhase From, DateTimeOffset Since, bool CanAbort, int Reminders = 0)
{
    /// <summary>
    /// Skipping is offered only where nothing is lost by it: the safety checks before the close still see all the money.
    /// Aborting is not, once the broker was asked to close the account.
    /// </summary>
    public IReadOnlyList<ReviewChoice> Choices()
    {
        var choices = new List<ReviewChoice> { ReviewChoice.Retry };
        if (Code is ReviewCode.SettlementTimedOut or ReviewCode.AmbiguousTransfer or ReviewCode.NotificationFailed)
            choices.Add(ReviewChoice.Skip);
        if (CanAbort)
            choices.Add(ReviewChoice.Abort);
        return choices;
    }

    /// <summary>What each choice will do, for the person who decides.</summary>
    public string Explain() => $"{Reason} {string.Join(' ', Choices().Select(Explain))}";

    private string Reason => Code switch
    {
        ReviewCode.StepFailed => "A step failed and its retries did not help.",
        ReviewCode.LiquidationTimedOut => "Orders or positions remain after the time allowed for selling.",
        ReviewCode.UnsellablePosition => "The broker refuses to sell a position.",
        ReviewCode.SettlementTimedOut => "Cash is still not withdrawable after the time allowed for settlement.",
        ReviewCode.NegativeBalance => "The account's cash is negative.",
        ReviewCode.AccountBlocked => "The broker has blocked the account or its transfers, or the account is no longer active.",
        ReviewCode.TransferOverdue => "A transfer has not reached its end in the time allowed.",
        ReviewCode.TooManyFailedTransfers => "Too many transfers were returned, rejected or refused.",
        ReviewCode.AmbiguousTransfer => "The broker lists more than one transfer that could be the one asked for.",
        ReviewCode.OtherTransferOverdue => "A transfer or deposit made by other means has not ended in the time allowed.",
        ReviewCode.TooManySetbacks => "Money or positions have turned up too often after they were thought to be gone.",
        ReviewCode.CloseRefused => "The broker refuses to close the account.",
        ReviewCode.CloseNotConfirmed => "The broker has not confirmed the close in the time allowed.",
        ReviewCode.NotificationFailed => "A message to the customer could not be sent.",
        _ => Code.ToString(),
    };

    private string Explain(ReviewChoice choice) => choice switch
    {
        ReviewChoice.Retry => $"Retry: goes on with {From}, its deadline renewed.",
        ReviewChoice.Skip when Code == ReviewCode.SettlementTimedOut => "Skip: pays out what is withdrawable now.",
        ReviewChoice.Skip when Code == ReviewCode.AmbiguousTransfer =>
            "Skip: leaves the transfers at the broker as they are and pays out only what is still in the account.",
        ReviewChoice.Skip => "Skip: goes on without the message.",
        _ => "Abort: ends the closure; the account stays open and the customer record is restored.",
    };
}
