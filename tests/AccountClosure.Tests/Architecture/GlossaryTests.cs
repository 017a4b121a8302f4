using System.Text.RegularExpressions;

namespace AccountClosure.Tests.Architecture;

/// <summary>One concept has one name (docs/glossary.md). These are names that another one replaced.</summary>
public sealed partial class GlossaryTests
{
    private const string ThisFile = "tests/AccountClosure.Tests/Architecture/GlossaryTests.cs";

    /// <summary>The replaced name, in Pascal case, and the name to use.</summary>
    private static readonly Dictionary<string, string> Replaced = new(StringComparer.OrdinalIgnoreCase)
    {
        ["AccountBooks"] = "AccountState",
        ["Bookkeeping"] = "Recording",
        ["Books"] = "AccountStates, or the records",
        ["BookedTransfer"] = "TransferState",
        ["ClosedAccountRest"] = "ReadClosedAccountResult",
        ["ClosedWithRest"] = "ClosedWithAssets",
        ["CloseTheBooks"] = "TerminationCleanup",
        ["CustomerChange"] = "CustomerRecordInput",
        ["Doubt"] = "InDoubt",
        ["Doubtful"] = "InDoubt",
        ["DoubtWindow"] = "InDoubtWindow",
        ["FinalLook"] = "FinalCheck",
        ["FollowTransfers"] = "PollTransfers",
        ["ForgottenTransfer"] = "OpenTransfer",
        ["LookedAt"] = "PolledAt, or CheckedAt",
        ["LookOnly"] = "FindOnly",
        ["MaxSetbacks"] = "MaxPhaseRestarts",
        ["Meant"] = "Intended",
        ["NextMove"] = "SafePoint",
        ["OutgoingTransfer"] = "BrokerTransfer",
        ["PaidOut"] = "Withdrawn",
        ["PaidTransfer"] = "EmailTransfer",
        ["Promises"] = "Invariants",
        ["SetBackTo"] = "RestartFrom",
        ["Setbacks"] = "PhaseRestarts",
        ["TooManySetbacks"] = "TooManyPhaseRestarts",
        ["ToLookFor"] = "ToFind",
        ["TotalPaid"] = "Withdrawn",
        ["TotalWithdrawn"] = "Withdrawn",
        ["TransferDoubtWindow"] = "TransferInDoubtWindow",
        ["TransferProgress"] = "TransferSummary",
    };

    // Beside the C# files. Columns have underscores in place of capitals.
    private static readonly string[] Extensions = [".sql", ".bicep"];

    [Fact]
    public void No_name_in_the_source_is_one_that_the_glossary_replaced() =>
        Named(SourceTree.CSharp.Select(file => (file.Path, file.Code)).Concat(Others()).Where(file => file.Path != ThisFile))
            .ShouldBeEmpty();

    [Fact]
    public void No_file_has_a_name_that_the_glossary_replaced() =>
        Named(SourceTree.CSharp.Select(file => (file.Path, Text: Path.GetFileNameWithoutExtension(file.Path)))).ShouldBeEmpty();

    [Fact]
    public void A_factory_from_another_type_is_named_From_and_not_Of() =>
        SourceTree.CSharp.Where(file => file.Path != ThisFile)
            .Where(file => Factory().IsMatch(file.Code))
            .Select(file => file.Path)
            .ShouldBeEmpty();

    private static IEnumerable<(string Path, string Text)> Others() =>
        new[] { "Records", "Notifications", "infra", "Simulator" }.SelectMany(SourceTree.FilesIn)
            .Where(path => Extensions.Contains(Path.GetExtension(path)))
            .Append("requests.http")
            .Append("README.md")
            .Select(path => (path, Text(path)));

    // Of a page only the code, because in prose the words are ordinary English.
    private static string Text(string path)
    {
        var text = File.ReadAllText(Path.Combine(SourceTree.Root, path));
        return path == "README.md" ? string.Join('\n', Code().Matches(text).Select(code => code.Value)) : text;
    }

    private static IEnumerable<string> Named(IEnumerable<(string Path, string Text)> files) =>
        from file in files
        from word in Word().Matches(file.Text).Select(match => match.Value).Distinct(StringComparer.Ordinal)
        where Replaced.ContainsKey(word.Replace("_", "", StringComparison.Ordinal))
            || word.Split("__").Any(part => Replaced.ContainsKey(part.Replace("_", "", StringComparison.Ordinal)))
        where word != "books" && word != "doubt" && word != "promises" && word != "meant"
        select $"{file.Path}: {word}; use {Replaced.GetValueOrDefault(word, "the name in docs/glossary.md")}";

    [GeneratedRegex(@"\w+", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Word();

    [GeneratedRegex(@"`[^`\n]+`", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Code();

    [GeneratedRegex(@"\bstatic [^=;{}]*\bOf\(", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Factory();
}
