namespace AccountClosure.Closure;

/// <summary>
/// All that a closure knows, carried from one step to the next through ContinueAsNew. It is small whatever the amount, and it is
/// the contract between versions: a field may be added with a default, never renamed or removed while closures are in flight.
/// </summary>
public sealed record ClosureState
{
    public required ClosureRequest Request { get; init; }

    /// <summary>The policy in force when the closure began.</summary>
    public required ClosurePolicy Policy { get; init; }

    public ClosurePhase Phase { get; init; } = ClosurePhase.Initiated;

    /// <summary>UTC.</summary>
    public required DateTimeOffset PhaseSince { get; init; }

    /// <summary>What the next step waits for; null when it is due at once.</summary>
    public Wait? Wait { get; init; }

    /// <summary>Deadline of the present wait, UTC; after it a person decides.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Steps taken in this phase.</summary>
    public int Attempts { get; init; }

    /// <summary>
    /// Set while activities fail in spite of their retries; null once the same activities have succeeded, or the phase has changed.
    /// </summary>
    public Failing? Failing { get; init; }

    public string? LastError { get; init; }

    public Liquidation Liquidation { get; init; } = new();

    public Payout Payout { get; init; } = new();

    /// <summary>The preconditions were met: from here on the closure is never refused.</summary>
    public bool Accepted { get; init; }

    /// <summary>Since when the account has looked empty, UTC; null before the first look that found nothing left.</summary>
    public DateTimeOffset? EmptySince { get; init; }

    /// <summary>The broker was asked to close the account and may still do so.</summary>
    public bool CloseRequested { get; init; }

    /// <summary>When the account was first seen closed, UTC; null before that, and once it is seen open again.</summary>
    public DateTimeOffset? ClosedSeenAt { get; init; }

    /// <summary>The records know of the present phase.</summary>
    public bool Recorded { get; init; }

    /// <summary>How often late money or positions sent the closure back to an earlier phase.</summary>
    public int PhaseRestarts { get; init; }

    /// <summary>Set while a person's decision is awaited.</summary>
    public Review? Review { get; init; }

    /// <summary>Positions that are left in the closed account.</summary>
    public int PositionsLeft { get; init; }

    /// <summary>The account had no positions when the closure last looked; false before the first look.</summary>
    public bool HasNoPositions { get; init; }

    /// <summary>The broker does not show whether positions are left in the closed account.</summary>
    public bool ArePositionsUnknown { get; init; }

    /// <summary>Reviews of this closure so far; the present one has this number.</summary>
    public int Reviews { get; init; }

    /// <summary>Messages that operations got about all reviews of this closure.</summary>
    public int MessagesToOperations { get; init; }

    /// <summary>A person's decision that the next step will act on.</summary>
    public Resolve? Decision { get; init; }

    /// <summary>A person's decision that could not be carried out, and of which the audit log does not say so yet.</summary>
    public FailedDecision? FailedDecision { get; init; }

    /// <summary>Set once somebody asked to cancel, or the closure was stopped from outside.</summary>
    public Cancel? Cancellation { get; init; }

    /// <summary>Set once the closure begins nothing more and finishes what is open.</summary>
    public Ending? Ending { get; init; }

    /// <summary>
    /// Completed once the customer may have been told so: the closure then ends like this whatever happens at the broker afterwards. Null before.
    /// </summary>
    public ClosurePhase? Outcome { get; init; }

    /// <summary>Set when the preconditions were not met.</summary>
    public Refusal? Refusal { get; init; }

    // More than a closure has reviews or messages to operations.
    private const int CleanupNumbers = 1000;

    public static ClosureState Begin(ClosureRequest request, ClosurePolicy policy) =>
        new() { Request = request, Policy = policy, PhaseSince = request.RequestedAt };

    /// <summary>The first state of the cleanup of a closure that was terminated or has failed.</summary>
    /// <param name="phase">Where the closure stood.</param>
    /// <param name="payout">The totals as last known; the cleanup reads the ledger.</param>
    /// <param name="endsAs">Cancelled for a terminated instance, Failed for one that failed.</param>
    /// <param name="by">Who stopped it, and why.</param>
    /// <param name="now">When the cleanup begins, UTC.</param>
    public static ClosureState BeginCleanup(
        ClosureRequest request, ClosurePolicy policy, ClosurePhase phase, Payout payout, ClosurePhase endsAs, Cancel by, DateTimeOffset now)
    {
        int numbers = NumbersBefore(request, now);
        return Begin(request, policy) with
        {
            Phase = phase == ClosurePhase.ManualReview || phase.HasEnded() ? ClosurePhase.Withdrawing : phase,
            Payout = payout with { Open = [], Unrecorded = [] },
            HasNoPositions = phase is ClosurePhase.Settling or ClosurePhase.Withdrawing or ClosurePhase.WaitingForNextTransfer or ClosurePhase.Closing,
            Recorded = true,
            Reviews = numbers,
            MessagesToOperations = numbers,
            Cancellation = by,
            Ending = new Ending(endsAs, IsCleanup: true),
        };
    }

