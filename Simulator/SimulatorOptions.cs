using static AccountClosure.Simulator.ControlException;

namespace AccountClosure.Simulator;

/// <summary>What a simulated broker is made of. The same options, seed and requests at the same times give the same answers.</summary>
public sealed record SimulatorOptions
{
    /// <summary>The only clock: the market, settlement, transfers, rate limits, latency and time-outs all follow it.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The SQLite file of the account state, or <c>:memory:</c> for state that ends with this object.</summary>
    public string DataSource { get; init; } = ":memory:";

    public string ApiKey { get; init; } = "simulator-key";

    public string ApiSecret { get; init; } = "simulator-secret";

    /// <summary>Decides every identifier and every random choice.</summary>
    public int Seed { get; init; }

    /// <summary>US dollars that may leave one account in any 24 hours; an account can have its own.</summary>
    public decimal DailyTransferLimit { get; init; } = 50_000m;

    /// <summary>The status of the refusal of a transfer over the limit: 403 or 422; both have been seen.</summary>
    public int DailyLimitStatus { get; init; } = 403;

    /// <summary>
    /// Whether the broker itself refuses a transfer over the limit or the cash, and the close of an account that is not empty. Without,
    /// a test sees what the app alone prevents.
    /// </summary>
    public bool EnforcesRules { get; init; } = true;

    /// <summary>Requests a minute for all accounts together; 0 refuses none.</summary>
    public int RateLimitPerMinute { get; init; } = 1000;

    /// <summary>The mean time of a request from end to end; each takes between half and one and a half of it.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>What <c>/_sim/clock</c> steers; without it the clock can only be read.</summary>
    public ISimulatorClock? Clock { get; init; }

    /// <summary>How long each ACH transfer takes, to the second; null for the timetable of the banks.</summary>
    public TimeSpan? TransferDuration { get; init; }

    /// <summary>From the accepted request to close until the account is <c>ACCOUNT_CLOSED</c>.</summary>
    public TimeSpan CloseDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a request that is made to time out is held before its connection is dropped.</summary>
    public TimeSpan HangTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Maximum number of transfers on one page of the list, whatever limit is asked for; the broker does not publish its own.
    /// </summary>
    public int TransfersPerPage { get; init; } = 1000;

    /// <summary>
    /// Whether the oldest transfer is listed first. The broker does not promise an order; by default the newest is first.
    /// </summary>
    public bool TransfersOldestFirst { get; init; }

    /// <summary>
    /// The transfer list shows the transfers and their statuses as of so long ago. No read shows an account as it was before it was
    /// made here; what the broker enforces, the account's status and the controls never lag.
    /// </summary>
    public TimeSpan ListLag { get; init; }

    /// <summary>
    /// The trading account shows its cash, pending transfers and equity as of so long ago; its status and blocks never lag.
    /// </summary>
    public TimeSpan BalanceLag { get; init; }

    /// <summary>The positions and the orders show the state as of so long ago, each in its list and alone.</summary>
    public TimeSpan HoldingsLag { get; init; }

    /// <summary>How many served requests are remembered; the oldest are forgotten first.</summary>
    public int RequestLogCapacity { get; init; } = 10_000;

    /// <exception cref="ControlException">A value cannot be used; the message says which.</exception>
    internal void Validate()
    {
        Require(ApiKey.Length > 0 && !ApiKey.Contains(':', StringComparison.Ordinal), "ApiKey must have a value without a colon.");
        Require(ApiSecret.Length > 0, "ApiSecret must have a value.");
        Require(DataSource.Length > 0, "DataSource must be a file path or ':memory:'.");
        Require(DailyTransferLimit > 0, "DailyTransferLimit must be greater than zero.");
        Require(DailyLimitStatus is 403 or 422, "DailyLimitStatus must be 403 or 422.");
        Require(RateLimitPerMinute >= 0, "RateLimitPerMinute must not be negative.");
        Require(Latency >= TimeSpan.Zero, "Latency must not be negative.");
        Require(TransferDuration is null || TransferDuration > TimeSpan.Zero, "TransferDuration must be greater than zero.");
        Require(CloseDelay >= TimeSpan.Zero, "CloseDelay must not be negative.");
        Require(HangTime > TimeSpan.Zero, "HangTime must be greater than zero.");
        Require(TransfersPerPage > 0, "TransfersPerPage must be greater than zero.");
        Require(ListLag >= TimeSpan.Zero, "ListLag must not be negative.");
        Require(BalanceLag >= TimeSpan.Zero, "BalanceLag must not be negative.");
        Require(HoldingsLag >= TimeSpan.Zero, "HoldingsLag must not be negative.");
        Require(RequestLogCapacity > 0, "RequestLogCapacity must be greater than zero.");
    }
}

/// <summary>The clock that the simulator runs on, as far as <c>/_sim/clock</c> may steer it.</summary>
public interface ISimulatorClock
{
    DateTimeOffset Now { get; }

    /// <summary>Simulated seconds a real second.</summary>
    double Speed { get; }

    /// <exception cref="NotSupportedException">This clock has no speed; the message says so to people.</exception>
    void SetSpeed(double speed);

    /// <summary>Jumps forward; whatever falls due on the way happens at its own time.</summary>
    /// <exception cref="NotSupportedException">This clock cannot jump; the message says so to people.</exception>
    void Advance(TimeSpan duration);
}

/// <summary>A control was used wrongly; the message is a sentence for the person who used it.</summary>
public sealed class ControlException : ArgumentException
{
    public ControlException(string message)
        : base(message)
    {
    }

    public ControlException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public ControlException()
    {
    }

    internal static void Require(bool holds, string sentence)
    {
        if (!holds)
            throw new ControlException(sentence);
    }
}
