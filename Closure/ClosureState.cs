namespace AccountClosure.Closure;

/// <summary>
/// State of a closure, which ContinueAsNew carries from one step to the next. It stays small whatever the amount. It is the contract
/// between versions: a field may be added with a default, and is never renamed or removed while closures are in flight.
/// </summary>
public sealed record ClosureState
{
    public required ClosureRequest Request { get; init; }

    /// <summary>The policy with which the closure began.</summary>
    public required ClosurePolicy Policy { get; init; }

    public ClosurePhase Phase { get; init; } = ClosurePhase.Initiated;

    /// <summary>Time at which the phase began, UTC.</summary>
    public required DateTimeOffset PhaseSince { get; init; }

    /// <summary>What the next step waits for; null when it is due at once.</summary>
    public Wait? Wait { get; init; }

    /// <summary>Deadline of the current wait, UTC; after it, manual review.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Number of steps taken in this phase.</summary>
    public int Attempts { get; init; }

    /// <summary>The activities that fail in spite of their retries; null once they have succeeded or the phase has changed.</summary>
    public Failing? Failing { get; init; }

    public string? LastError { get; init; }

    public Liquidation Liquidation { get; init; } = new();

    public Payout Payout { get; init; } = new();

    /// <summary>Whether the preconditions were met. After that, the closure is never refused.</summary>
    public bool Accepted { get; init; }

    /// <summary>Time since which the account has seemed empty, UTC; null before the first check that found nothing left.</summary>
    public DateTimeOffset? EmptySince { get; init; }

    /// <summary>Whether the broker was asked to close the account and may still do so.</summary>
    public bool CloseRequested { get; init; }

    /// <summary>Time at which the account was first seen closed, UTC; null before that, and once it is seen open again.</summary>
    public DateTimeOffset? ClosedSeenAt { get; init; }

    /// <summary>Whether the records have the current phase.</summary>
    public bool Recorded { get; init; }

    /// <summary>Number of phase restarts because of late money or positions.</summary>
    public int PhaseRestarts { get; init; }

    /// <summary>The current manual review; null at other times.</summary>
    public Review? Review { get; init; }

    /// <summary>Number of positions left in the closed account.</summary>
    public int PositionsLeft { get; init; }

    /// <summary>Whether the account had no positions at the last poll; false before the first poll.</summary>
    public bool HasNoPositions { get; init; }

    /// <summary>Whether the broker does not show if positions are left in the closed account.</summary>
    public bool ArePositionsUnknown { get; init; }

    /// <summary>Number of reviews of this closure so far, which is also the number of the current one.</summary>
    public int Reviews { get; init; }

    /// <summary>Number of messages to operations about all reviews of this closure.</summary>
    public int MessagesToOperations { get; init; }

    /// <summary>A person's decision for the next step to carry out.</summary>
    public Resolve? Decision { get; init; }

    /// <summary>A person's decision that could not be carried out, until the audit log says so.</summary>
    public FailedDecision? FailedDecision { get; init; }

    /// <summary>The request to cancel or the stop from outside; null without either.</summary>
    public Cancel? Cancellation { get; init; }

    /// <summary>Progress of the end, once the closure begins nothing new; null before that.</summary>
    public Ending? Ending { get; init; }

    /// <summary>
    /// Completed once the customer may have been told so: the closure then ends like this, whatever happens at the broker afterwards. Null
    /// before that.
    /// </summary>
    public ClosurePhase? Outcome { get; init; }

    /// <summary>The precondition that was not met; null without one.</summary>
    public Refusal? Refusal { get; init; }

    // More than any closure has reviews or messages to operations.
    private const int CleanupNumbers = 1000;

    public static ClosureState Begin(ClosureRequest request, ClosurePolicy policy) =>
        new() { Request = request, Policy = policy, PhaseSince = request.RequestedAt };

