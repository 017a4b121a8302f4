using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AccountClosure.Tests.Architecture;

/// <summary>The settings of the Functions host are few, and each has its reason on a page.</summary>
public sealed partial class HostSettingsTests
{
    private const string StorageProvider = "extensions.durableTask.storageProvider.";

    [Fact]
    public void The_page_lists_exactly_the_keys_and_values_of_the_host_settings()
    {
        string page = File.ReadAllText(Path.Combine(SourceTree.Root, "docs/host-settings.md"));

        Row().Matches(page[..page.IndexOf("## Backends", StringComparison.Ordinal)])
            .ToDictionary(row => row.Groups["key"].Value, row => row.Groups["value"].Value)
            .ShouldBe(Settings("host.json"), ignoreOrder: true);
    }

    [Theory]
    [InlineData("infra/backends/host.scheduler.json")]
    [InlineData("infra/backends/host.mssql.json")]
    public void Another_backend_changes_only_where_histories_are_stored(string file) =>
        Common(Settings(file)).ShouldBe(Common(Settings("host.json")), ignoreOrder: true);

    private static Dictionary<string, string> Common(Dictionary<string, string> settings) => settings
        .Where(setting => !setting.Key.StartsWith(StorageProvider, StringComparison.Ordinal)
            && !setting.Key.EndsWith(".hubName", StringComparison.Ordinal))
        .ToDictionary();

    private static Dictionary<string, string> Settings(string file) =>
        Flat("", JsonNode.Parse(File.ReadAllText(Path.Combine(SourceTree.Root, file)))!).ToDictionary();

    private static IEnumerable<KeyValuePair<string, string>> Flat(string path, JsonNode node) => node is JsonObject parent
        ? parent.SelectMany(child => Flat(path.Length == 0 ? child.Key : $"{path}.{child.Key}", child.Value!))
        : [new(path, node.GetValueKind() is System.Text.Json.JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString())];

    [GeneratedRegex(@"^\| `(?<key>[^`]+)` \| (?<value>[^|]+?) \|", RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 5000)]
    private static partial Regex Row();
}
