using System.ComponentModel;
using System.Text.Json;
using AccountClosure.Closure;

namespace AccountClosure.Tests.Closure;

public sealed class MoneyTests
{
    [Theory]
    [InlineData("50000", "50000.00")]
    [InlineData("0.5", "0.50")]
    [InlineData("-3.00", "-3.00")]
    [InlineData("1234.5678", "1234.5678")]
    public void On_the_wire_an_amount_is_a_string_of_dollars_with_at_least_two_decimals(string given, string wire)
    {
        Money.Parse(given).ToString().ShouldBe(wire);
        JsonSerializer.Serialize(Money.Parse(given), ClosureJson.Options).ShouldBe($"\"{wire}\"");
        JsonSerializer.Deserialize<Money>($"\"{wire}\"", ClosureJson.Options).ShouldBe(Money.Parse(given));
    }

    [Theory]
    [InlineData("0.019", "0.01")]
    [InlineData("49999.999999", "49999.99")]
    [InlineData("-0.019", "-0.01")]
    public void A_transfer_amount_is_truncated_to_cents_and_never_rounded_up(string given, string sent) =>
        Money.Parse(given).TruncatedToCents().ShouldBe(Money.Parse(sent));

    [Theory]
    [InlineData("")]
    [InlineData("12,000.00")]
    [InlineData("1e5")]
    [InlineData("$5")]
    [InlineData("NaN")]
    public void A_text_that_is_not_plain_dollars_is_refused(string text)
    {
        Money.TryParse(text, out _).ShouldBeFalse();
        Should.Throw<FormatException>(() => Money.Parse(text)).Message.ShouldContain("1234.56");
    }

    [Fact]
    public void A_fraction_of_a_cent_cannot_be_kept_as_cents()
    {
        Money.Parse("10.01").Cents.ShouldBe(1001);
        Money.FromCents(1001).ShouldBe(Money.Parse("10.01"));
        Should.Throw<InvalidOperationException>(() => Money.Parse("10.011").Cents);
    }

    [Fact]
    public void An_amount_too_large_overflows_instead_of_wrapping() =>
        Should.Throw<OverflowException>(() => new Money(decimal.MaxValue) + new Money(1m));

    [Fact]
    public void People_read_thousands_and_two_decimals() => Money.Parse("150000").ForPeople().ShouldBe("$150,000.00");

    [Fact]
    public void Configuration_writes_it_as_text() =>
        TypeDescriptor.GetConverter(typeof(Money)).ConvertFromInvariantString("25000.50").ShouldBe(Money.Parse("25000.50"));
}
