using System.Text.RegularExpressions;

namespace AccountClosure.Tests.Architecture;

/// <summary>Replayed code must do the same on every replay. The compiler does not detect everything that breaks this rule.</summary>
public sealed partial class OrchestratorSourceTests
{
    private const string Suffix = ".orchestrator.cs";

    [Fact]
    public void Replayed_code_has_its_own_file_suffix()
    {
        SourceTree.In("Orchestrations").Where(file => !IsOrchestrator(file)).Select(file => file.Path).ShouldBeEmpty();
        SourceTree.In("Functions").Concat(SourceTree.In("Activities"))
            .Where(file => IsOrchestrator(file) || file.Code.Contains("OrchestrationTrigger", StringComparison.Ordinal))
            .Select(file => file.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Replayed_code_uses_nothing_that_could_differ_between_two_runs() =>
        SourceTree.CSharp.Where(IsOrchestrator)
            .SelectMany(file => Forbidden().Matches(file.Code).Select(match => $"{file.Path}: {match.Value}"))
            .ShouldBeEmpty();

    [Fact]
    public void Activities_and_orchestrators_are_called_by_nameof_and_never_by_a_literal() =>
        new[] { "Orchestrations", "Activities", "Functions" }.SelectMany(SourceTree.In)
            .SelectMany(file => NameLiteral().Matches(file.Code).Select(match => $"{file.Path}: {match.Value}"))
            .ShouldBeEmpty();

    private static bool IsOrchestrator(SourceFile file) => file.Path.EndsWith(Suffix, StringComparison.Ordinal);

    [GeneratedRegex(
        @"\b(DateTime(Offset)?\.(Now|UtcNow|Today)|Guid\.(NewGuid|CreateVersion7)|Task\.(Run|Delay|Yield|Factory)|Random|TimeProvider"
            + @"|Stopwatch"
        + @"|Environment|Thread|ThreadPool|Interlocked|HttpClient|File|Directory|IConfiguration|IOptions|IServiceProvider|ConfigureAwait"
        + @"|Parallel"
        + @"|async void|lock ?\(|static (?!readonly|class|async|partial)\w+(<[^>]+>)? \w+( =|;))",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Forbidden();

    [GeneratedRegex(
        """(\[Function\(\s*"|(CallActivityAsync|CallSubOrchestratorAsync|ScheduleNewOrchestrationInstanceAsync)(<[^(]*>)?\(\s*\$?")""",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex NameLiteral();
}
