using System.Text.Json;
using System.Text.RegularExpressions;
using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Functions;
using AccountClosure.Notifications;
using AccountClosure.Records;

namespace AccountClosure.Tests.Architecture;

/// <summary>The infrastructure and the pipelines must agree with the app.</summary>
public sealed class InfrastructureTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly Dictionary<string, string> Events = SourceTree.CSharp
        .SelectMany(file => Regex.Matches(
            file.Code, """LoggerMessage\((?<id>\d+), LogLevel\.\w+,\s*"(?<text>[^"]*)""", RegexOptions.ExplicitCapture, Patience))
        .GroupBy(match => match.Groups["id"].Value, match => match.Groups["text"].Value)
        .ToDictionary(group => group.Key, group => group.First());

    [Fact]
    public void An_alert_rule_searches_for_words_that_the_app_logs_with_that_event_id()
    {
        using var rules = JsonDocument.Parse(Read("infra/alerts.json"));
        var named = rules.RootElement.EnumerateArray()
            .SelectMany(rule => rule.GetProperty("events").EnumerateObject()
                .Select(entry => (Query: rule.GetProperty("query").GetString()!, Id: entry.Name, Text: entry.Value.GetString()!)))
            .ToList();

        named.ShouldNotBeEmpty();
        named.Where(entry => !Events.TryGetValue(entry.Id, out string? text) || !text.Contains(entry.Text, StringComparison.Ordinal)
                || !entry.Query.Contains(entry.Text, StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    // The category of the durable extension's tracking events: before version 3.18.0, and since.
    [Theory]
    [InlineData("infra/alerts.json", "Host.Triggers.DurableTask")]
    [InlineData("infra/alerts.json", "Function.CloseAccount.User")]
    [InlineData("infra/workbook.json", "Host.Triggers.DurableTask")]
    [InlineData("infra/workbook.json", "Function.CloseAccount.User")]
    public void Durable_tracking_events_are_found_under_either_category(string file, string category)
    {
        var queries = Regex.Matches(Read(file), @"Category\) matches regex @'(?<category>[^']+)'", RegexOptions.ExplicitCapture, Patience);

        queries.ShouldHaveSingleItem();
        Regex.IsMatch(category, Regex.Unescape(queries[0].Groups["category"].Value), RegexOptions.None, Patience).ShouldBeTrue();
    }

    [Theory]
    [InlineData("infra/alerts.json")]
    [InlineData("infra/workbook.json")]
    public void A_query_searches_only_for_words_that_the_app_logs(string file) =>
        Regex.Matches(Read(file), "Message (contains|startswith) '(?<words>[^']+)'", RegexOptions.ExplicitCapture, Patience)
            .Select(match => match.Groups["words"].Value)
            .Where(words => !Events.Values.Any(text => text.Contains(words, StringComparison.Ordinal)))
            .ShouldBeEmpty();

    [Fact]
    public void An_app_setting_of_the_infrastructure_is_a_setting_of_the_app()
    {
        (string Section, Type Options)[] sections =
        [
            (ClosurePolicy.Section, typeof(ClosurePolicy)),
            (BrokerOptions.Section, typeof(BrokerOptions)),
            (RecordsOptions.Section, typeof(RecordsOptions)),
            (NotificationOptions.Section, typeof(NotificationOptions)),
            (LinkOptions.Section, typeof(LinkOptions)),
        ];
        var known = sections.SelectMany(
            section => section.Options.GetProperties().Select(property => $"{section.Section}__{property.Name}")).ToHashSet();

        var used = Bicep().SelectMany(file => Regex.Matches(
            File.ReadAllText(file), @"\b(Closure|Broker|Records|Notifications|Links)__\w+", RegexOptions.None, Patience))
            .Select(match => match.Value).ToHashSet();

        used.ShouldNotBeEmpty();
        used.Where(setting => !known.Contains(setting)).ShouldBeEmpty();
    }

    [Fact]
    public void The_deployment_page_names_the_variable_of_every_infrastructure_parameter()
    {
        using var document = JsonDocument.Parse(Read("infra/main.parameters.json"));
        var values = document.RootElement.GetProperty("parameters").EnumerateObject()
            .ToDictionary(entry => entry.Name, entry => entry.Value.GetProperty("value").GetString()!);

        values.Keys.ShouldBe(
            Regex.Matches(Read("infra/main.bicep"), @"^param (?<name>\w+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, Patience)
                .Select(match => match.Groups["name"].Value),
            ignoreOrder: true);
        string page = Read("docs/deploy.md");
        values.Values.Select(value => Regex.Match(value, @"^\$\{(?<name>\w+)", RegexOptions.ExplicitCapture, Patience).Groups["name"].Value)
            .Where(name => !page.Contains(name, StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [Fact]
    public void An_infrastructure_module_begins_with_a_description() =>
        Bicep().Where(file => !Regex.IsMatch(File.ReadLines(file).First(), @"^// .+\.$", RegexOptions.None, Patience)).ShouldBeEmpty();

    [Fact]
    public void A_pipeline_pins_third_party_actions_to_a_commit_hash() =>
        Directory.EnumerateFiles(Path.Combine(SourceTree.Root, ".github/workflows"))
            .SelectMany(file => Regex.Matches(File.ReadAllText(file), @"uses: (?<action>\S+)", RegexOptions.ExplicitCapture, Patience))
            .Select(match => match.Groups["action"].Value)
            .Where(action => !action.StartsWith("./", StringComparison.Ordinal))
            .Where(action => !Regex.IsMatch(action, "@[0-9a-f]{40}$", RegexOptions.None, Patience))
            .ShouldBeEmpty();

    private static string Read(string file) => File.ReadAllText(Path.Combine(SourceTree.Root, file));

    private static IEnumerable<string> Bicep() =>
        Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "infra"), "*.bicep", SearchOption.AllDirectories);
}
