namespace AccountClosure.Closure;

/// <summary>
/// Every number of a closure (configuration section <c>Closure</c>). A closure carries the policy it began with, so that a
/// change of configuration never alters one that is in flight.
/// </summary>
public sealed record ClosurePolicy
{
    public const string Section = "Closure";

    /// <summary>
    /// Maximum time by which the broker's lists and balances may lag behind each other. Balances are not used until so long after a
    /// transfer was created or has ended, and the account must look empty for so long before it is closed. This is our
    /// assumption: the broker's description does not mention a lag.
    /// </summary>
    public static readonly TimeSpan BalanceLag = TimeSpan.FromMinutes(15);

    /// <summary>
    /// The shortest <see cref="TransferInDoubtWindow"/>: a request may take two minutes (Broker:RequestTimeout), the broker works on it, and its lists
    /// may lag.
    /// </summary>
    public static readonly TimeSpan ShortestInDoubtWindow = BalanceLag + TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a closure that is about to end, and its last message, ask again for transfers that the broker refuses to list, and for what is left
    /// in a closed account. After that the ledger counts, and what was seen last.
    /// </summary>
    public static readonly TimeSpan RefusalPatience = TimeSpan.FromHours(1);

    /// <summary>
    /// The longest wait for a date that the broker names, which can be wrong: then it is asked again. A little more than a day, so that the wait
    /// for the rolling limit is one.
    /// </summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(25);

    /// <summary>How long the review of a cleanup waits for a person, before the cleanup leaves at the broker what nobody decided about.</summary>
    public static readonly TimeSpan CleanupReviewTimeout = TimeSpan.FromDays(30);

    /// <summary>The most that may leave an account by ACH in any 24 hours, US dollars. The broker's limit is $50,000.</summary>
    public Money DailyTransferLimit { get; init; } = new(50_000m);

    /// <summary>Cash that may remain when the account is closed, US dollars; no transfer is made for as little as this.</summary>
    public Money CashTolerance { get; init; } = new(1m);

    /// <summary>Whether so much cash may not remain: it is above the tolerance, and at least a cent, for less cannot be sent.</summary>
    public bool MustBeWithdrawn(Money cash) => cash > CashTolerance && cash.TruncatedToCents() > Money.Zero;

    /// <summary>
    /// Whether the account owes more than the tolerance. A smaller debt, such as a fee after the last transfer, needs no person.
    /// </summary>
    public bool IsDebt(Money cash) => cash < Money.Zero - CashTolerance;

    /// <summary>Between two looks at orders and positions while the market is open.</summary>
    public TimeSpan LiquidationPollInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How much open market selling may take before a person is asked.</summary>
    public TimeSpan LiquidationTimeout { get; init; } = TimeSpan.FromMinutes(15);

