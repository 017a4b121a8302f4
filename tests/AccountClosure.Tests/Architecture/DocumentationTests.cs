using System.Text.RegularExpressions;

namespace AccountClosure.Tests.Architecture;

/// <summary>Pages that nobody is led to are not read, and links that lead nowhere are not followed twice.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string[] Starts = ["README.md", "ARCHITECTURE.md"];

    private static readonly string[] Pages =
        [.. Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "docs"), "*", SearchOption.AllDirectories).Select(FromRoot)];

    [Fact]
    public void Every_link_between_pages_leads_to_something_that_exists() =>
        Pages.Where(page => page.EndsWith(".md", StringComparison.Ordinal))
            .SelectMany(page => Links(page).Where(target => !Path.Exists(Path.Combine(SourceTree.Root, target))).Select(target => $"{page} leads to {target}"))
            .ShouldBeEmpty();

    [Fact]
    public void Every_page_is_reached_from_the_README_or_the_architecture_page()
    {
        var reached = new HashSet<string>(Starts, StringComparer.Ordinal);
        var unread = new Queue<string>(Starts);
        while (unread.TryDequeue(out string? page))
        {
            foreach (string target in Links(page).SelectMany(target => Pages.Where(other => other == target || other.StartsWith(target + "/", StringComparison.Ordinal))))
            {
                if (reached.Add(target) && target.EndsWith(".md", StringComparison.Ordinal))
                    unread.Enqueue(target);
            }
        }

        Pages.Except(reached).ShouldBeEmpty();
    }

    private static IEnumerable<string> Links(string page) =>
        Link().Matches(File.ReadAllText(Path.Combine(SourceTree.Root, page)))
            .Select(match => FromRoot(Path.GetFullPath(Path.Combine(SourceTree.Root, Path.GetDirectoryName(page)!, match.Groups["path"].Value))));

    private static string FromRoot(string path) => Path.GetRelativePath(SourceTree.Root, path).Replace('\\', '/');

    [GeneratedRegex(@"\]\((?<path>[^):#]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Link();
}
