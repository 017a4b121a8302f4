using System.Net.Http.Json;
using System.Text.Json;
using AccountClosure.Closure;
using AccountClosure.Simulator;

namespace AccountClosure.FunctionsHost.Answers;

/// <summary>One of the two hosts that are compared, with the simulated broker that it talks to.</summary>
internal sealed class Party : IDisposable
{
    private static readonly TimeSpan StateTimeout = TimeSpan.FromMinutes(4);

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

    /// <summary>The key of the durable webhooks, from the links of an answer; empty before the first start.</summary>
    public string WebhookKey { get; set; } = "";

    public async Task CreateAccountAsync(NewAccount holdings, CancellationToken cancellationToken)
    {
        object body = new { holdings.Cash, holdings.Bank };
        Account = (await ControlAsync<CreatedAccount>("_sim/accounts", body, cancellationToken))!;
    }

    /// <summary>
    /// Sets the embedded host's clock to a day a second, or back to real speed. Does nothing on the Functions host, whose time is real.
    /// </summary>
    public Task HurryAsync(bool hurry, CancellationToken cancellationToken) => Name == Comparison.Embedded
        ? ControlAsync<JsonElement>("_sim/clock", new { speed = hurry ? 86_400 : 1 }, cancellationToken)
        : Task.CompletedTask;

    /// <summary>Waits until the account's closure has reached a state.</summary>
    /// <param name="state">The state, for the message.</param>
    /// <param name="isReached">Decides by the answer of <c>task-status</c>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="CheckFailedException">The closure did not reach it in four minutes.</exception>
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
            StateTimeout,
            cancellationToken);
        CheckFailedException.Require(reached, $"the closure on the {Name} did not reach {state}; its last status is {last}");
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
