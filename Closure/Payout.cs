namespace AccountClosure.Closure;

/// <summary>What was paid out and what is on its way. Amounts in US dollars.</summary>
/// <param name="Withdrawn">In transfers that are complete.</param>
/// <param name="Remaining">In the account or on its way, as last seen.</param>
/// <param name="Sequence">The number of the last transfer that was meant.</param>
/// <param name="Created">How many transfers were created.</param>
/// <param name="Completed">How many of them are complete; what <paramref name="Withdrawn"/> is the sum of.</param>
/// <param name="Failed">Transfers returned, rejected or refused.</param>
public sealed record Payout(
    Money Withdrawn = default, Money Remaining = default, int Sequence = 0, int Created = 0, int Completed = 0, int Failed = 0)
{
    /// <summary>How many transfers <see cref="Latest"/> has at most.</summary>
    public const int Kept = 5;

    /// <summary>
    /// The transfers that are on their way, oldest first: at most <see cref="ClosurePolicy.MaxTransfersInFlight"/>. It is not certain
    /// of more than one, the last, that it exists.
    /// </summary>
    public IReadOnlyList<OpenTransfer> Open { get; init; } = [];

    /// <summary>Before this the rolling limit leaves nothing for another transfer, as last seen, UTC; null when that is not known.</summary>
    public DateTimeOffset? NextTransferAt { get; init; }

    /// <summary>Since when, UTC, transfers have been refused as over the limit, and none was created; null when the last one was.</summary>
    public DateTimeOffset? LimitRefusedSince { get; init; }

    /// <summary>
    /// Whether nobody has seen the account's cash, because the totals are those of the records: then <see cref="Remaining"/> says nothing.
    /// </summary>
    public bool IsCashUnseen { get; init; }

    /// <summary>When the last transfer that is complete was seen to be, UTC; null before the first one.</summary>
    public DateTimeOffset? LastCompletedAt { get; init; }

    /// <summary>Until when returns are waited for, UTC; null while there is more to pay out, and when there is nothing to wait for.</summary>
    public DateTimeOffset? ReturnsUntil { get; init; }

    /// <summary>The completion from which <see cref="ReturnsUntil"/> was computed, UTC; null before.</summary>
    public DateTimeOffset? ReturnsFrom { get; init; }

    /// <summary>Returns that are counted here and that the ledger does not know of yet.</summary>
    public IReadOnlyList<ReturnedTransfer> Unrecorded { get; init; } = [];

    /// <summary>In transfers that a person left at the broker before they had ended; neither paid nor remaining.</summary>
    public Money LeftOnItsWay { get; init; }

    /// <summary>The last few transfers, oldest first; the ledger has them all.</summary>
    public IReadOnlyList<TransferSummary> Latest { get; init; } = [];

    /// <summary>The transfer that may or may not exist; null without one.</summary>
    public OpenTransfer? InDoubt() => Open.FirstOrDefault(transfer => !transfer.Exists());

    /// <summary>The open transfers that certainly exist.</summary>
    public IEnumerable<OpenTransfer> Existing() => Open.Where(transfer => transfer.Exists());

    /// <summary>Cash, or what the account is worth, and what is on its way.</summary>
    public Payout WithCash(Money cash) =>
        this with { Remaining = Existing().Aggregate(cash, (sum, transfer) => sum + transfer.Amount), IsCashUnseen = false };

    /// <summary>The cash of an account that has no open transfer; null when the broker does not show it.</summary>
    public Payout WithCashLeft(Money? cash) => cash is { } seen ? this with { Remaining = seen, IsCashUnseen = false } : this;

    /// <summary>A transfer is meant.</summary>
    public Payout Intended(OpenTransfer transfer) =>
        this with { Sequence = transfer.Sequence, Open = [.. Open, transfer], ReturnsUntil = null };

    /// <summary>It is still not certain whether the last transfer exists.</summary>
    /// <param name="doubt">The transfer, as it is now.</param>
    /// <param name="deadline">If it has none.</param>
    public Payout StillInDoubt(OpenTransfer doubt, DateTimeOffset deadline) =>
        this with { Open = [.. Existing(), doubt with { Deadline = doubt.Deadline ?? deadline }] };

    /// <summary>It is certain that the transfer which was in doubt exists.</summary>
    public Payout Exists(DateTimeOffset createdAt, TransferStatus status, DateTimeOffset deadline)
    {
        var transfer = InDoubt()! with { CreatedAt = createdAt, Status = status, Deadline = deadline };
        return (WithoutTransferInDoubt() with { Open = [.. Existing(), transfer], Created = Created + 1, LimitRefusedSince = null }).With(transfer.Summary(status, null));
    }

    /// <summary>The transfer that was in doubt is left alone.</summary>
    public Payout WithoutTransferInDoubt() => this with { Open = [.. Existing()] };

    /// <summary>The open transfer has the status, which is not final.</summary>
    /// <param name="deadline">For a transfer that has none.</param>
    public Payout Progressed(OpenTransfer transfer, TransferStatus status, DateTimeOffset deadline) => (this with
    {
        Open = [.. Open.Select(open => open.IntentId == transfer.IntentId ? open with { Status = status, Deadline = open.Deadline ?? deadline } : open)],
    }).With(transfer.Summary(status, null));

    /// <summary>The open transfer has ended.</summary>
    /// <param name="stage">By the status, or as a person declared.</param>
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
    /// Transfers that were complete have come back. They stay <see cref="Unrecorded"/> until the ledger has them too: the ledger tells
    /// the next look which returns are known, so what is not counted here must never be recorded there.
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

    /// <summary>Takes over the transfers that only the ledger has, because this state is older.</summary>
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
    /// The totals at the end, which are the ledger's. The broker may not show the cash of a closed account: what has left since the cash was
    /// last seen no longer remains, and what has come back remains again.
    /// </summary>
    /// <param name="leftOnItsWay">In transfers that have not ended and are no longer waited for.</param>
    public Payout AtTheEnd(Money withdrawn, Money leftOnItsWay, int created, int completed, IReadOnlyList<TransferSummary>? latest)
    {
        var sent = withdrawn + leftOnItsWay - Withdrawn - LeftOnItsWay;
        return this with
        {
            Withdrawn = withdrawn,
            LeftOnItsWay = leftOnItsWay,
            // A cleanup that begins with the totals of the records has never seen the cash: that is no debt.
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

/// <summary>A transfer that was meant and has not ended. Its intent is in the ledger.</summary>
/// <param name="CreatedAt">By the broker's clock; null while it is not certain that the transfer exists.</param>
/// <param name="Deadline">When it becomes a matter for a person that it has not ended, UTC; null until it is looked at again.</param>
/// <param name="InDoubtCount">Number of requests and polls in succession that left it in doubt.</param>
/// <param name="Stage">
/// As the ledger counts it: by the status, or as a person declared. Null while it is in doubt, and in a closure's state, which drops a transfer
/// that has ended.
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
    /// Wait until the transfer is looked for, and requested, again: the in-doubt window, doubled with each further doubt, at most a day. It
    /// doubles because each request without an answer may still become a transfer.
    /// </summary>
    public TimeSpan InDoubtWait(ClosurePolicy policy)
    {
        var window = policy.TransferInDoubtWindow.Ticks;
        return TimeSpan.FromTicks(Math.Min(window << Math.Clamp(InDoubtCount - 1, 0, 8), Math.Max(window, TimeSpan.TicksPerDay)));
    }

    public bool IsOverdue(DateTimeOffset now) => Deadline is { } deadline && now >= deadline;

    public TransferSummary Summary(TransferStatus status, DateTimeOffset? completedAt) => new(Sequence, Amount, status, CreatedAt, completedAt);
}

/// <param name="CreatedAt">UTC, by the broker's clock.</param>
public sealed record TransferSummary(int Sequence, Money Amount, TransferStatus Status, DateTimeOffset? CreatedAt, DateTimeOffset? CompletedAt);

/// <summary>A transfer of ours that was complete and is RETURNED, or failed otherwise, now.</summary>
public sealed record ReturnedTransfer(string IntentId, int Sequence, Money Amount, TransferStatus Status, DateTimeOffset CreatedAt);
