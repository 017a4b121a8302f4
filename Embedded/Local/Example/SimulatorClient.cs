using System.Net.Http.Json;
using AccountClosure.Closure;

namespace AccountClosure.Embedded.Local.Example;

/// <summary>The controls of the simulator, as a person would use them with curl.</summary>
public sealed class SimulatorClient(HttpClient http)
{
    public async Task<CreatedAccount> CreateAccountAsync(ExampleHoldings holdings, CancellationToken cancellationToken)
    {
        var body = new
        {
            cash = holdings.Cash.Dollars,
            positions = holdings.Positions.Select(position => new { position.Symbol, position.Qty, Price = position.Price.Dollars }),
        };
        using var response = await http.PostAsJsonAsync("_sim/accounts", body, ClosureJson.Options, cancellationToken);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<CreatedAccount>(ClosureJson.Options, cancellationToken))!;
    }

    public async Task<AccountBooks> GetBooksAsync(string accountId, CancellationToken cancellationToken) =>
        (await http.GetFromJsonAsync<AccountBooks>($"_sim/accounts/{accountId}", ClosureJson.Options, cancellationToken))!;
}

public sealed record CreatedAccount(string AccountId, string UserId, string AchRelationshipId);

/// <summary>What the simulator itself holds true of an account. Amounts in US dollars, times UTC.</summary>
public sealed record AccountBooks(string Status, Money Cash, IReadOnlyList<BookedTransfer> Transfers);

public sealed record BookedTransfer(
    string Id, Money Amount, string Direction, string Status, DateTimeOffset CreatedAt, DateTimeOffset? CompletedAt);