    public TimeSpan SettlementPollInterval { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Trading days until unsettled cash is a matter for a person. Settlement is T+1 (SEC rule 15c6-1).</summary>
    public int SettlementTimeoutBusinessDays { get; init; } = 3;

    public TimeSpan TransferPollInterval { get; init; } = TimeSpan.FromHours(2);

    /// <summary>From the transfer's creation to a final status.</summary>
    public TimeSpan TransferTimeout { get; init; } = TimeSpan.FromDays(5);

    /// <summary>
    /// After a request whose answer was lost: how long the broker may still be working on it, so that "not listed" does not yet mean
    /// "not created". At least <see cref="ShortestInDoubtWindow"/>.
    /// </summary>
    public TimeSpan TransferInDoubtWindow { get; init; } = ShortestInDoubtWindow;

    /// <summary>
    /// Transfers that may be on their way at the same time. Above 1 the next one starts as soon as the rolling limit leaves something for it,
    /// although earlier ones have not ended.
    /// </summary>
    public int MaxTransfersInFlight { get; init; } = 1;

    /// <summary>Transfers that may be returned, rejected or refused before a person is asked; one more is too many.</summary>
    public int MaxFailedTransfers { get; init; } = 2;

    /// <summary>
    /// Trading days after the last transfer was seen complete in which the bank may still send it back; the account is not closed before
    /// they are over. 0: does not wait. A bank must return most transfers within two banking days.
    /// </summary>
    public int ReturnWindowBusinessDays { get; init; } = 2;

    /// <summary>Between two looks for returned transfers when nothing else is left to do.</summary>
    public TimeSpan ReturnPollInterval { get; init; } = TimeSpan.FromHours(6);

    /// <summary>How often money or positions that turn up late may send a closure back before a person is asked.</summary>
    public int MaxPhaseRestarts { get; init; } = 5;

    public TimeSpan ClosingPollInterval { get; init; } = TimeSpan.FromMinutes(15);

    public TimeSpan ClosingTimeout { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Between two tries of a step that failed although its activities were retried.</summary>
    public TimeSpan StepRetryInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Tries of a step that fails, one after the other, until a person is asked.</summary>
    public int MaxStepFailures { get; init; } = 12;

    /// <summary>How long a step that fails because the broker does not answer is tried again before a person is asked: an outage passes by itself.</summary>
    public TimeSpan OutageTimeout { get; init; } = TimeSpan.FromDays(7);

    public TimeSpan ReviewReminderInterval { get; init; } = TimeSpan.FromHours(24);

    /// <summary>One sentence for each value that cannot be; none when the policy is sound.</summary>
    public IEnumerable<string> Violations()
    {
        if (DailyTransferLimit <= CashTolerance)
            yield return Say(nameof(DailyTransferLimit), DailyTransferLimit.ToString(), "must be more than the cash tolerance");
        if (DailyTransferLimit != DailyTransferLimit.TruncatedToCents())
            yield return Say(nameof(DailyTransferLimit), DailyTransferLimit.ToString(), "must be whole cents");
        if (CashTolerance.IsNegative || CashTolerance > new Money(1m))
            yield return Say(nameof(CashTolerance), CashTolerance.ToString(), "must be from 0.00 to 1.00");
        foreach (var (name, value) in Durations())
        {
            if (value < TimeSpan.FromSeconds(1) || value > TimeSpan.FromDays(30))
                yield return Say(name, value.ToString(), "must be from 00:00:01 to 30.00:00:00");
        }
        if (SettlementPollInterval > TimeSpan.FromDays(1))
        {
            yield return Say(
                nameof(SettlementPollInterval),
                SettlementPollInterval.ToString(),
                "must be at most 1.00:00:00, because its deadline is counted in business days");
        }

        foreach (var (name, value, atLeastName, atLeast) in Pairs())
        {
            if (value < atLeast)
                yield return Say(name, value.ToString(), $"must be at least {atLeast}, {atLeastName}");
        }
        if (SettlementTimeoutBusinessDays is < 1 or > 20)
            yield return Say(nameof(SettlementTimeoutBusinessDays), SettlementTimeoutBusinessDays.ToString(), "must be from 1 to 20");
        if (MaxTransfersInFlight is < 1 or > 10)
            yield return Say(nameof(MaxTransfersInFlight), MaxTransfersInFlight.ToString(), "must be from 1 to 10");
        if (ReturnWindowBusinessDays is < 0 or > 20)
            yield return Say(nameof(ReturnWindowBusinessDays), ReturnWindowBusinessDays.ToString(), "must be from 0 to 20");
        if (MaxFailedTransfers is < 0 or > 20)
            yield return Say(nameof(MaxFailedTransfers), MaxFailedTransfers.ToString(), "must be from 0 to 20");
        if (MaxStepFailures is < 1 or > 1000)
            yield return Say(nameof(MaxStepFailures), MaxStepFailures.ToString(), "must be from 1 to 1000");
        if (MaxPhaseRestarts is < 0 or > 100)
            yield return Say(nameof(MaxPhaseRestarts), MaxPhaseRestarts.ToString(), "must be from 0 to 100");
    }

    private IEnumerable<(string Name, TimeSpan Value)> Durations() =>
    [
        (nameof(LiquidationPollInterval), LiquidationPollInterval),
        (nameof(LiquidationTimeout), LiquidationTimeout),
        (nameof(SettlementPollInterval), SettlementPollInterval),
        (nameof(TransferPollInterval), TransferPollInterval),
        (nameof(TransferTimeout), TransferTimeout),
        (nameof(TransferInDoubtWindow), TransferInDoubtWindow),
        (nameof(ReturnPollInterval), ReturnPollInterval),
        (nameof(ClosingPollInterval), ClosingPollInterval),
        (nameof(ClosingTimeout), ClosingTimeout),
        (nameof(StepRetryInterval), StepRetryInterval),
        (nameof(OutageTimeout), OutageTimeout),
        (nameof(ReviewReminderInterval), ReviewReminderInterval),
    ];

    // A value below its pair would violate an invariant, or let a deadline pass before the first poll.
    private IEnumerable<(string Name, TimeSpan Value, string AtLeastName, TimeSpan AtLeast)> Pairs() =>
    [
        (nameof(TransferInDoubtWindow), TransferInDoubtWindow, "the longest request and the lag of the lists", ShortestInDoubtWindow),
        (nameof(TransferTimeout), TransferTimeout, nameof(TransferInDoubtWindow), TransferInDoubtWindow),
        (nameof(TransferTimeout), TransferTimeout, nameof(TransferPollInterval), TransferPollInterval),
        (nameof(ClosingTimeout), ClosingTimeout, nameof(TransferInDoubtWindow), TransferInDoubtWindow),
        (nameof(ClosingTimeout), ClosingTimeout, nameof(ClosingPollInterval), ClosingPollInterval),
        (nameof(LiquidationTimeout), LiquidationTimeout, nameof(LiquidationPollInterval), LiquidationPollInterval),
        (nameof(OutageTimeout), OutageTimeout, nameof(StepRetryInterval), StepRetryInterval),
    ];

    private static string Say(string name, string value, string rule) => $"{Section}:{name} is {value}; it {rule}.";
}
