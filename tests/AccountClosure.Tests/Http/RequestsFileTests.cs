using System.Reflection;
using System.Text.RegularExpressions;
using AccountClosure.Tests.Architecture;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Tests.Http;

/// <summary><c>requests.http</c> is executable documentation, which must agree with the routes.</summary>
public sealed partial class RequestsFileTests
{
    [Fact]
    public void The_requests_file_has_exactly_the_routes_of_the_app()
    {
        string file = File.ReadAllText(Path.Combine(SourceTree.Root, "requests.http"));
        string prefix = "/api/";

        Request().Matches(file)
            .Select(request =>
                $"{request.Groups["method"].Value} "
                    + $"{request.Groups["path"].Value.Replace("{{", "{", StringComparison.Ordinal)}")
            .Select(request => request.Replace("}}", "}", StringComparison.Ordinal))
            .Where(request => request.Contains(prefix, StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal)
            .ShouldBe(Routes().Select(route => $"{route.Method.ToUpperInvariant()} {prefix}{route.Path}"), ignoreOrder: true);
    }

    private static IEnumerable<(string Method, string Path)> Routes() =>
        from type in typeof(ServiceRegistration).Assembly.GetExportedTypes()
        from method in type.GetMethods()
        from parameter in method.GetParameters()
        let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
        where trigger is not null
        from verb in trigger.Methods!
        select (verb, trigger.Route!);

    [GeneratedRegex(@"^(?<method>[A-Z]+) \{\{host\}\}(?<path>/[^\s?]*)", RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 5000)]
    private static partial Regex Request();
}
