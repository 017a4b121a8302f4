using System.Text.RegularExpressions;

namespace AccountClosure.Tests.Architecture;

/// <summary>Dependencies point one way. A folder's rule names the parts of this repository that its files must not use.</summary>
public sealed class DependencyTests
{
    private static readonly string[] App =
        ["Closure", "Orchestrations", "Activities", "Functions", "Broker", "Customers", "Notifications", "Records"];

    public static TheoryData<string, string[]> Rules => new()
    {
        { "Closure", [.. App.Except(["Closure"]), "Embedded", "Simulator"] },
        { "Broker", [.. App.Except(["Closure", "Broker"]), "Embedded", "Simulator"] },
        { "Customers", [.. App.Except(["Closure", "Customers", "Records"]), "Embedded", "Simulator"] },
        { "Notifications", [.. App.Except(["Closure", "Notifications"]), "Embedded", "Simulator"] },
        { "Records", [.. App.Except(["Closure", "Records"]), "Embedded", "Simulator"] },
        { "Activities", ["Functions", "Orchestrations", "Embedded", "Simulator"] },
        { "Orchestrations", [.. App.Except(["Closure", "Activities", "Orchestrations"]), "Embedded", "Simulator"] },
        { "Functions", ["Activities", "Embedded", "Simulator"] },
        { "Embedded/Engine", [.. App, "Embedded.Host", "Embedded.Local", "Simulator"] },
        { "Embedded/Host", [.. App, "Embedded.Local", "Simulator"] },
        { "Embedded/Http", [.. App, "Embedded.Engine", "Embedded.Host", "Embedded.Local", "Simulator"] },
        { "Simulator", [.. App, "Embedded.Engine", "Embedded.Host", "Embedded.Local"] },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_folder_depends_only_on_what_it_may(string folder, string[] unknown)
    {
        var names = new Regex(
            $@"\bAccountClosure\.({string.Join('|', unknown.Select(Regex.Escape))})\b",
            RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));

        var offences = SourceTree.In(folder)
            .SelectMany(file => names.Matches(file.Code).Select(match => $"{file.Path} knows {match.Value}"));

        offences.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Closure")]
    [InlineData("Broker")]
    [InlineData("Customers")]
    [InlineData("Notifications")]
    [InlineData("Records")]
    public void The_domain_and_the_adapters_do_not_depend_on_the_functions_runtime(string folder) =>
        SourceTree.In(folder)
            .Where(file => file.Code.Contains("Microsoft.Azure.Functions", StringComparison.Ordinal)
                || file.Code.Contains("Microsoft.DurableTask", StringComparison.Ordinal))
            .Select(file => file.Path)
            .ShouldBeEmpty();

    [Fact]
    public void Orchestrators_reach_the_world_through_activities_only()
    {
        var ports = new Regex(@"\bI(Broker|CustomerRecords|Notifications|TransferLedger|AuditLog|ClosureTracking)\b",
            RegexOptions.None, TimeSpan.FromSeconds(5));

        SourceTree.In("Orchestrations").Where(file => ports.IsMatch(file.Code)).Select(file => file.Path).ShouldBeEmpty();
    }

    [Fact]
    public void The_domain_does_no_input_or_output() =>
        SourceTree.In("Closure")
            .Where(file => file.Code.Contains("System.IO", StringComparison.Ordinal)
                || file.Code.Contains("System.Net", StringComparison.Ordinal)
                || file.Code.Contains("async ", StringComparison.Ordinal)
                || file.Code.Contains("TimeProvider", StringComparison.Ordinal))
            .Select(file => file.Path)
            .ShouldBeEmpty();

    [Fact]
    public void The_app_has_one_source_for_both_ways_to_build() =>
        App.SelectMany(SourceTree.In)
            .Where(file => file.Lines.Any(line => line.Text.TrimStart().StartsWith("#if", StringComparison.Ordinal)))
            .Select(file => file.Path)
            .ShouldBeEmpty();
}
