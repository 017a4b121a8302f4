using AccountClosure.Closure;

namespace AccountClosure.Tests.Closure;

public sealed class ConfirmationNumberTests
{
    private const string Account = "8f3c2b1a-0d4e-4a5b-9c6d-7e8f90a1b2c3";
    private static readonly DateTimeOffset At = new(2026, 3, 2, 15, 0, 0, TimeSpan.Zero);

    [Fact]
    public void It_is_the_same_for_the_same_request_and_has_no_ambiguous_characters()
    {
        var number = ConfirmationNumber.For(Account, At);

        number.ShouldMatch("^CLA-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$");
        ConfirmationNumber.For(Account.ToUpperInvariant(), At).ShouldBe(number);
    }

    [Fact]
    public void It_differs_between_ten_thousand_requests_of_one_account() =>
        Enumerable.Range(0, 10_000).Select(second => ConfirmationNumber.For(Account, At.AddSeconds(second))).Distinct().Count()
            .ShouldBe(10_000);
}