    /// <summary>The first state of the cleanup of a closure that was terminated or has failed.</summary>
    /// <param name="phase">Last phase of the closure.</param>
    /// <param name="payout">Last known totals; the cleanup reads the ledger.</param>
    /// <param name="endsAs">Cancelled for a terminated instance, Failed for one that failed.</param>
    /// <param name="by">Who stopped it, and why.</param>
    /// <param name="now">Time at which the cleanup begins, UTC.</param>
    public static ClosureState BeginCleanup(
        ClosureRequest request, ClosurePolicy policy, ClosurePhase phase, Payout payout, ClosurePhase endsAs, Cancel by, DateTimeOffset now)
    {
        int numbers = NumbersBefore(request, now);
        return Begin(request, policy) with
        {
            Phase = phase == ClosurePhase.ManualReview || phase.HasEnded() ? ClosurePhase.Withdrawing : phase,
            Payout = payout with { Open = [], Unrecorded = [] },
            HasNoPositions =
                phase is ClosurePhase.Settling or ClosurePhase.Withdrawing or ClosurePhase.WaitingForNextTransfer or ClosurePhase.Closing,
            Recorded = true,
            Reviews = numbers,
            MessagesToOperations = numbers,
            Cancellation = by,
            Ending = new Ending(endsAs, IsCleanup: true),
        };
    }

    // Ids contain the numbers of reviews and messages, and each id exists once: neither the closure nor an earlier run of its cleanup may
    // have used a number. Nothing but the time tells of a run that was purged; a run has far fewer than one review or message a second.
    private static int NumbersBefore(ClosureRequest request, DateTimeOffset now) =>
        CleanupNumbers + (int)Math.Max(0, (now - request.RequestedAt).TotalSeconds);

    /// <summary>Enters another phase at once.</summary>
    public ClosureState Enter(ClosurePhase phase, DateTimeOffset now) => this with
    {
        Phase = phase,
        PhaseSince = InOrder(now),
        Wait = null,
        Deadline = null,
        Attempts = 0,
        Failing = null,
        EmptySince = null,
        Review = null,
        Recorded = false,
        Payout = Payout with { ReturnsUntil = null },
    };

    /// <summary>The phase is done: enters the next one at once.</summary>
    public ClosureState Done(DateTimeOffset now) => Enter(Phase.Next(), now);

    /// <summary>Stays in the phase and takes the next step later.</summary>
    public ClosureState WaitFor(WaitKind kind, DateTimeOffset until) => this with { Wait = new Wait(kind, until), Attempts = Attempts + 1 };

    /// <summary>Stays in the phase until a date that the broker names; checks earlier when that date is far ahead.</summary>
    public ClosureState WaitForDate(WaitKind kind, DateTimeOffset date, DateTimeOffset now) =>
        WaitFor(kind, date < now + ClosurePolicy.LongestWait ? date : now + ClosurePolicy.LongestWait);

    /// <summary>Takes the next step of the phase at once.</summary>
    public ClosureState GoOnAtOnce() => this with { Wait = null };

    /// <summary>
    /// Ends at once, because the closure was stopped from outside and somebody restarted or copied its instance. Its cleanup finishes what
    /// is open and reports how the closure ended.
    /// </summary>
    /// <param name="endedAs">How the closure had ended; Failed when only its cleanup can tell.</param>
    public ClosureState Stopped(DateTimeOffset now, ClosurePhase endedAs = ClosurePhase.Failed) =>
        (this with { Cancellation = new Cancel("system", "This closure was stopped; its cleanup acts for it.") })
            .Enter(endedAs, now);

    /// <summary>Enters the closing phase, because the broker has closed the account, whoever asked for it.</summary>
    public ClosureState FoundClosed(DateTimeOffset now) => Enter(ClosurePhase.Closing, now);

    /// <summary>Notes that the broker calls the account closed.</summary>
    public ClosureState SeenClosed(DateTimeOffset now) => this with { ClosedSeenAt = ClosedSeenAt ?? now };

    /// <summary>Notes that the broker calls the account open and no longer closes it.</summary>
    public ClosureState SeenOpen() => this with { CloseRequested = false, ClosedSeenAt = null };

    /// <summary>
    /// Whether the account had no positions when they were last seen. Only then does a closure ask the broker to close it.
    /// </summary>
    public bool WasSeenWithoutPositions() => HasNoPositions || CloseRequested || Ending?.Asked?.CloseAt is not null;

