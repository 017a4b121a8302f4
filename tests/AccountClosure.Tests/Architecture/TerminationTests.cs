using System.Text.RegularExpressions;

namespace AccountClosure.Tests.Architecture;

/// <summary>
/// The Functions host ignores <c>Recursive</c>: it terminates only the named instance, and the instances that it started keep running.
/// </summary>
public sealed partial class TerminationTests
{
    private static readonly string[] App =
        ["Closure", "Orchestrations", "Activities", "Functions", "Broker", "Customers", "Notifications", "Records"];

    [Fact]
    public void Nothing_in_the_app_relies_on_a_termination_that_reaches_other_instances() =>
        App.SelectMany(SourceTree.In)
            .SelectMany(file => Reaching().Matches(file.Code).Select(match => $"{file.Path}: {match.Value}"))
            .ShouldBeEmpty();

    [Theory]
    [InlineData("new TerminateInstanceOptions(reason, Recursive: true)", true)]
    [InlineData("new TerminateInstanceOptions(reason, true)", true)]
    [InlineData("await context.CallSubOrchestratorAsync<int>(name)", true)]
    [InlineData("""new TerminateInstanceOptions($"{cancel.Actor}: {cancel.Reason}")""", false)]
    public void The_rule_detects_what_it_forbids(string code, bool isForbidden) => Reaching().IsMatch(code).ShouldBe(isForbidden);

    // Sub-orchestrations are included, because a recursive termination or purge can reach only them.
    [GeneratedRegex(
        @"\bRecursive\b|\bTerminateInstanceOptions\([^;]*, ?true\b|\bCallSubOrchestratorAsync\b|\bSubOrchestrationOptions\b",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Reaching();
}
