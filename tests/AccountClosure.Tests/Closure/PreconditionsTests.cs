using AccountClosure.Closure;

namespace AccountClosure.Tests.Closure;

public sealed class PreconditionsTests
{
    private static readonly AccountFindings Sound = new("ACTIVE", false, false, false, "APPROVED", DepositClearing: false, new Money(100m));

    [Fact]
    public void An_eligible_account_is_accepted() => Preconditions.Check(Sound, new ClosurePolicy()).ShouldBeNull();

    public static TheoryData<AccountFindings, string> Broken() => new()
    {
        { Sound with { AccountStatus = null }, "AccountNotFound" },
        { Sound with { AccountStatus = "ACCOUNT_CLOSED" }, "AccountClosed" },
        { Sound with { AccountStatus = "ONBOARDING" }, "AccountNotActive" },
        { Sound with { AccountBlocked = true }, "AccountBlocked" },
        { Sound with { TransfersBlocked = true }, "TransfersBlocked" },
        { Sound with { TradingBlocked = true }, "TradingBlocked" },
        { Sound with { AchRelationshipStatus = null }, "AchRelationshipNotFound" },
        { Sound with { AchRelationshipStatus = "QUEUED" }, "AchRelationshipNotApproved" },
        { Sound with { DepositClearing = true }, "DepositClearing" },
        { Sound with { Cash = new Money(-1.01m) }, "NegativeBalance" },
    };

    [Fact]
    public void A_debt_within_the_tolerance_is_accepted() =>
        Preconditions.Check(Sound with { Cash = new Money(-1m) }, new ClosurePolicy()).ShouldBeNull();

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_precondition_is_refused_with_its_code_and_a_sentence(AccountFindings findings, string code)
    {
        var refusal = Preconditions.Check(findings, new ClosurePolicy()).ShouldNotBeNull();

        refusal.Code.ToString().ShouldBe(code);
        refusal.Reason.ShouldEndWith(".");
    }
}
