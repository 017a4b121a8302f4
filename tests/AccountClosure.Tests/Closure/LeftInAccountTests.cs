using AccountClosure.Closure;

namespace AccountClosure.Tests.Closure;

public sealed class LeftInAccountTests
{
    private static readonly LeftInAccount Accepted = new(new Money(3m), Positions: 1, Returns: 1);

    [Theory]
    [InlineData(3.00, 1, 1, true)]
    [InlineData(1.50, 0, 0, true)]
    [InlineData(3.01, 1, 1, false)]
    [InlineData(-0.01, 1, 1, false)]
    [InlineData(3.00, 2, 1, false)]
    [InlineData(3.00, 1, 2, false)]
    public void Accepting_what_is_left_does_not_accept_more_than_that(decimal cash, int positions, int returns, bool isWithin) =>
        new LeftInAccount(new Money(cash), positions, returns).IsWithin(Accepted).ShouldBe(isWithin);

    [Fact]
    public void Nothing_is_accepted_before_a_person_was_asked() =>
        new LeftInAccount(Money.Zero, 0, Returns: 1).IsWithin(null).ShouldBeFalse();
}
