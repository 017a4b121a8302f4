using System.Globalization;
using AccountClosure.Embedded.Host.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Embedded.Host.Webhooks;

/// <summary>
/// Reads query parameters. Ignores an invalid flag or timeout, as the Functions host does. Refuses an invalid filter, because without it
/// the host would list or purge more than the caller asked for.
/// </summary>
internal sealed class QueryParameters(IQueryCollection query)
{
    public string? Text(string name) => query.TryGetValue(name, out var values) && values is [{ Length: > 0 } value, ..] ? value : null;

    public bool Flag(string name, bool otherwise) => bool.TryParse(Text(name), out var value) ? value : otherwise;

    /// <summary>Reads a number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public int Number(string name, int otherwise, int least, int most) => Text(name) switch
    {
        null => otherwise,
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most => value,
        _ => throw Wrong(name, $"a whole number from {least} to {most}"),
    };

    /// <summary>Reads seconds above zero, with decimals; null for anything else.</summary>
    public TimeSpan? Seconds(string name) =>
        decimal.TryParse(Text(name), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
        && value is > 0 and < 1e9m
            ? TimeSpan.FromSeconds((double)value)
            : null;

    /// <summary>Reads a date and time in ISO 8601, in UTC unless it has an offset; null when absent.</summary>
    public DateTimeOffset? Time(string name) => Text(name) switch
    {
        null => null,
        // The parser would also accept other forms, such as 01/31/2026 or a time of day.
        ['0' or '1' or '2', _, _, _, '-', ..] text when DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var value) => value,
        _ => throw Wrong(name, "a time in ISO 8601, such as 2026-01-31T12:00:00Z"),
    };

    /// <summary>Reads runtime statuses, separated by commas, from every parameter with that name; empty for none.</summary>
    public IReadOnlyList<OrchestrationRuntimeStatus> Statuses(string name) =>
        [.. $"{query[name]}".Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Status)];

    public static HttpErrorException Wrong(string name, string expected) =>
        new(StatusCodes.Status400BadRequest, $"The query parameter '{name}' must be {expected}.");

    // Enum.TryParse also accepts numbers.
    private static OrchestrationRuntimeStatus Status(string text) =>
        char.IsAsciiLetter(text[0]) && Enum.TryParse(text, ignoreCase: true, out OrchestrationRuntimeStatus status)
            ? status
            : throw Wrong("runtimeStatus", $"a list of {string.Join(", ", Enum.GetNames<OrchestrationRuntimeStatus>())}");
}
