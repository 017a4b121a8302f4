using AccountClosure.Closure;
using AccountClosure.Embedded.Local;

namespace AccountClosure.Tests.Run;

public sealed class LocalCommandTests
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    [Fact]
    public void Without_options_the_usual_example_is_closed_at_a_day_a_second()
    {
        var options = Parse().Options.ShouldNotBeNull();

        options.ShouldBe(
            new LocalOptions(Once: false, ExampleCash: null, Example: true, Speed: 86_400, Port: 7071, DataFolder: "./data", Key: null));
    }

    [Fact]
    public void All_options_are_accepted()
    {
        var options = Parse(
            "--once", "--cash", "50000.01", "--speed", "3600", "--port", "9000", "--data", "/tmp/x", "--key", "abcdefgh").Options;

        options.ShouldBe(new LocalOptions(true, new Money(50_000.01m), true, 3600, 9000, "/tmp/x", "abcdefgh"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.50")]
    [InlineData("1234567.89")]
    public void Cash_is_dollars_with_or_without_cents(string amount) =>
        Parse("--cash", amount).Options.ShouldNotBeNull().ExampleCash.ShouldBe(Money.Parse(amount));

    [Theory]
    [InlineData("--cash")]
    [InlineData("--cash", "-5")]
    [InlineData("--cash", "abc")]
    [InlineData("--cash", "1.234")]
    [InlineData("--cash", "1,000")]
    [InlineData("--cash", "$5")]
    [InlineData("--cash", "1e3")]
    [InlineData("--cash", "")]
    [InlineData("--cash", "9999999999999")]
    [InlineData("--speed", "0")]
    [InlineData("--speed", "-1")]
    [InlineData("--speed", "fast")]
    [InlineData("--port", "0")]
    [InlineData("--port", "65535")]
    [InlineData("--port", "http")]
    [InlineData("--port", "1", "--port", "2")]
    [InlineData("--key", "short")]
    [InlineData("--key", "with spaces in it")]
    [InlineData("--data", "")]
    [InlineData("--data")]
    [InlineData("--once", "--no-example")]
    [InlineData("--no-example", "--cash", "5")]
    [InlineData("--bogus")]
    [InlineData("word")]
    [InlineData("@file")]
    public void A_wrong_option_is_answered_with_one_line_and_exit_code_2(params string[] arguments)
    {
        var (options, exitCode) = Parse(arguments);

        options.ShouldBeNull();
        exitCode.ShouldBe(2);
        _output.ToString().ShouldBeEmpty();
        _errors.ToString().TrimEnd().ShouldStartWith("run: ");
        _errors.ToString().TrimEnd().ShouldNotContain('\n');
    }

    [Fact]
    public void A_wrong_key_is_not_repeated()
    {
        Parse("--key", "secret with spaces");

        _errors.ToString().ShouldNotContain("secret");
    }

    [Fact]
    public void Help_lists_every_option_and_is_no_error()
    {
        var (options, exitCode) = Parse("--help");

        options.ShouldBeNull();
        exitCode.ShouldBe(0);
        foreach (var option in new[] { "--once", "--cash", "--no-example", "--speed", "--port", "--data", "--key" })
            _output.ToString().ShouldContain(option);
    }

    private (LocalOptions? Options, int ExitCode) Parse(params string[] arguments) => new LocalCommand().Parse(arguments, _output, _errors);
}
