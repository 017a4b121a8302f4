using System.Text.RegularExpressions;

namespace AccountClosure.Tests.Architecture;

public sealed partial class SourceStyleTests
{
    private const int MaxLines = 300;
    private const int MaxColumns = 140;
    private const int MaxTestName = 90;

    [Fact]
    public void A_file_holds_one_idea_and_stays_short() =>
        SourceTree.CSharp.Where(file => file.Lines.Count() > MaxLines).Select(file => $"{file.Path}: {file.Lines.Count()} lines")
            .ShouldBeEmpty();

    [Fact]
    public void A_line_fits_the_screen() =>
        SourceTree.CSharp.SelectMany(file => file.Lines
                .Where(line => line.Text.Length > MaxColumns)
                .Select(line => $"{file.Path}:{line.Number}: {line.Text.Length} columns"))
            .ShouldBeEmpty();

    [Fact]
    public void A_test_name_states_its_rule_briefly() =>
        SourceTree.In("tests").SelectMany(file => TestMethod().Matches(file.Code)
                .Select(match => match.Groups["name"].Value)
                .Where(name => name.Length > MaxTestName)
                .Select(name => $"{file.Path}: {name} has {name.Length} characters"))
            .ShouldBeEmpty();

    [Fact]
    public void A_suppressed_rule_has_its_reason_in_the_line_before() =>
        SourceTree.CSharp.SelectMany(Unexplained).ShouldBeEmpty();

    private static IEnumerable<string> Unexplained(SourceFile file)
    {
        var before = "";
        foreach (var (number, text) in file.Lines)
        {
            var line = text.Trim();
            if (line.StartsWith("#pragma warning disable", StringComparison.Ordinal) && !line.Contains("//", StringComparison.Ordinal)
                && !before.StartsWith("//", StringComparison.Ordinal))
                yield return $"{file.Path}:{number}";
            before = line;
        }
    }

    /// <summary>An attribute of xUnit and the first public method after it.</summary>
    [GeneratedRegex(
        @"\[(Fact|Theory)\b.*?^ +public [\w<>\[\],? ]+ (?<name>\w+)\(",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex TestMethod();
}
