namespace AccountClosure.Closure;

/// <summary>Money that was paid out and money that is on its way, US dollars.</summary>
/// <param name="Withdrawn">Amount in complete transfers.</param>
/// <param name="Remaining">Amount in the account or on its way, as last seen.</param>
/// <param name="Sequence">Number of the last intended transfer.</param>
/// <param name="Created">Number of transfers created.</param>
/// <param name="Completed">Number of complete transfers, whose sum is <paramref name="Withdrawn"/>.</param>
/// <param name="Failed">Number of transfers returned, rejected, or refused.</param>
public sealed record Payout(
    Money Withdrawn = default, Money Remaining = default, int Sequence = 0, int Created = 0, int Completed = 0, int Failed = 0)
{
    /// <summary>Maximum number of transfers in <see cref="Latest"/>.</summary>
    public const int Kept = 5;

    /// <summary>
    /// Transfers on their way, oldest first. <see cref="ClosurePolicy.MaxTransfersInFlight"/> is their maximum number. Only the last one
    /// can be in doubt.
    /// </summary>
    public IReadOnlyList<OpenTransfer> Open { get; init; } = [];

    /// <summary>Time before which the rolling limit leaves nothing for another transfer, as last seen, UTC; null when unknown.</summary>
    public DateTimeOffset? NextTransferAt { get; init; }

    /// <summary>
    /// Time since which the broker has refused transfers as over the limit and created none, UTC; null once it has created one.
    /// </summary>
    public DateTimeOffset? LimitRefusedSince { get; init; }

    /// <summary>
    /// Whether nobody has seen the account's cash, because the totals come from the records. <see cref="Remaining"/> is then meaningless.
    /// </summary>
    public bool IsCashUnseen { get; init; }

    /// <summary>Time at which the last complete transfer was seen complete, UTC; null before the first one.</summary>
    public DateTimeOffset? LastCompletedAt { get; init; }

    /// <summary>End of the wait for returns, UTC; null while there is more to pay out and when there is nothing to wait for.</summary>
    public DateTimeOffset? ReturnsUntil { get; init; }

    /// <summary>Completion from which <see cref="ReturnsUntil"/> was computed, UTC; null before that.</summary>
    public DateTimeOffset? ReturnsFrom { get; init; }

    /// <summary>Returns that are counted here and that the ledger does not have yet.</summary>
    public IReadOnlyList<ReturnedTransfer> Unrecorded { get; init; } = [];

    /// <summary>Amount in transfers that a person left at the broker before they ended; neither paid nor remaining.</summary>
    public Money LeftOnItsWay { get; init; }

    /// <summary>The last few transfers, oldest first; the ledger has all.</summary>
    public IReadOnlyList<TransferSummary> Latest { get; init; } = [];

    /// <summary>The transfer in doubt; null without one.</summary>
    public OpenTransfer? InDoubt() => Open.FirstOrDefault(transfer => !transfer.Exists());

    /// <summary>The open transfers that certainly exist.</summary>
    public IEnumerable<OpenTransfer> Existing() => Open.Where(transfer => transfer.Exists());

    /// <summary>Sets what remains: the cash, or the worth of the account, plus what is on its way.</summary>
    public Payout WithCash(Money cash) =>
        this with { Remaining = Existing().Aggregate(cash, (sum, transfer) => sum + transfer.Amount), IsCashUnseen = false };

    /// <summary>Sets what remains in an account that has no open transfer. Null means that the broker does not show the cash.</summary>
    public Payout WithCashLeft(Money? cash) => cash is { } seen ? this with { Remaining = seen, IsCashUnseen = false } : this;

    /// <summary>Adds an intended transfer.</summary>
    public Payout Intended(OpenTransfer transfer) =>
        this with { Sequence = transfer.Sequence, Open = [.. Open, transfer], ReturnsUntil = null };

    /// <summary>Keeps the last transfer in doubt.</summary>
    /// <param name="doubt">The transfer in its new state.</param>
    /// <param name="deadline">Deadline of a transfer that has none.</param>
    public Payout StillInDoubt(OpenTransfer doubt, DateTimeOffset deadline) =>
        this with { Open = [.. Existing(), doubt with { Deadline = doubt.Deadline ?? deadline }] };

    /// <summary>Marks the transfer in doubt as one that exists.</summary>
    public Payout Exists(DateTimeOffset createdAt, TransferStatus status, DateTimeOffset deadline)
    {
        var transfer = InDoubt()! with { CreatedAt = createdAt, Status = status, Deadline = deadline };
        var payout = this with { Open = [.. Existing(), transfer], Created = Created + 1, LimitRefusedSince = null };
        return payout.With(transfer.Summary(status, null));
    }

    /// <summary>Drops the transfer in doubt.</summary>
    public Payout WithoutTransferInDoubt() => this with { Open = [.. Existing()] };

    /// <summary>Sets the status of an open transfer, which is not final.</summary>
    /// <param name="deadline">Deadline of a transfer that has none yet.</param>
    public Payout Progressed(OpenTransfer transfer, TransferStatus status, DateTimeOffset deadline) => (this with
    {
        Open =
        [
            .. Open.Select(open => open.IntentId == transfer.IntentId
                ? open with { Status = status, Deadline = open.Deadline ?? deadline }
                : open),
        ],
    }).With(transfer.Summary(status, null));

    /// <summary>Removes an open transfer that has ended, and counts it.</summary>
    /// <param name="stage">Stage by the status, or by a person's declaration.</param>
    public Payout Ended(OpenTransfer transfer, TransferStatus status, TransferStage stage, DateTimeOffset at)
    {
        var completed = stage == TransferStage.Completed;
        var ended = this with
        {
            Open = [.. Open.Where(open => open.IntentId != transfer.IntentId)],
            Withdrawn = completed ? Withdrawn + transfer.Amount : Withdrawn,
            Remaining = completed ? Remaining - transfer.Amount : Remaining,
            Completed = completed ? Completed + 1 : Completed,
            Failed = completed ? Failed : Failed + 1,
            LastCompletedAt = completed ? at : LastCompletedAt,
            ReturnsUntil = null,
        };
        return ended.With(transfer.Summary(status, completed ? at : null));
    }

    /// <summary>
    /// Counts complete transfers that have come back. They stay <see cref="Unrecorded"/> until the ledger has them. The ledger tells the
    /// next check which returns are known, so a return that is not counted here must never be recorded there.
    /// </summary>
    public Payout Returned(IReadOnlyList<ReturnedTransfer> transfers)
    {
        var counted = this with { Unrecorded = [.. Unrecorded, .. transfers], ReturnsUntil = null };
        foreach (var transfer in transfers)
        {
            counted = (counted with
            {
                Withdrawn = counted.Withdrawn - transfer.Amount,
                Completed = counted.Completed - 1,
                Failed = counted.Failed + 1,
            }).With(new TransferSummary(transfer.Sequence, transfer.Amount, transfer.Status, transfer.CreatedAt, null));
        }
        return counted;
    }

    /// <summary>Takes over transfers that only the ledger has, because this state is older.</summary>
    public Payout Remembered(IReadOnlyList<OpenTransfer> transfers, DateTimeOffset now)
    {
        var payout = this;
        foreach (var transfer in transfers)
        {
            payout = payout with
            {
                Sequence = transfer.Sequence,
                Open = [.. payout.Open, transfer with { Stage = null }],
                Created = payout.Created + (transfer.Exists() ? 1 : 0),
            };
            if (transfer.Stage is { } stage && stage != TransferStage.InProgress)
                payout = payout.Ended(transfer, transfer.Status!.Value, stage, now);
        }
        return payout;
    }

    /// <summary>
    /// Takes the final totals from the ledger. The broker may not show the cash of a closed account: what has left since the cash was last
    /// seen no longer remains, and what has come back remains again.
    /// </summary>
    /// <param name="leftOnItsWay">Amount in transfers that have not ended and for which the closure no longer waits.</param>
    public Payout AtTheEnd(Money withdrawn, Money leftOnItsWay, int created, int completed, IReadOnlyList<TransferSummary>? latest)
    {
        var sent = withdrawn + leftOnItsWay - Withdrawn - LeftOnItsWay;
        return this with
        {
            Withdrawn = withdrawn,
            LeftOnItsWay = leftOnItsWay,
            // A cleanup that begins with the totals of the records has never seen the cash: the difference is no debt.
            Remaining = Remaining - Money.Min(sent, Money.Max(Remaining, Money.Zero)),
            Created = created,
            Completed = completed,
            Open = [],
            Unrecorded = [],
            Latest = latest ?? Latest,
        };
    }

    public Payout WithoutDeadlines() => this with { Open = [.. Open.Select(transfer => transfer with { Deadline = null })] };

    private Payout With(TransferSummary summary) => this with
    {
        Latest = [.. Latest.Where(transfer => transfer.Sequence != summary.Sequence).Append(summary)
            .OrderBy(transfer => transfer.Sequence).TakeLast(Kept)],
    };
}

