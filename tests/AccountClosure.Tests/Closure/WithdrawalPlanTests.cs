using AccountClosure.Closure;

namespace AccountClosure.Tests.Closure;

public sealed class WithdrawalPlanTests
{
    private static readonly ClosurePolicy Policy = new();
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 15, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("150000", "50000", "50000.00")]
    [InlineData("49999.99", "50000", "49999.99")]
    [InlineData("1234.5678", "50000", "1234.56")]
    [InlineData("100000", "20000.50", "20000.50")]
    [InlineData("1.01", "50000", "1.01")]
    public void A_transfer_is_the_lesser_of_withdrawable_cash_and_the_rest_of_the_limit_in_cents(
        string withdrawable, string available, string amount) =>
        Plan(cash: withdrawable, withdrawable, available).ShouldBe(new WithdrawalPlan(WithdrawalDecision.Transfer, Money.Parse(amount)));

    [Theory]
    [InlineData("0")]
    [InlineData("0.50")]
    [InlineData("1.00")]
    public void A_rest_within_the_tolerance_is_not_worth_a_transfer(string cash) =>
        Plan(cash, cash, "50000").Decision.ShouldBe(WithdrawalDecision.Done);

    [Theory]
    [InlineData("1.001", "1.001")]
    [InlineData("1.009", "1.00")]
    public void A_rest_above_the_tolerance_by_less_than_a_cent_is_paid_out(string cash, string withdrawable) =>
        Plan(cash, withdrawable, "50000").ShouldBe(new WithdrawalPlan(WithdrawalDecision.Transfer, new Money(1m)));

    [Theory]
    [InlineData("0.01", WithdrawalDecision.Transfer)]
    [InlineData("0.009", WithdrawalDecision.Done)]
    public void Without_a_tolerance_less_than_a_cent_remains_because_it_cannot_be_sent(string cash, WithdrawalDecision decision) =>
        Plan(cash, cash, "50000", policy: Policy with { CashTolerance = Money.Zero }).Decision.ShouldBe(decision);

    [Theory]
    [InlineData("0")]
    [InlineData("1.00")]
    public void It_waits_when_the_limit_leaves_nothing_worth_a_transfer(string available) =>
        Plan("100000", "100000", available).Decision.ShouldBe(WithdrawalDecision.WaitForLimit);

    [Fact]
    public void Cash_that_is_not_withdrawable_must_settle_first() =>
        Plan("100", "0", "50000").Decision.ShouldBe(WithdrawalDecision.AwaitSettlement);

    [Fact]
    public void An_empty_account_waits_for_transfers_that_others_made() =>
        Plan("0", "0", "50000", othersPending: true).Decision.ShouldBe(WithdrawalDecision.AwaitOtherTransfers);

    [Fact]
    public void A_negative_balance_needs_manual_review() =>
        Plan("-1.01", "0", "50000").Decision.ShouldBe(WithdrawalDecision.NegativeBalance);

    [Fact]
    public void A_debt_within_the_tolerance_needs_no_manual_review() =>
        Plan("-1.00", "0", "50000").Decision.ShouldBe(WithdrawalDecision.Done);

    [Fact]
    public void A_transfer_never_exceeds_the_cash_whatever_the_broker_calls_withdrawable() =>
        Plan("100", "150", "50000").Amount.ShouldBe(new Money(100m));

    [Fact]
    public void A_blocked_account_needs_manual_review_whatever_it_holds() =>
        Plan("100", "100", "50000", blocked: true).Decision.ShouldBe(WithdrawalDecision.AccountBlocked);

    [Fact]
    public void Nothing_is_sent_from_a_closed_account() =>
        WithdrawalPlan.For(Account("100", "100", "50000") with { Closed = true }, Policy)
            .Decision.ShouldBe(WithdrawalDecision.AccountClosed);

    [Theory]
    [InlineData(1, WithdrawalDecision.AwaitBalances)]
    [InlineData(0, WithdrawalDecision.Transfer)]
    public void Nothing_is_sent_while_the_balances_may_not_show_the_latest_transfer(int minutes, WithdrawalDecision decision) =>
        WithdrawalPlan.For(Account("100", "100", "50000") with { BalancesHoldFrom = Now.AddMinutes(minutes) }, Policy)
            .Decision.ShouldBe(decision);

    private static WithdrawalPlan Plan(
        string cash, string withdrawable, string available, bool othersPending = false, bool blocked = false,
        ClosurePolicy? policy = null) =>
        WithdrawalPlan.For(
            Account(cash, withdrawable, available) with
            {
                OtherTransfersPendingSince = othersPending ? Now.AddHours(-1) : null,
                Blocked = blocked,
            },
            policy ?? Policy);

    private static WithdrawalAssessment Account(string cash, string withdrawable, string available) =>
        new(Money.Parse(cash), Money.Parse(withdrawable), Money.Parse(available), null, null, [], Blocked: false, Now);
}