    // The numbers of reviews and messages are part of ids that exist once: neither the closure nor an earlier run of its cleanup may
    // have had them. Nothing but the time tells of a run that was purged; a run has far fewer than one review or message a second.
    private static int NumbersBefore(ClosureRequest request, DateTimeOffset now) =>
        CleanupNumbers + (int)Math.Max(0, (now - request.RequestedAt).TotalSeconds);

    /// <summary>Goes on to another phase at once.</summary>
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

    /// <summary>The phase is done: goes on to the next one at once.</summary>
    public ClosureState Done(DateTimeOffset now) => Enter(Phase.Next(), now);

    /// <summary>Stays in the phase and takes the next step later.</summary>
    public ClosureState WaitFor(WaitKind kind, DateTimeOffset until) => this with { Wait = new Wait(kind, until), Attempts = Attempts + 1 };

    /// <summary>Stays in the phase until a date that the broker names, and looks again before that when it is far ahead.</summary>
    public ClosureState WaitForDate(WaitKind kind, DateTimeOffset date, DateTimeOffset now) =>
        WaitFor(kind, date < now + ClosurePolicy.LongestWait ? date : now + ClosurePolicy.LongestWait);

    /// <summary>Takes the next step of the phase at once.</summary>
    public ClosureState GoOnAtOnce() => this with { Wait = null };

    /// <summary>
    /// Ends at once, because the closure was stopped from outside and somebody restarted or copied its instance. Its cleanup finishes what
    /// it left open, and reports how it ended.
    /// </summary>
    /// <param name="endedAs">How the closure had ended; Failed when only its cleanup can tell.</param>
    public ClosureState Stopped(DateTimeOffset now, ClosurePhase endedAs = ClosurePhase.Failed) =>
        (this with { Cancellation = new Cancel("system", "This closure had been stopped; its cleanup acts for it.") })
            .Enter(endedAs, now);

    /// <summary>The broker has closed the account, whoever asked for it.</summary>
    public ClosureState FoundClosed(DateTimeOffset now) => Enter(ClosurePhase.Closing, now);

    /// <summary>The broker says that the account is closed.</summary>
    public ClosureState SeenClosed(DateTimeOffset now) => this with { ClosedSeenAt = ClosedSeenAt ?? now };

    /// <summary>The broker says that the account is open, and does not close it any more.</summary>
    public ClosureState SeenOpen() => this with { CloseRequested = false, ClosedSeenAt = null };

    /// <summary>Whether the account had no positions when they were last seen: only then is the broker asked to close it.</summary>
    public bool WasSeenWithoutPositions() => HasNoPositions || CloseRequested || Ending?.Asked?.CloseAt is not null;

    /// <summary>False once the broker was asked to close the account, or has closed it.</summary>
    public bool CanStillBeCancelled() => !CloseRequested && ClosedSeenAt is null;

    /// <summary>Drops the person's decision that could not be carried out so far, if there is one.</summary>
    public ClosureState WithoutDecision() => Decision is null
        ? this
        : this with { Decision = null, FailedDecision = new FailedDecision(Decision, Review?.Decisions ?? 0, LastError) };

    /// <summary>Asks a person. With the decision, what is open gets new deadlines.</summary>
    /// <param name="transfers">Ids of the intents that the review is about.</param>
    /// <param name="canDeclare">Whether the person can say what the transfer's status means, because we do not know it.</param>
    public ClosureState NeedsReview(
        ReviewCode code, DateTimeOffset now, string? error = null, IReadOnlyList<string>? transfers = null, bool canDeclare = false) => this with
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

    /// <summary>The step failed although its activities were retried: tries again later, or asks a person.</summary>
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
        // In a review there is nobody else to ask: the decision is dropped, so that the review waits for another one and reminds of it.
        return isOver && Decision is not null
            ? failed.WithoutDecision() with { Failing = failing.Other, Wait = null }
            : failed;
    }

    /// <summary>
    /// Back to an earlier phase, because something turned up late; too often, and a person is asked, whose retry leads to that phase too.
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

    /// <summary>Whether one more transfer may be on its way. None may while it is in doubt whether one exists.</summary>
    public bool HasRoomForAnother() => Payout.Open.Count < Policy.MaxTransfersInFlight && Payout.InDoubt() is null;

    public bool IsOverdue(DateTimeOffset now) => Deadline is { } deadline && now >= deadline;

    // While a closure ends, an abort leaves at the broker what could not be finished; only transfers and orders can be left so.
    private bool CanAbort(ReviewCode code) => Ending is null
        ? CanStillBeCancelled()
        : code is ReviewCode.TransferOverdue or ReviewCode.AmbiguousTransfer or ReviewCode.OrdersRemain;

    // The clock of one machine may be behind another's: the records take what is older for a late repetition.
    private DateTimeOffset InOrder(DateTimeOffset now) => now < PhaseSince ? PhaseSince : now;
}
