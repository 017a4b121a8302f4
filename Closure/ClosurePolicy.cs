namespace AccountClosure.Closure;

/// <summary>
/// All limits, intervals, and deadlines of a closure (configuration section <c>Closure</c>). A closure keeps the policy with which it
/// began, so that a change of configuration never affects a closure in flight.
/// </summary>
public sealed record ClosurePolicy
{
    public const string Section = "Closure";

    /// <summary>
    /// Maximum time by which the broker's lists and balances may lag behind each other. A closure does not use balances for this long after
    /// a transfer was created or ended, and closes an account only after it has seemed empty for this long. This is our assumption: the
    /// broker's API description does not mention a lag.
    /// </summary>
    public static readonly TimeSpan BalanceLag = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Minimum of <see cref="TransferInDoubtWindow"/>: a request may take two minutes (Broker:RequestTimeout), the broker then works on it,
    /// and its lists may lag.
    /// </summary>
    public static readonly TimeSpan ShortestInDoubtWindow = BalanceLag + TimeSpan.FromMinutes(5);

    /// <summary>
    /// Time for which a closure that is about to end, and its last message, keep asking for transfers that the broker refuses to list and
    /// for what is left in a closed account. After it, the ledger and the last known values count.
    /// </summary>
    public static readonly TimeSpan RefusalPatience = TimeSpan.FromHours(1);

    /// <summary>
    /// Maximum wait for a date that the broker names, because the date can be wrong; the closure then asks again. It is a little more than
    /// a day, so that the wait for the rolling limit is a single one.
    /// </summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(25);

    /// <summary>
    /// Time that the review of a cleanup waits for a decision. After it, the cleanup leaves at the broker what nobody decided about.
    /// </summary>
    public static readonly TimeSpan CleanupReviewTimeout = TimeSpan.FromDays(30);

    /// <summary>Maximum that may leave an account by ACH in any 24 hours, US dollars. The broker's limit is $50,000.</summary>
    public Money DailyTransferLimit { get; init; } = new(50_000m);

    /// <summary>
    /// Maximum cash that may remain when the account is closed, US dollars. A closure creates no transfer for this amount or less.
    /// </summary>
    public Money CashTolerance { get; init; } = new(1m);

    /// <summary>
    /// Whether this much cash may not remain: it is above the tolerance, and it is one cent or more, because less cannot be sent.
    /// </summary>
    public bool MustBeWithdrawn(Money cash) => cash > CashTolerance && cash.TruncatedToCents() > Money.Zero;

    /// <summary>
    /// Whether the account owes more than the tolerance. A smaller debt, such as a fee after the last transfer, needs no review.
    /// </summary>
    public bool IsDebt(Money cash) => cash < Money.Zero - CashTolerance;

    /// <summary>Time between two polls of the orders and positions while the market is open.</summary>
    public TimeSpan LiquidationPollInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Maximum time of open market for the sale; after it, manual review.</summary>
    public TimeSpan LiquidationTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Time between two polls of the balances until all cash is withdrawable.</summary>
    public TimeSpan SettlementPollInterval { get; init; } = TimeSpan.FromHours(2);

    /// <summary>
    /// Maximum number of trading days until all cash is withdrawable; after them, manual review. Settlement is T+1 (SEC rule 15c6-1).
    /// </summary>
    public int SettlementTimeoutBusinessDays { get; init; } = 3;

    /// <summary>Time between two polls of the open transfers.</summary>
    public TimeSpan TransferPollInterval { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Maximum time from a transfer's creation to a final status; after it, manual review.</summary>
    public TimeSpan TransferTimeout { get; init; } = TimeSpan.FromDays(5);

    /// <summary>
    /// Time for which the broker may still work on a request whose answer was lost, so that "not listed" does not yet mean "not created".
    /// The minimum is <see cref="ShortestInDoubtWindow"/>.
    /// </summary>
    public TimeSpan TransferInDoubtWindow { get; init; } = ShortestInDoubtWindow;

    /// <summary>
    /// Maximum number of transfers that may be on their way at the same time. Above 1, the next transfer starts as soon as the rolling
    /// limit leaves something for it, although earlier ones have not ended.
    /// </summary>
    public int MaxTransfersInFlight { get; init; } = 1;

    /// <summary>Maximum number of transfers that may be returned, rejected, or refused; after one more, manual review.</summary>
    public int MaxFailedTransfers { get; init; } = 2;

    /// <summary>
    /// Number of trading days after the last transfer was seen complete during which the account stays open, because the bank may still
    /// send the transfer back. 0 means no wait. A bank must return most transfers within two banking days.
    /// </summary>
    public int ReturnWindowBusinessDays { get; init; } = 2;

    /// <summary>Time between two checks for returned transfers when nothing else is left to do.</summary>
    public TimeSpan ReturnPollInterval { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Maximum number of phase restarts because of late money or positions; after them, manual review.</summary>
    public int MaxPhaseRestarts { get; init; } = 5;

    /// <summary>Time between two polls of the account's status after a request to close it.</summary>
    public TimeSpan ClosingPollInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Maximum time to send the request to close the account, and then for the broker to confirm it; after either, manual review.
    /// </summary>
    public TimeSpan ClosingTimeout { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Time between two attempts of a step that failed in spite of the retries of its activities.</summary>
    public TimeSpan StepRetryInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Number of failures of an activity, without a success in between, that leads to manual review.</summary>
    public int MaxStepFailures { get; init; } = 12;

    /// <summary>
    /// Maximum time for which a closure tries a step again because the broker does not answer; after it, manual review. An outage passes by
    /// itself.
    /// </summary>
    public TimeSpan OutageTimeout { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Time between two reminders to operations about a manual review.</summary>
    public TimeSpan ReviewReminderInterval { get; init; } = TimeSpan.FromHours(24);

    /// <summary>One sentence for each invalid value; none when the policy is valid.</summary>
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
