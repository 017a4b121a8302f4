using System.Text.RegularExpressions;

namespace AccountClosure.Tests.Architecture;

/// <summary>The architecture page is useful only while everything that it names exists.</summary>
public sealed partial class ArchitecturePageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(SourceTree.Root, "ARCHITECTURE.md"));

    [Fact]
    public void Every_file_and_folder_that_the_page_names_exists() =>
        Quoted().Matches(Page).Select(match => match.Groups["name"].Value)
            .Where(name => !name.Contains('*') && (name.EndsWith('/') || name.EndsWith(".cs", StringComparison.Ordinal)))
            .Where(name => !Path.Exists(Path.Combine(SourceTree.Root, name)))
            .ShouldBeEmpty();

    [Fact]
    public void Every_type_that_the_page_names_exists()
    {
        var declared = SourceTree.CSharp.SelectMany(
            file => Declaration().Matches(file.Code).Select(match => match.Groups["name"].Value)).ToHashSet();

        Quoted().Matches(Page).Select(match => match.Groups["name"].Value)
            .Where(name => TypeName().IsMatch(name))
            .Where(name => !declared.Contains(name))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_folder_with_code_is_on_the_page() =>
        SourceTree.CSharp.Select(file => file.Path.Split('/'))
            .Where(parts => parts.Length > 1)
            .Select(parts => parts[0] == "Embedded" ? $"{parts[0]}/{parts[1]}/" : $"{parts[0]}/")
            .Distinct()
            .Where(folder => !Page.Contains($"`{folder}`", StringComparison.Ordinal))
            .ShouldBeEmpty();

    [GeneratedRegex("`(?<name>[^`\n]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\b(class|record|record struct|struct|interface|enum) (?<name>[A-Z]\w*)", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\AI?[A-Z][a-z]+([A-Z][a-z]+)+\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex TypeName();
}
