using System.Net.Http.Json;
using System.Text.Json;
using AccountClosure.Closure;
using AccountClosure.Simulator;

namespace AccountClosure.FunctionsHost.Answers;

/// <summary>One of the two hosts that are compared, with the simulated broker that it talks to.</summary>
internal sealed class Party : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly HttpClient _simulator;

    public Party(string name, Uri address, Uri simulator, string functionKey)
    {
        Name = name;
        FunctionKey = functionKey;
        Http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(1) };
        _simulator = new HttpClient { BaseAddress = simulator };
    }

    public string Name { get; }

    public string FunctionKey { get; }

    public HttpClient Http { get; }

    /// <summary>The account that the requests are about.</summary>
    public CreatedAccount Account { get; private set; } = new("", "", "");

    public string InstanceId => ClosureInstance.IdFor(Account.AccountId);

    /// <summary>The key of the durable webhooks, once a start has told it.</summary>
    public string WebhookKey { get; set; } = "";

    public async Task CreateAccountAsync(NewAccount holdings, CancellationToken cancellationToken)
    {
        object body = new { holdings.Cash, holdings.Bank };
        Account = (await ControlAsync<CreatedAccount>("_sim/accounts", body, cancellationToken))!;
    }

    /// <summary>Lets simulated time hurry, or not; nothing where time is real.</summary>
    public Task HurryAsync(bool hurry, CancellationToken cancellationToken) => Name == Comparison.Embedded
        ? ControlAsync<JsonElement>("_sim/clock", new { speed = hurry ? 86_400 : 1 }, cancellationToken)
        : Task.CompletedTask;

    /// <summary>Waits until the account's closure is in a state.</summary>
    public async Task ReachAsync(string state, Func<JsonElement, bool> isReached, CancellationToken cancellationToken)
    {
        JsonElement last = default;
        bool reached = await Wait.Until(
            async () =>
            {
                using HttpRequestMessage request = new(HttpMethod.Get, $"api/account-closure/task-status/{Account.AccountId}");
                request.Headers.Add("x-functions-key", FunctionKey);
                using HttpResponseMessage response = await Http.SendAsync(request, cancellationToken);
                if (!response.IsSuccessStatusCode)
                    return false;
                last = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
                return isReached(last);
            },
            Patience,
            cancellationToken);
        CheckFailedException.Require(reached, $"the closure on the {Name} did not come to {state}: {last}");
    }

    public void Dispose()
    {
        Http.Dispose();
        _simulator.Dispose();
    }

    private async Task<T?> ControlAsync<T>(string path, object body, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _simulator.PostAsJsonAsync(path, body, ClosureJson.Options, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<T>(ClosureJson.Options, cancellationToken);
    }
}
