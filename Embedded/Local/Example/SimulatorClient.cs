using System.Net.Http.Json;
using AccountClosure.Closure;
using AccountClosure.Simulator;

namespace AccountClosure.Embedded.Local.Example;

/// <summary>Calls the control API of the simulator, as a person does with curl.</summary>
public sealed class SimulatorClient(HttpClient http)
{
    public async Task<CreatedAccount> CreateAccountAsync(NewAccount account, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync("_sim/accounts", account, ClosureJson.Options, cancellationToken);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<CreatedAccount>(ClosureJson.Options, cancellationToken))!;
    }

    public async Task<AccountState> GetStateAsync(string accountId, CancellationToken cancellationToken) =>
        (await http.GetFromJsonAsync<AccountState>($"_sim/accounts/{accountId}", ClosureJson.Options, cancellationToken))!;
}
