using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AccountClosure.Closure;
using AccountClosure.Embedded.Host.Http;

namespace AccountClosure.Embedded.Local.Example;

/// <summary>The closure's HTTP API, as a front end would use it.</summary>
/// <param name="http">Has the base address and the function key.</param>
/// <param name="functionKey">The same key, from which that of the durable webhooks follows.</param>
public sealed class ExampleClosures(HttpClient http, string functionKey)
{
    public Uri StatusUrl(string accountId) => new(
        $"runtime/webhooks/durabletask/instances/{ClosureInstance.IdFor(accountId)}?code={WebhookKey.From(functionKey)}", UriKind.Relative);

    /// <summary>Asks to close the account; an answer that it is being closed already is as good.</summary>
    /// <returns>The URL to ask for its status.</returns>
    /// <exception cref="LocalException">Refused, with the reason given.</exception>
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
        throw new LocalException($"the example was not started: {(int)response.StatusCode}, {reason}");
    }

    /// <summary>Null when there is no such closure.</summary>
    public async Task<ClosureStatus?> GetStatusAsync(Uri statusUrl, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(statusUrl, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<ClosureStatus>(ClosureJson.Options, cancellationToken);
    }
}

/// <param name="RuntimeStatus">As Durable Functions writes it: Pending, Running, Completed, Failed, Terminated, ….</param>
/// <param name="CustomStatus">Null before the closure has said anything.</param>
/// <param name="Output">What it ended with: a <see cref="ClosureResult"/>, or the text of an error.</param>
public sealed record ClosureStatus(string RuntimeStatus, ClosureProgress? CustomStatus, JsonElement? Output)
{
    public bool HasEnded => RuntimeStatus is "Completed" or "Failed" or "Terminated" or "Canceled";

    public bool IsClosed =>
        RuntimeStatus == "Completed"
        && Output is { ValueKind: JsonValueKind.Object } output
        && output.Deserialize<ClosureResult>(ClosureJson.Options)?.Outcome == ClosurePhase.Completed;
}
