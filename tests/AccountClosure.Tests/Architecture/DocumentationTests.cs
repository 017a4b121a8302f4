using System.Text.RegularExpressions;

namespace AccountClosure.Tests.Architecture;

/// <summary>Readers can find every page, and every link has a target.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string[] Starts = ["README.md", "ARCHITECTURE.md"];

    private static readonly string[] Pages =
        [.. Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "docs"), "*", SearchOption.AllDirectories).Select(FromRoot)];

    [Fact]
    public void Every_link_between_pages_has_a_target() =>
        Pages.Where(page => page.EndsWith(".md", StringComparison.Ordinal))
            .SelectMany(page => Links(page).Where(target => !Path.Exists(Path.Combine(SourceTree.Root, target)))
                .Select(target => $"{page} leads to {target}"))
            .ShouldBeEmpty();

    [Fact]
    public void The_README_or_the_architecture_page_leads_to_every_page()
    {
        var reached = new HashSet<string>(Starts, StringComparer.Ordinal);
        var unread = new Queue<string>(Starts);
        while (unread.TryDequeue(out string? page))
        {
            foreach (string target in Links(page)
                .SelectMany(target => Pages.Where(other => other == target || other.StartsWith(target + "/", StringComparison.Ordinal))))
            {
                if (reached.Add(target) && target.EndsWith(".md", StringComparison.Ordinal))
                    unread.Enqueue(target);
            }
        }

        Pages.Except(reached).ShouldBeEmpty();
    }

    [Fact]
    public void A_page_or_another_file_names_every_infrastructure_and_pipeline_file()
    {
        string[] files = [.. SourceTree.FilesIn("infra"), .. SourceTree.FilesIn(".github")];
        var texts = files.Concat(Starts).Concat(Pages.Where(IsText)).ToDictionary(file => file, Read);

        files.Where(file => !texts.Any(text => text.Key != file && text.Value.Contains(Path.GetFileName(file), StringComparison.Ordinal)))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_code_name_on_a_page_exists_in_the_source()
    {
        var names = SourceTree.CSharp.Select(file => file.Code)
            .Concat(SourceTree.FilesIn("infra").Select(Read))
            .SelectMany(text => Word().Matches(text).Select(word => word.Value)).ToHashSet(StringComparer.Ordinal);

        // That page names what is in the source of the Functions host.
        Pages.Where(page => IsText(page) && page != "docs/host-settings.md").Concat(Starts)
            .SelectMany(page => QuotedName().Matches(Read(page))
                .Select(match => match.Groups["name"].Value).Where(name => !names.Contains(name)).Select(name => $"{page} names {name}"))
            .ShouldBeEmpty();
    }

    private static bool IsText(string page) => page.EndsWith(".md", StringComparison.Ordinal);

    private static string Read(string page) => File.ReadAllText(Path.Combine(SourceTree.Root, page));

    private static IEnumerable<string> Links(string page) =>
        Link().Matches(Read(page))
            .Select(match => FromRoot(
                Path.GetFullPath(Path.Combine(SourceTree.Root, Path.GetDirectoryName(page)!, match.Groups["path"].Value))));

    private static string FromRoot(string path) => Path.GetRelativePath(SourceTree.Root, path).Replace('\\', '/');

    [GeneratedRegex(@"\]\((?<path>[^):#]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Link();

    [GeneratedRegex("`(?<name>I?[A-Z][a-z]+([A-Z][a-z]+)+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex QuotedName();

    [GeneratedRegex(@"\w+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Word();
}
