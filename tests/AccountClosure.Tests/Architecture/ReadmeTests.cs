using System.Text.RegularExpressions;
using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Embedded.Local;
using AccountClosure.Functions;
using AccountClosure.Notifications;
using AccountClosure.Records;

namespace AccountClosure.Tests.Architecture;

public sealed class ReadmeTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(SourceTree.Root, "README.md"));

    [Theory]
    [InlineData(typeof(ClosurePolicy), ClosurePolicy.Section)]
    [InlineData(typeof(BrokerOptions), BrokerOptions.Section)]
    [InlineData(typeof(RecordsOptions), RecordsOptions.Section)]
    [InlineData(typeof(NotificationOptions), NotificationOptions.Section)]
    [InlineData(typeof(LinkOptions), LinkOptions.Section)]
    public void Every_setting_is_in_the_configuration_table(Type options, string section) =>
        options.GetProperties().Where(property => property.CanWrite)
            .Select(property => $"`{section}__{property.Name}`")
            .Where(name => !Page.Contains(name, StringComparison.Ordinal))
            .ShouldBeEmpty();

    [Fact]
    public void Every_option_of_run_is_in_the_table()
    {
        var help = new StringWriter();
        new LocalCommand().Parse(["--help"], help, TextWriter.Null);

        help.ToString().Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("--", StringComparison.Ordinal))
            .Select(line => $"`{line.Split(' ')[0]}")
            .Where(option => !Page.Contains(option, StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_file_that_it_links_to_exists() =>
        Regex.Matches(Page, @"\]\((?<path>[^):]+)\)", RegexOptions.None, TimeSpan.FromSeconds(5))
            .Select(match => match.Groups["path"].Value)
            .Where(path => !Path.Exists(Path.Combine(SourceTree.Root, path)))
            .ShouldBeEmpty();
}
