namespace AccountClosure.Tests.Architecture;

public sealed class SourceStyleTests
{
    private const int MaxLines = 300;

    [Fact]
    public void A_file_holds_one_idea_and_stays_short() =>
        SourceTree.CSharp.Where(file => file.Lines.Count() > MaxLines).Select(file => $"{file.Path}: {file.Lines.Count()} lines").ShouldBeEmpty();

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
}
