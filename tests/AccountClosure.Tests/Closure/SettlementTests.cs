using AccountClosure.Closure;

namespace AccountClosure.Tests.Closure;

public sealed class SettlementTests
{
    [Theory]
    [InlineData("100", "100", SettlementDecision.Complete)]
    [InlineData("100.009", "100", SettlementDecision.Complete)]
    [InlineData("100.01", "100", SettlementDecision.Pending)]
    [InlineData("0", "0", SettlementDecision.Complete)]
    [InlineData("-1.00", "0", SettlementDecision.Complete)]
    [InlineData("-1.01", "0", SettlementDecision.NegativeBalance)]
    public void Cash_has_settled_when_every_whole_cent_is_withdrawable(string cash, string withdrawable, SettlementDecision decision) =>
        Decide(new AccountBalances(Money.Parse(cash), Money.Parse(withdrawable), Blocked: false)).ShouldBe(decision);

    [Theory]
    [InlineData(-1, SettlementDecision.Pending)]
    [InlineData(0, SettlementDecision.Overdue)]
    [InlineData(1, SettlementDecision.Overdue)]
    public void Unsettled_cash_is_overdue_from_the_deadline_on(int secondsAfter, SettlementDecision decision) =>
        Decide(new AccountBalances(new Money(100m), Money.Zero, Blocked: false), secondsAfter).ShouldBe(decision);

    [Fact]
    public void A_closed_account_comes_before_a_blocked_one_and_a_blocked_one_before_its_cash()
    {
        var blocked = new AccountBalances(new Money(100m), new Money(100m), Blocked: true);

        Decide(blocked with { Closed = true }).ShouldBe(SettlementDecision.AccountClosed);
        Decide(blocked).ShouldBe(SettlementDecision.AccountBlocked);
    }

    private static SettlementDecision Decide(AccountBalances balances, int secondsAfterDeadline = -60) =>
        Settlement.Decide(balances, States.Policy, States.Now.AddSeconds(-secondsAfterDeadline), States.Now);
}