    /// <summary>False once the broker was asked to close the account, or has closed it.</summary>
    public bool CanStillBeCancelled() => !CloseRequested && ClosedSeenAt is null;

    /// <summary>Drops a person's decision that could not be carried out so far, if there is one.</summary>
    public ClosureState WithoutDecision() => Decision is null
        ? this
        : this with { Decision = null, FailedDecision = new FailedDecision(Decision, Review?.Decisions ?? 0, LastError) };

    /// <summary>Asks a person. The decision gives new deadlines to what is open.</summary>
    /// <param name="transfers">Ids of the intents in the review.</param>
    /// <param name="canDeclare">Whether the person can say what the transfer's status means, because we do not know it.</param>
    public ClosureState NeedsReview(
        ReviewCode code,
        DateTimeOffset now,
        string? error = null,
        IReadOnlyList<string>? transfers = null,
        bool canDeclare = false) => this with
        {
            Phase = ClosurePhase.ManualReview,
            PhaseSince = InOrder(now),
            Wait = null,
            Deadline = null,
            Attempts = 0,
            Failing = null,
            EmptySince = null,
            Recorded = false,
            Payout = (Payout with { ReturnsUntil = null }).WithoutDeadlines(),
            LastError = error ?? LastError,
            Reviews = Reviews + 1,
            Review = new Review(code, Phase, now, Reviews + 1, CanAbort(code))
            {
                Transfers = transfers ?? [],
                CanDeclare = canDeclare,
                IsEnding = Ending is not null,
            },
        };

    /// <summary>Handles a step that failed in spite of the retries of its activities: tries again later, or asks a person.</summary>
    public ClosureState StepFailed(DateTimeOffset now, string activity, string error, StepFailure kind)
    {
        var before = Failing?.Find(activity);
        var failing = new Failing(activity, before?.Since ?? now, (before?.Failures ?? 0) + (kind == StepFailure.Outage ? 0 : 1))
        {
            Other = Failing?.Without(activity),
        };
        var isOver = kind switch
        {
            StepFailure.Permanent => true,
            StepFailure.Outage => now >= failing.Since + Policy.OutageTimeout,
            _ => failing.Failures >= Policy.MaxStepFailures,
        };
        if (isOver && Review is null)
            return NeedsReview(ReviewCode.StepFailed, now, error);
        var failed = this with
        {
            Failing = failing,
            LastError = error,
            Wait = new Wait(WaitKind.StepRetry, now + Policy.StepRetryInterval),
        };
        // A review has nobody else to ask: it drops the decision, waits for another one, and sends reminders.
        return isOver && Decision is not null
            ? failed.WithoutDecision() with { Failing = failing.Other, Wait = null }
            : failed;
    }

    /// <summary>
    /// Restarts from an earlier phase, because something turned up late. After too many restarts it asks a person, whose retry leads to
    /// that phase.
    /// </summary>
    public ClosureState RestartFrom(ClosurePhase phase, DateTimeOffset now, string because)
    {
        if (PhaseRestarts < Policy.MaxPhaseRestarts)
        {
            return (this with { PhaseRestarts = PhaseRestarts + 1, LastError = because, Liquidation = new() })
                .Enter(phase, now);
        }
        var asked = NeedsReview(ReviewCode.TooManyPhaseRestarts, now, because);
        return asked with { Review = asked.Review! with { From = phase } };
    }

    /// <summary>Whether one more transfer may be on its way. None may while a transfer is in doubt.</summary>
    public bool HasRoomForAnother() => Payout.Open.Count < Policy.MaxTransfersInFlight && Payout.InDoubt() is null;

    public bool IsOverdue(DateTimeOffset now) => Deadline is { } deadline && now >= deadline;

    // While a closure ends, an abort leaves unfinished transfers and orders at the broker; nothing else can stay unfinished.
    private bool CanAbort(ReviewCode code) => Ending is null
        ? CanStillBeCancelled()
        : code is ReviewCode.TransferOverdue or ReviewCode.AmbiguousTransfer or ReviewCode.OrdersRemain;

    // The clock of one machine may be behind another's, and the records would take an older time for that of a late repetition.
    private DateTimeOffset InOrder(DateTimeOffset now) => now < PhaseSince ? PhaseSince : now;
}
