using AccountClosure.Closure;

namespace AccountClosure.Tests.Closure;

public sealed class SafetyChecksTests
{
    private static readonly FinalCheck Empty = new("ACTIVE", 0, 0, Money.Zero, 0, Money.Zero, [], Blocked: false);

    [Fact]
    public void An_empty_active_account_may_be_closed() => Finding(Empty).ShouldBe(SafetyFinding.Clear);

    [Theory]
    [InlineData("1.00", SafetyFinding.Clear)]
    [InlineData("1.01", SafetyFinding.CashRemains)]
    [InlineData("1.000001", SafetyFinding.CashRemains)]
    [InlineData("-1.00", SafetyFinding.Clear)]
    [InlineData("-1.01", SafetyFinding.NegativeBalance)]
    public void Cash_or_a_debt_above_the_tolerance_forbids_the_close(string cash, SafetyFinding finding) =>
        Finding(Empty with { Cash = Money.Parse(cash) }).ShouldBe(finding);

    [Fact]
    public void A_position_forbids_the_close() => Finding(Empty with { Positions = 1 }).ShouldBe(SafetyFinding.HoldingsRemain);

    [Fact]
    public void An_open_order_forbids_the_close() => Finding(Empty with { OpenOrders = 1 }).ShouldBe(SafetyFinding.HoldingsRemain);

    [Fact]
    public void A_transfer_that_is_not_final_forbids_the_close() =>
        Finding(Empty with { PendingTransfers = 1 }).ShouldBe(SafetyFinding.TransferPending);

    [Fact]
    public void A_transfer_returned_after_completion_forbids_the_close() =>
        Finding(Empty with { ReturnedAfterCompletion = [2] }).ShouldBe(SafetyFinding.TransferReturned);

    [Theory]
    [InlineData("DISABLED")]
    [InlineData("A_WORD_OF_TOMORROW")]
    public void An_account_that_is_not_active_needs_manual_review(string status) =>
        Finding(Empty with { AccountStatus = status }).ShouldBe(SafetyFinding.AccountBlocked);

    [Fact]
    public void A_closed_account_counts_as_closed_whatever_else_is_observed() =>
        Finding(Empty with { AccountStatus = "ACCOUNT_CLOSED", PendingTransfers = 1 }).ShouldBe(SafetyFinding.AlreadyClosed);

    private static SafetyFinding Finding(FinalCheck check) => SafetyChecks.Evaluate(check, new ClosurePolicy());
}