/// <summary>A transfer that is intended and has not ended. Its intent is in the ledger.</summary>
/// <param name="CreatedAt">Time of creation, UTC, by the broker's clock; null while the transfer is in doubt.</param>
/// <param name="Deadline">Deadline for reaching a final status, UTC; after it, manual review. Null until the next poll.</param>
/// <param name="InDoubtCount">Number of successive requests and polls that left it in doubt.</param>
/// <param name="Stage">
/// Stage in the ledger: by the status, or by a person's declaration. Null while the transfer is in doubt, and in a closure's state, which
/// drops a transfer that has ended.
/// </param>
public sealed record OpenTransfer(
    string IntentId,
    int Sequence,
    Money Amount,
    DateTimeOffset NotBefore,
    DateTimeOffset? CreatedAt = null,
    TransferStatus? Status = null,
    DateTimeOffset? Deadline = null,
    int InDoubtCount = 0,
    TransferStage? Stage = null)
{
    /// <summary>Whether the transfer certainly exists.</summary>
    public bool Exists() => CreatedAt is not null;

    /// <summary>
    /// Wait before the next search and request for a transfer in doubt: the in-doubt window, doubled with each further doubt. The maximum
    /// is one day, or the window when that is longer. The wait doubles because each request without an answer may still become a transfer.
    /// </summary>
    public TimeSpan InDoubtWait(ClosurePolicy policy)
    {
        var window = policy.TransferInDoubtWindow.Ticks;
        return TimeSpan.FromTicks(Math.Min(window << Math.Clamp(InDoubtCount - 1, 0, 8), Math.Max(window, TimeSpan.TicksPerDay)));
    }

    public bool IsOverdue(DateTimeOffset now) => Deadline is { } deadline && now >= deadline;

    public TransferSummary Summary(TransferStatus status, DateTimeOffset? completedAt) =>
        new(Sequence, Amount, status, CreatedAt, completedAt);
}

/// <param name="CreatedAt">Time of creation, UTC, by the broker's clock.</param>
public sealed record TransferSummary(
    int Sequence, Money Amount, TransferStatus Status, DateTimeOffset? CreatedAt, DateTimeOffset? CompletedAt);

/// <summary>A transfer of ours that was complete and has since been returned or has otherwise failed.</summary>
public sealed record ReturnedTransfer(string IntentId, int Sequence, Money Amount, TransferStatus Status, DateTimeOffset CreatedAt);
