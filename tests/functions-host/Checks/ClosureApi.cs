using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AccountClosure.Closure;
using AccountClosure.Embedded.Local.Example;
using AccountClosure.Functions;
using AccountClosure.Simulator;

namespace AccountClosure.FunctionsHost;

/// <summary>The app's HTTP API on one host, with its key.</summary>
internal sealed class ClosureApi : IDisposable
{
    private const string Route = "api/account-closure";

    private readonly HttpClient _http;
    // Without the function key: the links have their own key, which the Functions host ignores when the header has one.
    private readonly HttpClient _links;
    private readonly Embedded.Local.Example.ExampleClosures _client;

    public ClosureApi(Uri address, string functionKey)
    {
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
        _http.DefaultRequestHeaders.Add("x-functions-key", functionKey);
        _links = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
        _client = new Embedded.Local.Example.ExampleClosures(_links, functionKey);
    }

    /// <returns>The HTTP status, and the links; null when the answer has none.</returns>
    public async Task<(int Status, InitiateClosure.Started? Links)> InitiateAsync(
        CreatedAccount account, CancellationToken cancellationToken)
    {
        InitiateClosure.Body body = new(account.UserId, account.AchRelationshipId, "moving abroad");
        using HttpResponseMessage response = await PostAsync($"{Route}/initiate/{account.AccountId}", body, cancellationToken);
        string text = await response.Content.ReadAsStringAsync(cancellationToken);
        int status = (int)response.StatusCode;
        return (status, status is 202 or 409 ? JsonSerializer.Deserialize<InitiateClosure.Started>(text, ClosureJson.Options) : null);
    }

    public async Task<int> CancelAsync(string accountId, bool force, CancellationToken cancellationToken)
    {
        CancelTask.Body body = new("check", "the customer stays", force);
        using HttpResponseMessage response = await PostAsync($"{Route}/cancel-task/{accountId}", body, cancellationToken);
        return (int)response.StatusCode;
    }

    public async Task<int> ResolveAsync(string accountId, int review, ReviewChoice choice, CancellationToken cancellationToken)
    {
        ResolveTask.Body body = new(review, choice.ToString(), "check", "decided");
        using HttpResponseMessage response = await PostAsync($"{Route}/resolve-task/{accountId}", body, cancellationToken);
        return (int)response.StatusCode;
    }

    /// <returns>Null when the account has had no closure.</returns>
    public async Task<GetTaskStatus.TaskStatus?> TaskAsync(string accountId, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _http.GetAsync(
            new Uri($"{Route}/task-status/{accountId}", UriKind.Relative), cancellationToken);
        return response.IsSuccessStatusCode
            ? await response.Content.ReadFromJsonAsync<GetTaskStatus.TaskStatus>(ClosureJson.Options, cancellationToken)
            : null;
    }

    /// <summary>The durable status, by the link that the start gave.</summary>
    public Task<ClosureStatus?> StatusAsync(string statusLink, CancellationToken cancellationToken) =>
        _client.GetStatusAsync(new Uri(_links.BaseAddress!, new Uri(statusLink).PathAndQuery), cancellationToken);

    /// <summary>Posts to one of the durable links, with the reason "check".</summary>
    /// <returns>The HTTP status.</returns>
    public async Task<int> PostLinkAsync(string link, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _links.PostAsync(
            new Uri(_links.BaseAddress!, new Uri(link.Replace("{text}", "check", StringComparison.Ordinal)).PathAndQuery),
            content: null,
            cancellationToken);
        return (int)response.StatusCode;
    }

    public void Dispose()
    {
        _http.Dispose();
        _links.Dispose();
    }

    private async Task<HttpResponseMessage> PostAsync<T>(string path, T body, CancellationToken cancellationToken)
    {
        // Not PostAsJsonAsync, which sends no Content-Length: the Functions host would give the app no body.
        using StringContent content = new(JsonSerializer.Serialize(body, ClosureJson.Options), Encoding.UTF8, "application/json");
        return await _http.PostAsync(new Uri(path, UriKind.Relative), content, cancellationToken);
    }
}
