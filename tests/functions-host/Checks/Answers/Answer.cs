using System.Text.RegularExpressions;

namespace AccountClosure.FunctionsHost.Answers;

/// <summary>The parts of an HTTP answer that are compared.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">The headers that callers use, without ids, ports, keys and times.</param>
/// <param name="Shape">The property names and value kinds of its JSON body, as <see cref="JsonShape"/> gives them.</param>
/// <param name="Body">The body, for messages.</param>
internal sealed partial record Answer(int Status, string Headers, IReadOnlySet<string> Shape, string Body)
{
    private static readonly string[] Compared =
        ["Location", "Retry-After", "Content-Type", "WWW-Authenticate", "Allow", "x-ms-continuation-token"];

    public static async Task<Answer> ReadAsync(HttpResponseMessage response, Party party, CancellationToken cancellationToken)
    {
        string body = await response.Content.ReadAsStringAsync(cancellationToken);
        var headers = response.Headers.Concat(response.Content.Headers)
            .Where(header => Compared.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
            .Select(header => $"{header.Key}: {Comparable(header.Key, string.Join(", ", header.Value), party)}")
            .Order(StringComparer.OrdinalIgnoreCase);
        return new Answer((int)response.StatusCode, string.Join("; ", headers), JsonShape.From(body), body);
    }

    /// <summary>Describes the first difference, with this answer before the other host's.</summary>
    /// <param name="other">The other host's answer.</param>
    /// <param name="except">Matches the lines of the shapes that may differ; null when none may.</param>
    /// <returns>The difference; null when the answers are alike.</returns>
    public string? DifferenceFrom(Answer other, Regex? except = null)
    {
        if (Status != other.Status)
            return $"status {Status} and {other.Status}: {Body} and {other.Body}";
        if (Headers != other.Headers)
            return $"({Status}) headers '{Headers}' and '{other.Headers}'";
        string[] here = [.. Missing(other, except)];
        string[] there = [.. other.Missing(this, except)];
        return here.Length + there.Length == 0 ? null : $"({Status}) [{string.Join(", ", here)}] and [{string.Join(", ", there)}]";
    }

    // The hosts may be at different steps, whose histories have different events: only kinds of events that both have are compared.
    private IEnumerable<string> Missing(Answer other, Regex? except) => Shape.Except(other.Shape, StringComparer.Ordinal)
        .Where(line => EventKind().Match(line) is not { Success: true, Value: var kind }
            || other.Shape.Any(theirs => theirs.StartsWith(kind, StringComparison.Ordinal)))
        .Where(line => except?.IsMatch(line) != true);

    private static string Comparable(string name, string value, Party party) => name switch
    {
        "x-ms-continuation-token" => "present",
        "Location" => Code().Replace(
            value
                .Replace(party.Http.BaseAddress!.GetLeftPart(UriPartial.Authority), "{host}", StringComparison.Ordinal)
                .Replace(party.InstanceId, "{instance}", StringComparison.Ordinal),
            "code={key}"),
        _ => value,
    };

    [GeneratedRegex(@"^body\.historyEvents\[\w+\]", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex EventKind();

    [GeneratedRegex("code=[^&]+", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Code();
}
