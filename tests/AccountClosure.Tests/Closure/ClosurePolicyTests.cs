using AccountClosure.Closure;

namespace AccountClosure.Tests.Closure;

public sealed class ClosurePolicyTests
{
    public static TheoryData<ClosurePolicy> UnsoundPairs =>
    [
        new ClosurePolicy { TransferInDoubtWindow = TimeSpan.FromSeconds(1) },
        new ClosurePolicy { TransferInDoubtWindow = TimeSpan.FromMinutes(4.9) },
        new ClosurePolicy { TransferTimeout = TimeSpan.FromMinutes(9), TransferPollInterval = TimeSpan.FromMinutes(1) },
        new ClosurePolicy { TransferTimeout = TimeSpan.FromHours(1) },
        new ClosurePolicy { ClosingTimeout = TimeSpan.FromMinutes(9), ClosingPollInterval = TimeSpan.FromMinutes(1) },
        new ClosurePolicy { ClosingPollInterval = TimeSpan.FromHours(3) },
        new ClosurePolicy { LiquidationTimeout = TimeSpan.FromSeconds(20) },
        new ClosurePolicy { OutageTimeout = TimeSpan.FromMinutes(10) },
    ];

    [Theory]
    [MemberData(nameof(UnsoundPairs))]
    public void Settings_that_together_break_an_invariant_are_refused(ClosurePolicy policy) =>
        policy.Violations().ShouldHaveSingleItem().ShouldContain("must be at least");

    [Fact]
    public void The_defaults_are_valid() => new ClosurePolicy().Violations().ShouldBeEmpty();

    public static TheoryData<ClosurePolicy, string> Unsound() => new()
    {
        { new ClosurePolicy { DailyTransferLimit = Money.Zero }, "DailyTransferLimit" },
        { new ClosurePolicy { DailyTransferLimit = new Money(100.001m) }, "DailyTransferLimit" },
        { new ClosurePolicy { CashTolerance = new Money(1.01m) }, "CashTolerance" },
        { new ClosurePolicy { CashTolerance = new Money(-1m) }, "CashTolerance" },
        { new ClosurePolicy { TransferPollInterval = TimeSpan.Zero }, "TransferPollInterval" },
        { new ClosurePolicy { ClosingTimeout = TimeSpan.FromDays(31) }, "ClosingTimeout" },
        { new ClosurePolicy { SettlementTimeoutBusinessDays = 0 }, "SettlementTimeoutBusinessDays" },
        { new ClosurePolicy { ReturnWindowBusinessDays = 21 }, "ReturnWindowBusinessDays" },
        { new ClosurePolicy { ReturnWindowBusinessDays = -1 }, "ReturnWindowBusinessDays" },
        { new ClosurePolicy { ReturnPollInterval = TimeSpan.Zero }, "ReturnPollInterval" },
        { new ClosurePolicy { MaxTransfersInFlight = 0 }, "MaxTransfersInFlight" },
        { new ClosurePolicy { MaxTransfersInFlight = 11 }, "MaxTransfersInFlight" },
        { new ClosurePolicy { MaxFailedTransfers = -1 }, "MaxFailedTransfers" },
        { new ClosurePolicy { MaxPhaseRestarts = 101 }, "MaxPhaseRestarts" },
        { new ClosurePolicy { MaxStepFailures = 0 }, "MaxStepFailures" },
    };

    [Theory]
    [MemberData(nameof(Unsound))]
    public void An_invalid_value_is_reported_with_the_rule_that_it_breaks(ClosurePolicy policy, string setting)
    {
        var sentence = policy.Violations().ShouldHaveSingleItem();

        sentence.ShouldStartWith($"Closure:{setting} is ");
        sentence.ShouldContain("must be");
    }
}
