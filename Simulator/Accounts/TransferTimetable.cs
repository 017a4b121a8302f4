using AccountClosure.Simulator.Market;

namespace AccountClosure.Simulator.Accounts;

/// <summary>What the receiving side will do with a transfer.</summary>
internal enum TransferFate
{
    Completes,

    /// <summary>The broker refuses it before it is sent.</summary>
    IsRejected,

    /// <summary>The bank sends it back instead of accepting it.</summary>
    IsReturned,

    /// <summary>The bank accepts it and sends it back later.</summary>
    IsReturnedLater,
}

/// <param name="ReturnedAfter">From <c>COMPLETE</c> to the return, when it is returned later.</param>
/// <param name="Reason">An ACH return code such as R03, or words.</param>
internal sealed record TransferOutcome(TransferFate Fate, TimeSpan ReturnedAfter = default, string? Reason = null);

/// <summary>Plans at its creation when a transfer changes its status.</summary>
internal static class TransferTimetable
{
    private static readonly TimeOnly FirstWindow = new(8, 0);
    private static readonly TimeOnly Approval = new(6, 0);
    private static readonly TimeOnly Credit = new(8, 30);

    /// <param name="draw">The random choices of this transfer.</param>
    /// <param name="created">When the transfer was created.</param>
    /// <param name="duration">From creation to the end; null for the timetable of the banks.</param>
    /// <param name="outcome">How it ends.</param>
    public static List<TransferStep> Plan(Draw draw, DateTimeOffset created, TimeSpan? duration, TransferOutcome outcome)
    {
        var steps = duration is { } fixedDuration ? Scaled(created, fixedDuration) : ByBankingDays(draw, created);
        var sent = steps.FindIndex(step => step.Status == TransferWords.SentToClearing);
        var end = steps[^1];
        switch (outcome.Fate)
        {
            case TransferFate.IsRejected:
                var rejectedAt = steps[sent].At;
                steps.RemoveRange(sent, steps.Count - sent);
                steps.Add(new TransferStep(TransferWords.Rejected, rejectedAt, outcome.Reason ?? "rejected by the clearing firm"));
                break;
            case TransferFate.IsReturned:
                steps[^1] = new TransferStep(TransferWords.Returned, end.At, outcome.Reason ?? "R03");
                break;
            case TransferFate.IsReturnedLater:
                steps.Add(new TransferStep(TransferWords.Returned, end.At + outcome.ReturnedAfter, outcome.Reason ?? "R03"));
                break;
            case TransferFate.Completes:
            default:
                break;
        }
        return steps;
    }

    private static List<TransferStep> Scaled(DateTimeOffset created, TimeSpan duration) =>
    [
        new(TransferWords.Queued, created),
        new(TransferWords.ApprovalPending, created + duration * 0.02),
        new(TransferWords.Pending, created + duration * 0.05),
        new(TransferWords.SentToClearing, created + duration * 0.15),
        new(TransferWords.Approved, created + duration * 0.70),
        new(TransferWords.Complete, created + duration),
    ];

    /// <summary>Sent to clearing in some hours or on the next banking day, and credited in the course of the banking day after.</summary>
    private static List<TransferStep> ByBankingDays(Draw draw, DateTimeOffset created)
    {
        var approvalPending = created + draw.Between(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), "approval pending");
        var pending = approvalPending + draw.Between(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(40), "pending");
        var sent = pending + draw.Between(TimeSpan.FromHours(1), TimeSpan.FromHours(3), "sent");
        var sentOn = NewYork.DateOf(sent);
        if (!BankingDays.Includes(sentOn))
        {
            sentOn = BankingDays.After(sentOn);
            sent = NewYork.Instant(sentOn, FirstWindow);
        }
        var creditedOn = BankingDays.After(sentOn);
        var approved = NewYork.Instant(creditedOn, Approval) + draw.Between(TimeSpan.Zero, TimeSpan.FromHours(1), "approved");
        var complete = NewYork.Instant(creditedOn, Credit) + draw.Between(TimeSpan.Zero, TimeSpan.FromHours(5), "complete");
        return
        [
            new(TransferWords.Queued, created),
            new(TransferWords.ApprovalPending, approvalPending),
            new(TransferWords.Pending, pending),
            new(TransferWords.SentToClearing, sent),
            new(TransferWords.Approved, approved),
            new(TransferWords.Complete, complete),
        ];
    }
}
