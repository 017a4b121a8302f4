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

    /// <summary>When the next step is due, UTC; null for at once.</summary>
    public DateTimeOffset? NextActionAt { get; init; }

    /// <summary>What the next step will do, for people.</summary>
    public string NextAction { get; init; } = "Check that the account can be closed";

    /// <summary>What the closure waits for, for people; null while it does not wait.</summary>
    public string? WaitingFor { get; init; }

    /// <summary>When the present wait becomes a matter for a person, UTC.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Steps taken in this phase.</summary>
    public int Attempts { get; init; }

    /// <summary>Steps that failed one after the other, without those that failed because the broker did not answer.</summary>
    public int Failures { get; init; }

    /// <summary>When the first of the steps failed that have failed one after the other, UTC; null after one that did not.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    public string? LastError { get; init; }

    public Liquidation Liquidation { get; init; } = new();

    public Payout Payout { get; init; } = new();

    /// <summary>The broker was asked to close the account: from here there is no way back.</summary>
    public bool CloseRequested { get; init; }

    /// <summary>The records know of the present phase.</summary>
    public bool Recorded { get; init; }

    /// <summary>How often late money or positions sent the closure back to an earlier phase.</summary>
    public int Setbacks { get; init; }

    /// <summary>Set while a person's decision is awaited.</summary>
    public Review? Review { get; init; }

    /// <summary>Messages that operations got about all reviews of this closure.</summary>
    public int MessagesToOperations { get; init; }

    /// <summary>A person's decision that the next step will act on.</summary>
    public Resolve? Decision { get; init; }

    /// <summary>A person decided to go on without the message that could not be sent.</summary>
    public bool SkipNotification { get; init; }

    /// <summary>Set once somebody asked to cancel; taken when no transfer is in flight.</summary>
    public Cancel? Cancellation { get; init; }

    /// <summary>Set when the preconditions were not met.</summary>
    public Refusal? Refusal { get; init; }

    public static ClosureState Begin(ClosureRequest request, ClosurePolicy policy) =>
        new() { Request = request, Policy = policy, PhaseSince = request.RequestedAt };

    /// <summary>Goes on to another phase at once.</summary>
    public ClosureState Enter(ClosurePhase phase, DateTimeOffset now, string nextAction, DateTimeOffset? deadline = null) => this with
    {
        Phase = phase,
        PhaseSince = InOrder(now),
        NextAction = nextAction,
        NextActionAt = null,
        WaitingFor = null,
        Deadline = deadline,
        Attempts = 0,
        Failures = 0,
        FailingSince = null,
        Review = null,
        Recorded = false,
        Payout = Payout with { ReturnsUntil = null },
    };

    /// <summary>Stays in the phase and takes the next step later.</summary>
    public ClosureState WaitUntil(DateTimeOffset at, string waitingFor, string nextAction) => this with
    {
        NextActionAt = at,
        WaitingFor = waitingFor,
        NextAction = nextAction,
        Attempts = Attempts + 1,
        Failures = 0,
        FailingSince = null,
    };

    /// <summary>Asks a person. Whoever decides gives what is open its time again.</summary>
    public ClosureState NeedsReview(ReviewCode code, DateTimeOffset now, string? error = null) => this with
    {
        Phase = ClosurePhase.ManualReview,
        PhaseSince = InOrder(now),
        NextAction = "Tell operations",
        NextActionAt = null,
        WaitingFor = "A person's decision",
        Deadline = null,
        Attempts = 0,
        Failures = 0,
        FailingSince = null,
        Recorded = false,
        Payout = (Payout with { ReturnsUntil = null }).WithoutDeadlines(),
        LastError = error ?? LastError,
        Review = new Review(code, Phase, now, CanAbort: !CloseRequested),
    };

    /// <summary>The step failed although its activities were retried: tries again later, or asks a person.</summary>
    public ClosureState StepFailed(DateTimeOffset now, string error, StepFailure kind)
    {
        var since = FailingSince ?? now;
        var failures = kind == StepFailure.Outage ? Failures : Failures + 1;
        var isOver = kind switch
        {
            StepFailure.Permanent => true,
            StepFailure.Outage => now >= since + Policy.OutageTimeout,
            _ => failures >= Policy.MaxStepFailures,
        };
        if (isOver && Review is null)
            return NeedsReview(ReviewCode.StepFailed, now, error);
        return this with
        {
            Failures = failures,
            FailingSince = since,
            LastError = error,
            NextActionAt = now + Policy.StepRetryInterval,
            WaitingFor = "A failed step to be tried again",
        };
    }

    /// <summary>
    /// Back to an earlier phase, because something turned up late; too often, and a person is asked, whose retry leads to that phase too.
    /// </summary>
    public ClosureState SetBackTo(ClosurePhase phase, DateTimeOffset now, string because)
    {
        if (Setbacks < Policy.MaxSetbacks)
        {
            return (this with { Setbacks = Setbacks + 1, LastError = because, Liquidation = new() })
                .Enter(phase, now, "Handle what turned up late");
        }
        var asked = NeedsReview(ReviewCode.TooManySetbacks, now, because);
        return asked with { Review = asked.Review! with { From = phase } };
    }

    /// <summary>Whether one more transfer may be on its way. None may while it is in doubt whether one exists.</summary>
    public bool HasRoomForAnother() => Payout.Open.Count < Policy.MaxTransfersInFlight && Payout.Doubt() is null;

    public bool IsOverdue(DateTimeOffset now) => Deadline is { } deadline && now >= deadline;

    // The clock of one machine may be behind another's: the records take what is older for a late repetition.
    private DateTimeOffset InOrder(DateTimeOffset now) => now < PhaseSince ? PhaseSince : now;
}

/// <summary>What can be done about a step that failed.</summary>
public enum StepFailure
{
    /// <summary>Anything else: trying again may help.</summary>
    Other,

    /// <summary>The broker does not answer, or is too busy to.</summary>
    Outage,

    /// <summary>The broker understood and will not do it.</summary>
    Permanent,
}

/// <param name="OrdersCancelled">The broker was asked to cancel all orders, once.</param>
/// <param name="SaleRequested">The broker was asked to sell all positions.</param>
/// <param name="OpenMarket">How much open market the sale has had.</param>
/// <param name="LastLookAt">The last look while the market was open; null after one while it was closed.</param>
/// <param name="Refusals">Positions that the broker refused to sell at the last request.</param>
public sealed record Liquidation(
    bool OrdersCancelled = false,
    bool SaleRequested = false,
    TimeSpan OpenMarket = default,
    DateTimeOffset? LastLookAt = null,
    int Refusals = 0)
{
    /// <summary>
    /// Counts the time since the last look, if the market was open then and is open now, but not much more than the looks are apart: an
    /// outage in between, of ours or the broker's, is no time in which anything was tried.
    /// </summary>
    public Liquidation LookedAt(DateTimeOffset brokerTime, bool marketIsOpen, TimeSpan pollInterval) => this with
    {
        OpenMarket = marketIsOpen && LastLookAt is { } last ? OpenMarket + Shorter(brokerTime - last, 2 * pollInterval) : OpenMarket,
        LastLookAt = marketIsOpen ? brokerTime : null,
    };

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
