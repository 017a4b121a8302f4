using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AccountClosure.Closure;
using AccountClosure.Embedded.Host.Http;

namespace AccountClosure.Embedded.Local.Example;

/// <summary>Calls the closure's HTTP API as a front end does.</summary>
/// <param name="http">Client with the base address and the function key.</param>
/// <param name="functionKey">Function key, from which the key of the durable webhooks is derived.</param>
public sealed class ExampleClosures(HttpClient http, string functionKey)
{
    public Uri StatusUrl(string accountId) => new(
        $"runtime/webhooks/durabletask/instances/{ClosureInstance.IdFor(accountId)}?code={WebhookKey.From(functionKey)}", UriKind.Relative);

    /// <summary>Starts the closure of the account. Accepts the answer that the closure already runs.</summary>
    /// <returns>Status URL of the closure.</returns>
    /// <exception cref="LocalException">The app refused; the message has its reason.</exception>
    public async Task<Uri> InitiateAsync(ExampleAccount account, CancellationToken cancellationToken)
    {
        var body = new { account.UserId, account.AchRelationshipId, reason = "The example of ./run" };
        using var response = await http.PostAsJsonAsync(
            $"api/account-closure/initiate/{account.AccountId}", body, ClosureJson.Options, cancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        if (response.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.Conflict
            && answer.TryGetProperty("statusQueryGetUri", out var statusUrl))
            return new Uri(statusUrl.GetString()!);
        var reason = answer.TryGetProperty("detail", out var detail) ? detail.GetString() : response.ReasonPhrase;
        throw new LocalException($"the closure of the example was refused: {(int)response.StatusCode}, {reason}");
    }

    /// <summary>Reads the status of a closure; null if there is none.</summary>
    public async Task<ClosureStatus?> GetStatusAsync(Uri statusUrl, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(statusUrl, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<ClosureStatus>(ClosureJson.Options, cancellationToken);
    }
}

/// <summary>Status of a closure, from the durable webhooks.</summary>
/// <param name="RuntimeStatus">Status of the instance: Pending, Running, Completed, Failed, Terminated, ….</param>
/// <param name="CustomStatus">Progress of the closure; null before its first report.</param>
/// <param name="Output">Result of the closure: a <see cref="ClosureResult"/>, or the text of an error; null until it has ended.</param>
public sealed record ClosureStatus(string RuntimeStatus, ClosureProgress? CustomStatus, JsonElement? Output)
{
    public bool HasEnded => RuntimeStatus is "Completed" or "Failed" or "Terminated" or "Canceled";

    public bool IsClosed =>
        RuntimeStatus == "Completed"
        && Output is { ValueKind: JsonValueKind.Object } output
        && output.Deserialize<ClosureResult>(ClosureJson.Options)?.Outcome == ClosurePhase.Completed;
}
