using System.Text.RegularExpressions;

namespace AccountClosure.Tests.Architecture;

/// <summary>The repository's own files, as the tests over the source see them.</summary>
public static partial class SourceTree
{
    private static readonly string[] Skipped = ["bin", "obj", ".git", "data", "TestResults", "node_modules"];

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<SourceFile> CSharp { get; } =
        [.. Files(Root).Where(path => path.EndsWith(".cs", StringComparison.Ordinal)).Select(Read)
            .OrderBy(file => file.Path, StringComparer.Ordinal)];

    /// <summary>The C# files below a folder such as "Embedded/Engine".</summary>
    public static IEnumerable<SourceFile> In(string folder) =>
        CSharp.Where(file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal));

    /// <summary>All files below a folder, from the root, with forward slashes.</summary>
    public static IEnumerable<string> FilesIn(string folder) =>
        Files(Path.Combine(Root, folder)).Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'));

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder).Concat(
            Directory.EnumerateDirectories(folder).Where(child => !Skipped.Contains(Path.GetFileName(child))).SelectMany(Files));

    private static SourceFile Read(string path)
    {
        var text = File.ReadAllText(path);
        return new SourceFile(
            Path.GetRelativePath(Root, path).Replace('\\', '/'), text, Comments().Replace(text, match => match.Groups["kept"].Value));
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AccountClosure.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests must run from a folder of the repository.");
        return folder.FullName;
    }

    /// <summary>Comments, and string literals so that two slashes inside them are kept.</summary>
    [GeneratedRegex("""(?<kept>"(?:\\.|[^"\\\n])*")|//[^\n]*|/\*.*?\*/""", RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000)]
    private static partial Regex Comments();
}

/// <param name="Path">Path from the root, with forward slashes.</param>
/// <param name="Text">The text with comments.</param>
/// <param name="Code">The text without comments.</param>
public sealed record SourceFile(string Path, string Text, string Code)
{
    public IEnumerable<(int Number, string Text)> Lines => Text.Split('\n').Select((line, index) => (index + 1, line));
}
