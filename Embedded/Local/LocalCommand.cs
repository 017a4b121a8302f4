using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;
using AccountClosure.Closure;

namespace AccountClosure.Embedded.Local;

/// <summary>Parses and checks the command line. Writes a one-line error for a wrong option.</summary>
public sealed partial class LocalCommand
{
    public const int BadUsage = 2;

    private const int SecondsPerDay = 86_400;
    private const int MaxPort = 65_534;

    private readonly Option<bool> _once = new("--once")
    {
        Description = "End when the example's closure has ended: exit code 0 if it is Completed and its money adds up, else 1.",
    };

    private readonly Option<Money?> _cash = new("--cash")
    {
        Description = "The example account holds this much cash and nothing else.",
        HelpName = "AMOUNT",
        CustomParser = ParseCash,
    };

    private readonly Option<bool> _noExample = new("--no-example") { Description = "Only serve; close no example account." };

    private readonly Option<int> _speed = Number(
        "--speed",
        $"Simulated seconds in a second, 1 to {LocalClock.MaxSpeed}; default: a day a second.",
        usual: SecondsPerDay,
        LocalClock.MaxSpeed);

    private readonly Option<int> _port = Number(
        "--port", "The port of the functions; the simulator listens on the next one.", usual: 7071, MaxPort);

    private readonly Option<string> _data = new("--data")
    {
        Description = "The data folder, created if it does not exist.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "./data",
    };

    private readonly Option<string?> _key = new("--key")
    {
        Description = "The function key. Default: a key that the first start creates, keeps in the data folder and shows.",
        HelpName = "KEY",
        CustomParser = ParseKey,
    };

    // Not a RootCommand, which would show the name of the assembly.
    private readonly Command _run;

    public LocalCommand()
    {
        _run = new Command(
            "./run", "Runs AccountClosure on this machine: the functions, a simulated broker, and an example account being closed.")
        {
            _once, _cash, _noExample, _speed, _port, _data, _key, new HelpOption(),
        };
    }

    /// <summary>Reads the arguments.</summary>
    /// <returns>The options; null with the exit code if this has written the help or an error.</returns>
    public (LocalOptions? Options, int ExitCode) Parse(string[] arguments, TextWriter output, TextWriter errors)
    {
        var result = _run.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Action is HelpAction)
            return (null, result.Invoke(new InvocationConfiguration { Output = output, Error = errors }));
        if (Complaint(result) is { } complaint)
        {
            errors.WriteLine($"run: {complaint}");
            return (null, BadUsage);
        }

        return (new LocalOptions(
            result.GetValue(_once),
            result.GetValue(_cash),
            !result.GetValue(_noExample),
            result.GetValue(_speed),
            result.GetValue(_port),
            result.GetValue(_data)!,
            result.GetValue(_key)), 0);
    }

    private string? Complaint(ParseResult result)
    {
        if (result.UnmatchedTokens.Count > 0)
            return $"unknown option '{result.UnmatchedTokens[0]}'; ./run --help lists the options.";
        if (result.Errors.Count > 0)
            return result.Errors[0].Message;
        if (!result.GetValue(_noExample))
            return string.IsNullOrWhiteSpace(result.GetValue(_data)) ? "--data must name a folder." : null;
        if (result.GetValue(_once))
            return "--once waits for the example, so it cannot be used with --no-example.";
        return result.GetValue(_cash) is null ? null : "--cash is for the example, so it cannot be used with --no-example.";
    }

    private static Money? ParseCash(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (DollarsAndCents().IsMatch(text))
            return Money.Parse(text);
        result.AddError($"--cash must be dollars and cents such as 150000.00, not '{text}'.");
        return null;
    }

    private static Option<int> Number(string name, string description, int usual, int largest) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => usual,
        CustomParser = result => ParseNumber(result, largest),
    };

    private static int ParseNumber(ArgumentResult result, int largest)
    {
        var text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= largest)
            return number;
        result.AddError($"{((OptionResult)result.Parent!).Option.Name} must be a whole number from 1 to {largest}, not '{text}'.");
        return 0;
    }

    private static string? ParseKey(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (KeyCharacters().IsMatch(text))
            return text;
        // The message does not repeat the key: it may be a real one with a typing error.
        result.AddError("--key must be 8 to 128 letters, digits, '-' or '_'.");
        return null;
    }

    /// <summary>Up to nine digits of dollars: more than any account holds, and far below the limits of the arithmetic.</summary>
    [GeneratedRegex(@"\A[0-9]{1,9}(\.[0-9]{1,2})?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DollarsAndCents();

    /// <summary>Characters that need no escaping in <c>?code=</c>.</summary>
    [GeneratedRegex(@"\A[A-Za-z0-9_-]{8,128}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KeyCharacters();
}
