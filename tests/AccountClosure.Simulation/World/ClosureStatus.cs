using System.Globalization;
using System.Text.Json.Nodes;

namespace AccountClosure.Simulation.World;

/// <summary>A review that an instance's custom status shows.</summary>
/// <param name="InstanceId">The closure's instance, or the one of its cleanup.</param>
/// <param name="Number">The review's number, which a decision must name; null if reviews have none.</param>
/// <param name="Key">Unique key of the review.</param>
/// <param name="ConfirmationNumber">Confirmation number of its closure; null if the status has none.</param>
internal sealed record SeenReview(
    string InstanceId, string Code, IReadOnlyList<string> Choices, int? Number, string Key, string? ConfirmationNumber);

/// <summary>
/// The custom status of an instance, read as JSON without the app's types. Missing values are null.
/// </summary>
internal sealed record ClosureStatus(
    string? ConfirmationNumber,
    string Phase,
    DateTimeOffset? NextActionAt,
    string? WaitingFor,
    string? LastError,
    string? Withdrawn,
    string? Remaining,
    bool CanCancel,
    SeenReview? Review)
{
    /// <returns>Null if the text is not a JSON object.</returns>
    public static ClosureStatus? Read(string instanceId, string? json)
    {
        if (json is null || JsonNode.Parse(json) is not JsonObject status)
            return null;
        return new ClosureStatus(
            Text(status["confirmationNumber"]),
            Text(status["phase"]) ?? "",
            Time(status["nextActionAt"]),
            Text(status["waitingFor"]),
            Text(status["lastError"]),
            Text(status["withdrawn"]),
            Text(status["remaining"]),
            status["canCancel"]?.GetValue<bool>() ?? false,
            ReadReview(instanceId, status));
    }

    private static SeenReview? ReadReview(string instanceId, JsonObject status)
    {
        if (status["review"] is not JsonObject review)
            return null;
        string code = Text(review["code"] ?? review["reason"]) ?? "";
        int? number = review["number"]?.GetValue<int>();
        string[] choices = [.. (review["choices"] as JsonArray ?? []).Select(choice => Text(choice) ?? "")];
        return new SeenReview(
            instanceId, code, choices, number, $"{instanceId}/{number}/{code}/{Text(status["since"])}", Text(status["confirmationNumber"]));
    }

    private static string? Text(JsonNode? node) => node?.ToString();

    private static DateTimeOffset? Time(JsonNode? node) =>
        node is null ? null : DateTimeOffset.Parse(node.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}

/// <summary>The output of a closure that has ended by itself.</summary>
internal sealed record ClosureOutput(string Outcome, decimal Withdrawn, decimal Remaining, DateTimeOffset EndedAt)
{
    public static ClosureOutput? Read(string? json)
    {
        if (json is null || JsonNode.Parse(json) is not JsonObject output || output["outcome"] is not { } outcome)
            return null;
        return new ClosureOutput(
            outcome.ToString(),
            Dollars(output["withdrawn"] ?? output["withdrawn"]),
            Dollars(output["remaining"]),
            DateTimeOffset.Parse(output["endedAt"]!.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
    }

    private static decimal Dollars(JsonNode? node) => node is null ? 0m : decimal.Parse(node.ToString(), CultureInfo.InvariantCulture);
}
