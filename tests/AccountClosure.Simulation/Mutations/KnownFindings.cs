using System.Text.RegularExpressions;

namespace AccountClosure.Simulation.Mutations;

/// <summary>
/// What found each mutation the last time, from the table in docs/reliability.md. It finds the mutation again in seconds.
/// </summary>
internal sealed partial class KnownFindings
{
    private readonly Dictionary<string, string> _found;

    /// <param name="root">The folder of the sources.</param>
    public KnownFindings(string root) => _found = Row().Matches(File.ReadAllText(Path.Combine(root, "docs", "reliability.md")))
        .ToDictionary(row => row.Groups["mutation"].Value, row => row.Groups["found"].Value, StringComparer.Ordinal);

    /// <summary>The seed that found the mutation; null if a test found it.</summary>
    public long? Seed(string mutation) =>
        _found.TryGetValue(mutation, out string? found) && SeedAtTheEnd().Match(found) is { Success: true } seed
            ? long.Parse(seed.Groups["seed"].Value) : null;

    /// <summary>The class and the method of the test that found the mutation; null if a seed found it.</summary>
    public string? Test(string mutation) =>
        _found.TryGetValue(mutation, out string? found) && found is ['`', .. var test, '`'] ? test : null;

    [GeneratedRegex(@"^\| (?<mutation>\w+: [^|]+) \| (?<found>[^|]+) \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();

    [GeneratedRegex(@", seed (?<seed>\d+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex SeedAtTheEnd();
}
